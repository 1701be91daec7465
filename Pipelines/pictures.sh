#!/bin/sh
# Makes the pictures of the README and the articles that are out of date, and records what they were made from.
#
#   sh Pipelines/pictures.sh           makes what is out of date
#   sh Pipelines/pictures.sh --all     makes all pictures
#   sh Pipelines/pictures.sh --check   lists what is out of date and exits 1 if there is any; a test does this
#
# Pipelines/pictures.tsv has a row for each picture: the files and folders it was made from, their SHA-256, and its own.
# Needs Chromium, and a Python (GRISEA_PYTHON) with nibabel and numpy. Colin27 at 1 mm comes from Debian's mricron-data.
set -eu
cd "$(dirname "$0")/.."
. Pipelines/prepare.sh

record=Pipelines/pictures.tsv
catalogue=Sources/grisea/Documentation.docc
work=work/pictures

# sources PICTURE: what the picture shows is made by these.
sources() {
  case $1 in
    gray-matter) echo "Pipelines/hero.py Sources/Reports/Assets/letters.txt Sources/CModels/accurate.safetensors" ;;
    report) echo "Sources/Reports Sources/grisea/Stages/Report Sources/CModels/accurate.safetensors sample-data/sub-colin27 sample-data/sub-mni152" ;;
    synthesis) echo "Sources/Synthesis Sources/Reports/Pictures sample-data/sub-colin27 sample-data/sub-mni152" ;;
  esac
}
pictures="gray-matter report synthesis"

# hash_of PATH...: one hash of the names and contents of all files.
hash_of() {
  find "$@" -type f ! -name '.*' ! -name '*.pyc' | LC_ALL=C sort | xargs sha256sum | sha256sum | cut -d ' ' -f 1
}

# row PICTURE: the row of the table that is right now.
row() {
  # The words are paths without spaces.
  # shellcheck disable=SC2046
  printf '%s.png\t%s\t%s\t%s\n' "$1" "$(sources "$1")" "$(hash_of $(sources "$1"))" "$(hash_of "$catalogue/$1.png")"
}

stale=
for picture in $pictures; do
  if [ "${1:-}" = --all ] || ! grep -qxF "$(row "$picture")" "$record" 2>/dev/null; then stale="$stale $picture"; fi
done
if [ "${1:-}" = --check ]; then
  [ -n "$stale" ] || exit 0
  say "Out of date:$stale. Run: sh Pipelines/pictures.sh"
  exit 1
fi
[ -n "$stale" ] || exit 0

require_swift
# shellcheck disable=SC2086
install_missing $packages
swift build -c release --product grisea >&2
PATH="$(swift build -c release --show-bin-path):$PATH"
export PATH
mkdir -p "$work"

make_gray_matter() {
  scan=/usr/share/mricron/templates/ch2.nii.gz
  if [ ! -f "$scan" ]; then
    # Unpacked without root; the package itself is not installed.
    (cd "$work" && apt-get download -qq mricron-data && dpkg-deb -x mricron-data_*.deb mricron)
    scan="$work/mricron$scan"
  fi
  grisea segment "$scan" --model accurate --output "$work/hero"
  "${GRISEA_PYTHON:-python3}" Pipelines/hero.py "$scan" "$work/hero/ch2_dseg.nii.gz" "$catalogue/gray-matter.png"
}

make_report() {
  install_missing chromium fonts-dejavu-core
  grisea segment sample-data/sub-*/anat/*_T1w.nii.gz --model accurate --output "$work/report" --report
  chromium --headless --no-sandbox --disable-gpu --hide-scrollbars \
    --window-size=1000,1400 --screenshot="$catalogue/report.png" "file://$PWD/$work/report/report.html"
}

make_synthesis() {
  grisea synthesize sample-data/sub-*/anat/sub-*_dseg.nii.gz --count 2 --seed 1 --output "$work/synthesis" \
    --picture "$catalogue/synthesis.png"
}

for picture in $stale; do
  say "Making $picture.png"
  case $picture in
    gray-matter) make_gray_matter ;;
    report) make_report ;;
    synthesis) make_synthesis ;;
  esac
done

# Pictures that were not made again keep their rows: these are right, or they would be out of date.
{
  printf 'picture\tmade_from\tsources_sha256\tpicture_sha256\n'
  for picture in $pictures; do row "$picture"; done
} >"$record.new"
mv "$record.new" "$record"
