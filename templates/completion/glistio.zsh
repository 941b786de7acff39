#compdef glistio
_glistio() {
  local -a found
  found=("${(@f)$("${words[1]}" __complete zsh "${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
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
