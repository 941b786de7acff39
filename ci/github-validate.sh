#!/usr/bin/env bash
# The Action's first step: annotations at the lines of a pull request, a table in the job summary, and optionally SARIF.
# GitHub shows at most ten annotations of a kind per step, so the summary has all of them.
# No `set -u`: the bash of macOS treats an empty array as unset.
set -o pipefail

# Options as a user writes them in a workflow: words separated by spaces or line breaks, not evaluated by a shell.
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
# Failures (a missing file, an unknown release) were reported on standard error.
[ "$code" -le 1 ] || exit "$code"
cat "$summary" >>"${GITHUB_STEP_SUMMARY:-/dev/null}"
exit "$code"
