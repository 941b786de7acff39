# fish completion for glistio
function __glistio_complete
  set -l typed (commandline -ct)
  # Without quotes and backslashes; a quote may still be open.
  set -l current (string unescape -- "$typed"; or string unescape -- "$typed'"; or string unescape -- "$typed\"")
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
      printf '%s\n' $found[2..]
  end
end
complete -c glistio -f -a '(__glistio_complete)'
