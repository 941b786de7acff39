#!/usr/bin/env bash
# The Action's second step: compares the gateway proxies with those of the same files at another revision, as Markdown.
# No `set -u`: the bash of macOS treats an empty array as unset.
set -o pipefail

# Options as a user writes them in a workflow: words separated by spaces or line breaks, not evaluated by a shell.
read -r -a glistio <<<"$GLISTIO"
read -r -d '' -a options <<<"${ARGS:-}"
[ -z "${CHART_VERSION:-}" ] || options+=(--chart-version "$CHART_VERSION")
. "$(dirname "$0")/values.sh"

# A revision that was not fetched would look like one without values.
base=$(git rev-parse --quiet --verify --end-of-options "$BASE^{commit}") || {
  echo "glistio: there is no revision $BASE here (a checkout with fetch-depth: 0 has all of them)" >&2
  exit 2
}

renamed=$(git -c core.quotePath=false diff-index --cached -M --diff-filter=R --name-only --relative "$base")
is_new=true
for file in "${values[@]}"; do
  options+=(-f "$file")
  if git cat-file -e "$base:./$file" 2>/dev/null || grep -qxF -e "${file#./}" <<<"$renamed"; then is_new=false; fi
done

told() {
  echo "differs=$1" >>"${GITHUB_OUTPUT:-/dev/null}"
  cat "$DIFF_FILE" >>"${GITHUB_STEP_SUMMARY:-/dev/null}"
  exit 0
}

# With the same options, so that errors in them or in the current values are not blamed on the revision.
"${glistio[@]}" render --quiet "${options[@]}" >/dev/null || exit
# A pull request that adds the first values, or repairs ones that could not be rendered, must not fail because of the previous state.
if $is_new; then
  echo "None of the files is there at \`$base\`, so all of this is new." >"$DIFF_FILE"
  told true
fi
"${glistio[@]}" diff "${options[@]}" --against "git:$base" -o markdown >"$DIFF_FILE"
case $? in
  0) told false ;;
  1) told true ;;
esac
echo "The values at \`$base\` cannot be rendered (the log of this step says why), so there is nothing to compare with." >"$DIFF_FILE"
told true
