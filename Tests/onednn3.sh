#!/bin/sh
# The tests of networks once more, on oneDNN 3.2, whose C API differs from that of Debian 12's 2.6. It comes from PyPI
# into .build/onednn3. Where it cannot be had, the script says so and succeeds, or fails if GRISEA_REQUIRE_TOOLS is set.
set -eu
cd "$(dirname "$0")/.."
. Pipelines/prepare.sh
require_swift

case $(dpkg-query -W -f '${Version}' libdnnl-dev 2>/dev/null || true) in
  [3-9].*)
    say "This system's oneDNN is a 3.x or newer already: the tests above were those on it"
    exit 0
    ;;
esac

# PyPI counts oneDNN 3.2 as 2023.2.0.
version=2023.2.0
place="$PWD/.build/onednn3"
include="$place/onednn_devel_cpu_gomp-$version.data/data/include"
library="$place/onednn_cpu_gomp-$version.data/data/lib"
python=${GRISEA_PYTHON:-python3}

# Whole or not at all: an interrupted download or unpacking is done again.
fetch() {
  rm -rf "$place" "$place.part"
  mkdir -p "$place.part"
  "$python" -m pip download --quiet --disable-pip-version-check --retries 1 --no-deps --only-binary :all: \
    --dest "$place.part" "onednn-cpu-gomp==$version" "onednn-devel-cpu-gomp==$version" || return 1
  for wheel in "$place.part"/*.whl; do
    "$python" -m zipfile -e "$wheel" "$place.part" || return 1
    rm "$wheel"
  done
  mv "$place.part" "$place"
}

if [ ! -d "$place" ] && ! fetch; then
  rm -rf "$place.part"
  say "oneDNN 3.2 cannot be fetched from PyPI for this system: the tests of networks on it are skipped"
  # In CI a missing tool is a failure.
  [ -z "${GRISEA_REQUIRE_TOOLS:-}" ] || exit 1
  exit 0
fi

# Only what the tests of networks need, which builds in a fraction of the whole's time.
for folder in Sources Tests; do
  [ -e "$place/$folder" ] || ln -s "$PWD/$folder" "$place/$folder"
done
cat >"$place/Package.swift" <<'EOF'
// swift-tools-version: 6.1
import PackageDescription

let package = Package(
  name: "onednn3",
  targets: [
    .target(name: "COneDNN", linkerSettings: [.linkedLibrary("dnnl"), .linkedLibrary("gomp")]),
    .target(name: "COpenSSL", linkerSettings: [.linkedLibrary("crypto")]),
    .target(name: "CLAPACK", linkerSettings: [.linkedLibrary("lapacke"), .linkedLibrary("blas")]),
    .target(name: "Numerics", dependencies: ["CLAPACK"]),
    .target(name: "Files", dependencies: ["COpenSSL"]),
    .target(name: "NeuralNetwork", dependencies: ["Numerics", "Files", "COneDNN"]),
    // Images, registration and statistics are no part of it.
    .target(name: "TestSupport", path: "Tests/TestSupport", exclude: ["HeadPhantom.swift", "Phantom.swift", "Samples.swift"]),
    .testTarget(
      name: "NeuralNetworkTests", dependencies: ["NeuralNetwork", "Numerics", "Files", "COneDNN", "TestSupport"],
      exclude: ["make_reference.py", "ONNX/run_onnx.py"],
      resources: [.copy("Fixtures")]),
  ]
)
EOF

# Headers of one version with the library of the other do not link: 2.x and 3.x share too few names.
say "Building the networks with oneDNN 3.2"
set -- -c release --package-path "$place" -Xcc "-I$include" -Xswiftc "-I$include" \
  -Xlinker "-L$library" -Xlinker -rpath -Xlinker "$library"
swift build --build-tests "$@"
say "Testing the networks on oneDNN 3.2"
export OMP_WAIT_POLICY=passive
swift test --skip-build --disable-xctest "$@"
