#!/usr/bin/env bash
# The Action's first step: annotations at the lines of a pull request, a table in the job summary, and SARIF if it is wanted.
# GitHub shows no more than ten annotations of a kind for a step, so the summary has all of them.
# No `set -u`: to the bash of macOS an empty list is an unset one.
set -o pipefail

# Options as a user writes them in a workflow: words with blanks or line ends between them, and no shell reads them.
read -r -a glistio <<<"$GLISTIO"
read -r -d '' -a args <<<"${ARGS:-}"
. "$(dirname "$0")/values.sh"
[ -z "${CHART_VERSION:-}" ] || args+=(--chart-version "$CHART_VERSION")
[ "${STRICT:-false}" != true ] || args+=(--strict)

summary=$(mktemp)
trap 'rm -f "$summary"' EXIT
reports=(--report "markdown=$summary")
[ -z "${SARIF:-}" ] || reports+=(--report "sarif=$SARIF")

"${glistio[@]}" validate "${values[@]}" "${args[@]}" -o github "${reports[@]}"
code=$?
echo "exit-code=$code" >>"${GITHUB_OUTPUT:-/dev/null}"
# What could not be done (a file that is not there, a release that never was) was said on standard error.
[ "$code" -le 1 ] || exit "$code"
cat "$summary" >>"${GITHUB_STEP_SUMMARY:-/dev/null}"
exit "$code"
