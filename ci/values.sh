# shellcheck shell=bash
# Sets `values` to the files in $VALUES: one per line, or several separated by spaces.
values=()
while IFS= read -r line || [ -n "$line" ]; do
  line=${line%$'\r'}
  if [ -e "$line" ]; then
    values+=("$line")
  else
    read -r -a words <<<"$line"
    values+=("${words[@]}")
  fi
done <<<"$VALUES"
[ "${#values[@]}" -gt 0 ] || {
  echo "glistio: the input values names no file" >&2
  exit 2
}
