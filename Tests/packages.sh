#!/bin/sh
# packages.sh [ROOT...]: makes the packages (Pipelines/package.sh), installs each in bare systems, and segments a head of
# sample-data there, as an ordinary user with an empty environment and a home that cannot be written. Prints a table.
#
# A bare system is a root folder that debootstrap makes once, in .build/roots: `bookworm` and `bullseye` (Debian 12 and
# 11), `jammy` (Ubuntu 22.04) where GRISEA_UBUNTU_MIRROR names a mirror, and `nothing`, a root without any library or
# shell. Needs root. A system that cannot be had is skipped, and the last line says so.
set -eu
cd "$(dirname "$0")/.."
. Pipelines/prepare.sh

packages=$PWD/work/packages
checkout=$PWD
roots=$PWD/.build/roots
skipped=
failed=0
passed=0

if [ "$(id -u)" != 0 ]; then
  sh Pipelines/package.sh
  say "the tests in bare systems need root: skipped"
  exit 0
fi
install_missing debootstrap || say "debootstrap cannot be installed"
[ $# -gt 0 ] || set -- nothing bookworm bullseye jammy

# make_root SUITE: whole or not at all.
make_root() {
  [ ! -d "$roots/$1" ] || return 0
  mkdir -p "$roots"
  rm -rf "$roots/$1.part"
  case $1 in
    nothing)
      mkdir -p "$roots/$1.part"
      ;;
    jammy)
      [ -n "${GRISEA_UBUNTU_MIRROR:-}" ] || return 1
      debootstrap --variant=minbase --no-check-gpg --components=main,universe --include=python3-venv \
        "$1" "$roots/$1.part" "$GRISEA_UBUNTU_MIRROR" >"$roots/$1.log" 2>&1 || return 1
      ;;
    *)
      debootstrap --variant=minbase --include=python3-venv "$1" "$roots/$1.part" >"$roots/$1.log" 2>&1 || return 1
      ;;
  esac
  mv "$roots/$1.part" "$roots/$1"
}

# The systems are downloaded while the packages are built.
for suite in "$@"; do
  make_root "$suite" &
done
sh Pipelines/package.sh
wait
name=$(basename "$packages"/grisea-*.tar.xz .tar.xz)

# inside ROOT COMMAND...: runs a command in a root as root.
inside() {
  root=$1
  shift
  chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root "$@"
}

# as_user PROC ROOT COMMAND...: runs a command in a root with an empty environment, as a user who may write to /results
# alone; with /proc if PROC is yes. The mount ends with the command.
as_user() {
  proc=$1
  root=$2
  shift 2
  # The words in quotes are of the inner shell.
  # shellcheck disable=SC2016
  unshare --mount sh -c '
    [ "$1" = no ] || mount -t proc proc "$2/proc"
    root=$2; shift 2
    exec env -i HOME=/home/reader "$@" 2>"$0" >&2' "$root/results/log" "$proc" "$root" \
    "$(command -v chroot)" --userspec=12345:12345 "$root" "$@"
}

row() { printf '%-10s %-8s %-6s %-44s %8s %6s  %s\n' "$@" >>"$table"; }

# verdict STATUS FOLDER LOG: whether a command went well and its gray matter in FOLDER has the same bytes as that of the
# first system.
verdict() {
  mask=$(find "$2" -name '*label-GM_mask.nii.gz' -exec sha256sum {} + 2>/dev/null | cut -d ' ' -f 1 | sort -u)
  if [ "$1" = 0 ] && [ -n "$mask" ] && [ "$mask" = "${expected:=$mask}" ]; then
    result=passed
    passed=$((passed + 1))
  else
    result="FAILED (status $1)"
    failed=$((failed + 1))
    cat "$3" >&2
  fi
}

# since NANOSECONDS: seconds since then.
since() { awk "BEGIN { printf \"%.1f\", ($(date +%s%N) - $1) / 1e9 }"; }

# check ROOT PACKAGE PROC WHAT COMMAND...: runs a command of grisea that writes to /results/out.
check() {
  suite=$1 package=$2 proc=$3 what=$4
  shift 4
  rm -rf "$roots/$suite/results/out"
  mkdir -p "$roots/$suite/home/reader" "$roots/$suite/results"
  chown 12345:12345 "$roots/$suite/results"
  chmod 555 "$roots/$suite/home/reader"
  begin=$(date +%s%N)
  status=0
  as_user "$proc" "$roots/$suite" "$@" || status=$?
  seconds=$(since "$begin")
  log=$roots/$suite/results/log
  memory=$(sed -n 's/.*[^0-9]\([0-9.]* [MG]B\).*/\1/p' "$log" | tail -n 1)
  verdict "$status" "$roots/$suite/results/out" "$log"
  row "$suite" "$package" "$proc" "$what" "$seconds" "${memory:--}" "$result"
}

