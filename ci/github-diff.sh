#!/usr/bin/env bash
# The Action's second step: how the gateway proxies differ from those of the same files at another revision, as Markdown.
set -uo pipefail

read -r -a glistio <<<"$GLISTIO"
read -r -a values <<<"$VALUES"
version=()
[ -z "${CHART_VERSION:-}" ] || version=(--chart-version "$CHART_VERSION")

before=$(mktemp -d)
trap 'rm -rf "$before"' EXIT
old=() new=()
for file in "${values[@]}"; do
  new+=(-f "$file")
  # A file that is new in this change has nothing to be compared with.
  if git cat-file -e "$BASE:./$file" 2>/dev/null; then
    mkdir -p "$before/$(dirname "$file")"
    git show "$BASE:./$file" >"$before/$file" || exit 2
    old+=(-f "$before/$file")
  fi
done

"${glistio[@]}" render "${old[@]}" "${version[@]}" >"$before/proxies.yaml" || exit
"${glistio[@]}" render "${new[@]}" "${version[@]}" >"$before/new.yaml" || exit
"${glistio[@]}" diff "file:$before/proxies.yaml" "file:$before/new.yaml" -o markdown >"$DIFF_FILE"
code=$?
[ "$code" -le 1 ] || exit "$code"
[ "$code" -eq 1 ] && differs=true || differs=false
echo "differs=$differs" >>"${GITHUB_OUTPUT:-/dev/null}"
cat "$DIFF_FILE" >>"${GITHUB_STEP_SUMMARY:-/dev/null}"
