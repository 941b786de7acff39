import type { Shell } from './complete.ts';

/** One script per shell. Each asks glistio, which knows releases, codes, values, contexts and namespaces. */
export const completionScripts: Readonly<Record<Shell, string>> = {
  bash: `# bash completion for glistio
_glistio() {
  local IFS=$'\\n' kind='' line word="\${COMP_WORDS[COMP_CWORD]}"
  [[ $word == '=' || $word == ':' ]] && word=''
  COMPREPLY=()
  while read -r line; do
    if [[ -z $kind ]]; then kind=$line; else COMPREPLY+=("$(printf %q "\${line%%$'\\t'*}")"); fi
  done < <("\${COMP_WORDS[0]}" __complete bash "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  case $kind in
    file) compopt -o filenames; COMPREPLY=($(compgen -f -- "$word")) ;;
    directory) compopt -o filenames; COMPREPLY=($(compgen -d -- "$word")) ;;
    unfinished) compopt -o nospace ;;
  esac
}
complete -F _glistio glistio
`,
  zsh: `#compdef glistio
_glistio() {
  local -a found
  found=("\${(@f)$("\${words[1]}" __complete zsh "\${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
  local kind=$found[1]
  shift found
  case $kind in
    file) compset -P '--*='; _files ;;
    directory) compset -P '--*='; _files -/ ;;
    unfinished) _describe -V glistio found -S '' ;;
    words) (( $#found )) && _describe -V glistio found ;;
  esac
}
if [ "$funcstack[1]" = _glistio ]; then _glistio "$@"; elif (( $+functions[compdef] )); then compdef _glistio glistio; fi
`,
  fish: `# fish completion for glistio
function __glistio_complete
  set -l typed (commandline -ct)
  # Without quotes and backslashes; a quote may still be open.
  set -l current (string unescape -- "$typed"; or string unescape -- "$typed'"; or string unescape -- "$typed\\"")
  set -l found (glistio __complete fish (commandline -opc)[2..] "$current" 2>/dev/null)
  set -l start (string match -r -- '^--[^=]*=' "$current")
  set -l rest (string replace -r -- '^--[^=]*=' '' "$current")
  switch "$found[1]"
    case file
      for path in (__fish_complete_path "$rest")
        echo "$start$path"
      end
    case directory
      for path in (__fish_complete_directories "$rest")
        echo "$start$path"
      end
    case '*'
      printf '%s\\n' $found[2..]
  end
end
complete -c glistio -f -a '(__glistio_complete)'
`,
  powershell: `# PowerShell completion for glistio
Register-ArgumentCompleter -Native -CommandName glistio -ScriptBlock {
  param($word, $tree, $cursor)
  # Windows PowerShell drops empty arguments, so each has a sign in front.
  $given = @($tree.CommandElements | Select-Object -Skip 1 | Where-Object { $_.Extent.EndOffset -le $cursor } | ForEach-Object { '=' + $_.Extent.Text })
  if ($word -eq '') { $given += '=' }
  $kind, $found = @(glistio __complete powershell @given 2>$null)
  if ($kind -eq 'file' -or $kind -eq 'directory') { return }
  $found | Where-Object { $_ } | ForEach-Object {
    $text, $summary = $_ -split "\`t", 2
    if (-not $summary) { $summary = $text }
    # What could mean something to PowerShell is put in quotes.
    $quoted = if ($text -match '^[A-Za-z0-9_./:=%+-]+$') { $text } else { "'" + $text.Replace("'", "''") + "'" }
    [System.Management.Automation.CompletionResult]::new($quoted, $text, 'ParameterValue', $summary)
  }
}
`,
};
