#!/usr/bin/env bash
# The Action's first step: annotations at the lines of a pull request, a table in the job summary, and SARIF if it is wanted.
# GitHub shows no more than ten annotations of a kind for a step, so the summary has all of them.
# No `set -u`: to the bash of macOS an empty list is an unset one.
set -o pipefail

# Options and files as a user writes them in a workflow: words with blanks or line ends between them, and no shell reads them.
read -r -a glistio <<<"$GLISTIO"
read -r -d '' -a values <<<"$VALUES"
read -r -d '' -a args <<<"${ARGS:-}"
[ -z "${CHART_VERSION:-}" ] || args+=(--chart-version "$CHART_VERSION")
[ "${STRICT:-false}" != true ] || args+=(--strict)

validate() { "${glistio[@]}" validate "${values[@]}" "${args[@]}" -o "$1"; }

validate github
code=$?
echo "exit-code=$code" >>"${GITHUB_OUTPUT:-/dev/null}"
# What could not be done (a file that is not there, a release that never was) was said on standard error.
[ "$code" -le 1 ] || exit "$code"
validate markdown >>"${GITHUB_STEP_SUMMARY:-/dev/null}" 2>/dev/null
[ -z "${SARIF:-}" ] || validate sarif >"$SARIF" 2>/dev/null
exit "$code"
