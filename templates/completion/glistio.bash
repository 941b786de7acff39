# bash completion for glistio
_glistio() {
  local IFS=$'\n' kind='' line word="${COMP_WORDS[COMP_CWORD]}"
  [[ $word == '=' || $word == ':' ]] && word=''
  COMPREPLY=()
  while read -r line; do
    if [[ -z $kind ]]; then kind=$line; else COMPREPLY+=("$(printf %q "${line%%$'\t'*}")"); fi
  done < <("${COMP_WORDS[0]}" __complete bash "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  case $kind in
    file) compopt -o filenames; COMPREPLY=($(compgen -f -- "$word")) ;;
    directory) compopt -o filenames; COMPREPLY=($(compgen -d -- "$word")) ;;
    unfinished) compopt -o nospace ;;
  esac
}
complete -F _glistio glistio
