#!/bin/sh
# Everything that a change must pass: format, release build, tests. Works from any folder.
#
# A tool that is missing costs the tests that need it: they are skipped, and the last line counts them and names what
# is missing. Where GRISEA_REQUIRE_TOOLS is set, as in CI, a missing tool stops the run instead.
set -eu
cd "$(dirname "$0")/.."
. Pipelines/prepare.sh

# missing TOOL: reports a tool that cannot be had, or stops.
missing() {
  if [ -n "${GRISEA_REQUIRE_TOOLS:-}" ]; then
    say "Tests/run.sh: $1 cannot be had here, and GRISEA_REQUIRE_TOOLS is set: install it, or unset the variable to skip its tests"
    exit 1
  fi
  say "$1 cannot be had here: the tests with it are skipped"
}

require_swift
# shellcheck disable=SC2086
install_missing $packages

say "Checking the format"
swift format lint --strict -r Sources Tests Package.swift

# nifti_tool checks what grisea wrote; reports are opened in Chromium.
install_missing nifti-bin || missing nifti_tool
install_missing chromium chromium-driver fonts-dejavu-core || missing Chromium

# Independent readers, writers and numerical libraries. GRISEA_PYTHON names the Python that has them. nibabel, SimpleITK
# and safetensors read what grisea wrote and the other way round; SimpleITK, SciPy and scikit-learn compute the same;
# onnxruntime runs exported networks; bids-validator-deno judges derivatives; Selenium drives Chromium, and axe-core and
# html5lib judge the page; nilearn and tfce are peers of the voxelwise statistics.
modules="nibabel, SimpleITK, safetensors, scipy, sklearn, onnx, onnxruntime, bids_validator_deno, selenium, axe_core_python, html5lib, nilearn, tfce"
if [ -z "${GRISEA_PYTHON:-}" ]; then
  environment="$PWD/.build/foreign-readers"
  if ! "$environment/bin/python" -c "import $modules" 2>/dev/null; then
    rm -rf "$environment"
    mkdir -p .build
    install_missing python3-venv || say "python3-venv cannot be installed"
    python3 -m venv "$environment" &&
      "$environment/bin/pip" install --quiet --disable-pip-version-check nibabel SimpleITK safetensors numpy scipy \
        scikit-learn onnx onnxruntime bids-validator-deno selenium axe-core-python html5lib nilearn tfce ||
      rm -rf "$environment"
  fi
  if [ -x "$environment/bin/python" ]; then
    GRISEA_PYTHON="$environment/bin/python"
    export GRISEA_PYTHON
  fi
fi
"${GRISEA_PYTHON:-python3}" -c "import $modules" 2>/dev/null || missing "a Python with $modules"

# A real head with FreeSurfer's surfaces is in pycortex's source; GRISEA_S1 names its folder.
if [ -z "${GRISEA_S1:-}" ] && [ -n "${GRISEA_PYTHON:-}" ]; then
  source=.build/pycortex
  GRISEA_S1="$PWD/$source/filestore/db/S1"
  if [ ! -d "$GRISEA_S1/surfaces" ]; then
    rm -rf "$source"
    mkdir -p "$source"
    # --no-binary: only the source has the head.
    "$GRISEA_PYTHON" -m pip download --quiet --disable-pip-version-check --no-deps --no-binary pycortex \
      --dest "$source" pycortex && tar -xf "$source"/pycortex-*.tar.gz -C "$source" --strip-components 1 --wildcards \
      '*/filestore/db/S1' || rm -rf "$source"
  fi
  if [ -d "$GRISEA_S1/surfaces" ]; then export GRISEA_S1; else unset GRISEA_S1; fi
fi
[ -n "${GRISEA_S1:-}" ] || missing "pycortex's head"

# Batches are handed to a real Slurm, which is started on this machine for the tests.
beside=
if install_missing slurm-wlm munge && sh Tests/slurm.sh true; then
  beside="sh Tests/slurm.sh"
else
  missing Slurm
fi

say "Building the documentation"
sh Pipelines/documentation.sh

say "Building"
swift build -c release --build-tests
say "Damaging files for a while"
# Models take as long as all others together.
.build/release/Fuzzers --inputs 50000 --targets models --crash .build/fuzzers-models.crash &
models=$!
.build/release/Fuzzers --inputs 50000 --without models --crash .build/fuzzers.crash
wait $models

logs=.build/test-logs
rm -rf "$logs"
mkdir -p "$logs"

# logged NAME COMMAND...: runs a command, shows its output and keeps it.
logged() {
  name=$1
  shift
  { "$@" 2>&1 && : >"$logs/$name.passed"; } | tee "$logs/$name.log"
  [ -e "$logs/$name.passed" ] || exit 1
}

say "Testing"
# OpenMP's threads wait asleep: tests that run beside each other have more of them than there are cores.
export OMP_WAIT_POLICY=passive
# shellcheck disable=SC2086
logged all $beside swift test -c release --skip-build --disable-xctest

# The networks once more with the instructions of other processors, as far as this one has them. DNNL_MAX_CPU_ISA hides
# the rest from oneDNN.
flags=" $(sed -n 's/^flags[[:space:]]*: //p' /proc/cpuinfo | head -n 1) "
for set in "AVX2 avx2 fma" "AVX512_CORE avx512f avx512bw avx512vl avx512dq"; do
  # shellcheck disable=SC2086
  set -- $set
  isa=$1
  shift
  for flag in "$@"; do
    case $flags in
      *" $flag "*) ;;
      *)
        say "This processor has no $flag: the networks are not tested with $isa"
        continue 2
        ;;
    esac
  done
  say "Testing the networks with $isa"
  logged "networks-$isa" env DNNL_MAX_CPU_ISA="$isa" swift test -c release --skip-build --disable-xctest \
    --filter NeuralNetworkTests
done

logged onednn3 sh Tests/onednn3.sh
# What others install: built, and tried in bare systems.
logged packages sh Tests/packages.sh

# Swift Testing reports `➜ Test "name" skipped: "reason"`.
skipped=$(grep -hE '^➜ +(Test|Suite) .* skipped' "$logs"/*.log || true)
if [ -z "$skipped" ]; then
  say "All tests ran."
else
  count=$(printf '%s\n' "$skipped" | sort -u | wc -l)
  reasons=$(printf '%s\n' "$skipped" | sed -n 's/.* skipped: "\(.*\)"$/\1/p' | sort -u | paste -sd ';' | sed 's/;/; /g')
  say "Skipped tests and suites: $count ($reasons)"
fi
