#!/usr/bin/env bash
# The Action's second step: how the gateway proxies differ from those of the same files at another revision, as Markdown.
# No `set -u`: to the bash of macOS an empty list is an unset one.
set -o pipefail

read -r -a glistio <<<"$GLISTIO"
# Over several lines, too.
read -r -d '' -a values <<<"$VALUES"
version=()
[ -z "${CHART_VERSION:-}" ] || version=(--chart-version "$CHART_VERSION")

# A revision that was not fetched would look like one without any values.
base=$(git rev-parse --quiet --verify --end-of-options "$BASE^{commit}") || {
  echo "glistio: there is no revision $BASE here (a checkout with fetch-depth: 0 has all of them)" >&2
  exit 2
}

before=$(mktemp -d)
trap 'rm -rf "$before"' EXIT
old=() new=()
for file in "${values[@]}"; do
  new+=(-f "$file")
  # A file that is new in this change has nothing to be compared with.
  if git cat-file -e "$base:./$file" 2>/dev/null; then
    mkdir -p "$before/$(dirname "$file")"
    git show "$base:./$file" >"$before/$file" || exit 2
    old+=(-f "$before/$file")
  fi
done

told() {
  echo "differs=$1" >>"${GITHUB_OUTPUT:-/dev/null}"
  cat "$DIFF_FILE" >>"${GITHUB_STEP_SUMMARY:-/dev/null}"
  exit 0
}

"${glistio[@]}" render "${new[@]}" "${version[@]}" >"$before/new.yaml" || exit
# A pull request that adds the first values, or repairs ones that could not be rendered, must not fail because of the previous state.
if [ "${#old[@]}" -eq 0 ]; then
  echo "None of the files is there at \`$base\`, so all of this is new." >"$DIFF_FILE"
  told true
elif ! "${glistio[@]}" render "${old[@]}" "${version[@]}" >"$before/proxies.yaml" 2>/dev/null; then
  echo "The values at \`$base\` cannot be rendered, so there is nothing to compare with." >"$DIFF_FILE"
  told true
fi
"${glistio[@]}" diff "file:$before/proxies.yaml" "file:$before/new.yaml" -o markdown >"$DIFF_FILE"
code=$?
[ "$code" -le 1 ] || exit "$code"
[ "$code" -eq 1 ] && told true || told false
