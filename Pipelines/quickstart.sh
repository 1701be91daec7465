#!/bin/sh
# Sets up what is missing, builds grisea, and segments two real heads with the model inside the program: some minutes
# the first time, which the build takes, then seconds. Results: work/quickstart/.
set -eu
cd "$(dirname "$0")/.."
. Pipelines/prepare.sh

require_swift
# shellcheck disable=SC2086
install_missing $packages
say "Building grisea"
swift build -c release --product grisea >&2
PATH="$(swift build -c release --show-bin-path):$PATH"
export PATH

mkdir -p work/quickstart
grisea run Pipelines/quickstart.pipeline
say ""
say "Written:"
find work/quickstart -type f ! -path '*/.*' | sort
