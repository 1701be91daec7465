# Read by package.sh.

# sizes BUNDLE FOLDER: prints the bytes of each file of the bundle, as it is and packed (`xz -1`), and those of the packages.
sizes() {
  printf '\n%12s %12s  %s\n' bytes packed file
  find "$1" -type f -size +99k | sort | while read -r file; do
    printf '%12d %12d  %s\n' "$(wc -c <"$file")" "$(xz -1 -c "$file" | wc -c)" "${file#"$1"/}"
  done
  printf '%12d %12s  %s\n\n' "$(find "$1" -type f -printf '%s\n' | awk '{ sum += $1 } END { print sum }')" '' 'all files'
  for file in "$2"/grisea*; do
    printf '%12d %12s  %s\n' "$(wc -c <"$file")" '' "${file##*/}"
  done
}
