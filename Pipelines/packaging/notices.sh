# Read by package.sh.

# owner FILE: the Debian package that a file of the system is from. Where /lib is a link to /usr/lib, dpkg knows the file
# by either name.
owner() {
  for path in "$1" "${1#/usr}" "/usr$1" "$(readlink -f "$1")" "$(readlink -f "$1" | sed 's,^/usr,,')"; do
    if dpkg-query -S "$path" 2>/dev/null | head -n 1 | cut -d : -f 1 | grep .; then return 0; fi
  done
  say "no Debian package owns $1, so that its licence is not known"
  return 1
}

# notices FOLDER LIBRARIES ARCHIVES CHECKOUTS SWIFT: writes to FOLDER the licence of everything in the bundle that is not
# grisea's, and NOTICES.txt, which says what each is for. LIBRARIES lists the paths of shared libraries; ARCHIVES holds
# links to those that are linked into the program.
notices() {
  mkdir -p "$1"
  cp Pipelines/packaging/notices.txt "$1/NOTICES.txt"
  for file in $(grep -v libOpenCL "$2") "$3"/*.a; do
    real=$(readlink -f "$file")
    package=$(owner "$real")
    cp "/usr/share/doc/$package/copyright" "$1/$package.txt"
    source=$(dpkg-query -W -f '${source:Package} ${source:Version}\n' "$package" | head -n 1)
    printf '%s: %s (Debian package %s, source %s)\n' "${file##*/}" "$package.txt" "$package" "$source"
  done >"$1/libraries"
  for checkout in "$4"/*; do
    for file in "$checkout"/LICENSE* "$checkout"/NOTICE*; do
      [ -f "$file" ] || continue
      copy=${checkout##*/}-${file##*/}
      cp "$file" "$1/$copy"
      printf '%s: %s\n' "${checkout##*/}" "$copy"
    done
  done >"$1/swift-packages"
  # Swift's standard library and Foundation are linked into the program; ICU is in Foundation.
  cp "${5%/lib/*}/share/swift/LICENSE.txt" "$1/Swift.txt"
  cp /usr/share/doc/icu-devtools/copyright "$1/ICU.txt"
  {
    printf '\nLibraries\n---------\n\n'
    sort "$1/libraries"
    printf '\nSwift\n-----\n\n'
    printf 'The Swift standard library, Foundation, Dispatch: Swift.txt\n'
    printf 'The International Components for Unicode, in Foundation: ICU.txt\n'
    sort "$1/swift-packages"
  } >>"$1/NOTICES.txt"
  rm "$1/libraries" "$1/swift-packages"
  # Debian's texts name licences that are in a folder of the system.
  cat "$1"/*.txt | grep -o 'common-licenses/[A-Z][A-Za-z0-9.-]*[A-Za-z0-9]' | sort -u | while read -r licence; do
    cp -L "/usr/share/$licence" "$1/${licence#*/}"
  done
  # The launcher is linked with glibc: with its source it can be linked with another version.
  cp Pipelines/packaging/launcher.c "$1/"
}

# documentation FOLDER: writes README.md, INSTALL.md and the articles there are.
documentation() {
  cp README.md Pipelines/packaging/INSTALL.md "$1/"
  for articles in Sources/*/*.docc; do
    [ -d "$articles" ] || continue
    mkdir -p "$1/articles"
    find "$articles" -name '*.md' -exec cp {} "$1/articles/" \;
  done
}
