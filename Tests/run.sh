#!/bin/sh
# Everything that a change must pass: format, release build, tests. Works from any folder.
set -eu
cd "$(dirname "$0")/.."
. Pipelines/prepare.sh

require_swift
# shellcheck disable=SC2086
install_missing $packages

say "Checking the format"
swift format lint --strict -r Sources Tests Package.swift

# One test lets nifti_tool read what grisea wrote; where it cannot be had, that test is skipped.
install_missing nifti-bin || say "nifti-bin cannot be installed: the test with nifti_tool is skipped"

install_missing chromium chromium-driver fonts-dejavu-core ||
  say "Chromium cannot be installed: the test that opens a report in it is skipped"

# Some tests let nibabel, SimpleITK and safetensors read what grisea wrote, and the other way round, or ask
# SimpleITK, SciPy and scikit-learn for what they compute; onnx and onnxruntime check and run exported networks, and
# bids-validator-deno judges derivatives.
# Reports are opened in Chromium, which Selenium drives, and judged by axe-core and html5lib.
# GRISEA_PYTHON names the Python that has them; where there is none, those tests are skipped.
if [ -z "${GRISEA_PYTHON:-}" ]; then
  environment="$PWD/.build/foreign-readers"
  if [ ! -x "$environment/bin/python" ] || ! "$environment/bin/python" -c 'import nibabel, SimpleITK, safetensors, scipy, sklearn, onnx, onnxruntime, bids_validator_deno, selenium, axe_core_python, html5lib' 2>/dev/null; then
    rm -rf "$environment"
    mkdir -p .build
    install_missing python3-venv || say "python3-venv cannot be installed"
    if python3 -m venv "$environment" &&
      "$environment/bin/pip" install --quiet --disable-pip-version-check nibabel SimpleITK safetensors numpy scipy \
        scikit-learn onnx onnxruntime bids-validator-deno selenium axe-core-python html5lib; then
      :
    else
      rm -rf "$environment"
    fi
  fi
  if [ -x "$environment/bin/python" ]; then
    GRISEA_PYTHON="$environment/bin/python"
    export GRISEA_PYTHON
  else
    say "nibabel, SimpleITK, safetensors, SciPy and onnxruntime cannot be installed here: tests with them are skipped"
  fi
fi

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
  if [ -d "$GRISEA_S1/surfaces" ]; then
    export GRISEA_S1
  else
    unset GRISEA_S1
    say "pycortex cannot be fetched: the test with its whole head is skipped"
  fi
fi

# Batches are handed to a real Slurm, which is started on this machine for the tests; where that cannot be, those tests
# are skipped.
beside=
if install_missing slurm-wlm munge && sh Tests/slurm.sh true; then
  beside="sh Tests/slurm.sh"
else
  say "no Slurm can be started here: the tests with it are skipped"
fi

say "Building"
swift build -c release --build-tests
say "Damaging files for a while"
swift run -c release --skip-build Fuzzers --inputs 50000 --crash .build/fuzzers.crash
say "Testing"
# OpenMP's threads wait asleep: tests that run beside each other have more of them than there are cores.
export OMP_WAIT_POLICY=passive
# shellcheck disable=SC2086
$beside swift test -c release --skip-build --disable-xctest
sh Tests/onednn3.sh
# What others install: built, and tried in bare systems.
sh Tests/packages.sh