head=/sample-data/sub-mni152/anat/sub-mni152_T1w.nii.gz
table=$(mktemp)
trap 'rm -f "$table"' EXIT
row root package /proc 'what ran' seconds memory result

for suite in "$@"; do
  if ! make_root "$suite"; then
    skipped="$skipped $suite"
    continue
  fi
  root=$roots/$suite
  mkdir -p "$root/sample-data" "$root/opt" "$root/proc" "$root/tmp" "$root/results"
  cp -R "$checkout/sample-data/." "$root/sample-data/"

  rm -rf "$root/opt/$name"
  tar -xf "$packages/$name.tar.xz" -C "$root/opt"
  tarball="/opt/$name/bin/grisea"
  check "$suite" tarball no 'segment' "$tarball" segment "$head" --output /results/out --verbose
  [ "$suite" != nothing ] || continue
  check "$suite" tarball yes 'segment' "$tarball" segment "$head" --output /results/out --verbose
  ln -sf "$tarball" "$root/usr/local/bin/grisea-link"
  check "$suite" tarball no 'segment, by a link in a folder of the path' \
    /bin/sh -c "cd / && PATH=/usr/local/bin LD_LIBRARY_PATH=/lib grisea-link segment .$head --output results/out --verbose"

  cat >"$root/results/two.pipeline" <<END
grisea segment $head --output /results/out
grisea evaluate --prediction /results/out/sub-mni152_dseg.nii.gz --reference ${head%_T1w*}_dseg.nii.gz --output /results/out/scores.tsv
END
  check "$suite" tarball no 'run, two stages as processes' "$tarball" run /results/two.pipeline

  inside "$root" python3 -m venv /opt/environment
  mkdir -p "$root/opt/wheels"
  cp "$packages"/*.whl "$root/opt/wheels/"
  inside "$root" sh -c '/opt/environment/bin/pip install --quiet --no-index --force-reinstall /opt/wheels/*.whl'
  check "$suite" wheel no 'grisea segment' /opt/environment/bin/grisea segment "$head" --output /results/out --verbose
  check "$suite" wheel yes 'grisea.segment, in Python' /opt/environment/bin/python -c "
import grisea
print(grisea.segment('$head', output='/results/out', verbose=True))"

  cp "$packages"/*.deb "$root/opt/grisea.deb"
  inside "$root" dpkg --install /opt/grisea.deb >/dev/null
  check "$suite" deb yes 'segment' /usr/bin/grisea segment "$head" --output /results/out --verbose
  inside "$root" dpkg --purge grisea >/dev/null
done

# On this system: tasks of a real Slurm start by the launcher again, and the Python module.
place=$(mktemp -d)
trap 'rm -rf "$table" "$place"' EXIT
tar -xf "$packages/$name.tar.xz" -C "$place"
bash -n "$place/$name/share/bash-completion/completions/grisea"
if install_missing slurm-wlm munge && sh Tests/slurm.sh true; then
  begin=$(date +%s%N)
  status=0
  sh Tests/slurm.sh "$place/$name/bin/grisea" segment "sample-data/${head#/*/}" --executor slurm --output "$place/out" \
    >"$place/log" 2>&1 || status=$?
  seconds=$(since "$begin")
  verdict "$status" "$place/out" "$place/log"
  row 'this one' tarball yes 'segment --executor slurm' "$seconds" - "$result"
else
  skipped="$skipped Slurm"
fi
if install_missing python3-venv && python3 -m venv "$place/environment" &&
  "$place/environment/bin/pip" install --quiet --no-index "$packages"/*.whl; then
  if "$place/environment/bin/python" -W error -B -m unittest Tests/python/test_grisea.py; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
  fi
else
  skipped="$skipped Python"
fi

cat "$table"
[ -z "$skipped" ] || say "skipped, since it cannot be had here:$skipped"
printf '%s passed, %s failed\n' "$passed" "$failed"
[ "$failed" = 0 ]
