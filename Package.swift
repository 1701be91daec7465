// swift-tools-version: 6.1
import PackageDescription

// Dependencies run one way, bottom to top: the table of modules in the documentation names each arrow, and a test
// compares the two.
// C libraries come from Debian: libnifti-dev and zlib1g-dev (images), libdeflate-dev (gzip of whole buffers at twice
// zlib's speed; zlib remains for streams that are read in pieces), libdnnl-dev (primitives), libpng-dev (pictures),
// libssl-dev (SHA-256 of inputs and outputs), liblapacke-dev (linear algebra of statistics: least squares, singular
// values, positive definite systems; no hand-written solver is as exact, or as often tested).

/// Every library of the package, lowest first.
let libraries = [
  "Numerics", "Files", "Imaging", "NeuralNetwork", "Synthesis", "Segmentation", "Statistics", "Morphometry",
  "LatentSpace", "Evaluation", "Reports", "BIDS", "Batch", "PipelineRunner",
]

let package = Package(
  name: "grisea",
  products: [.executable(name: "grisea", targets: ["grisea"])]
    + libraries.map { .library(name: $0, targets: [$0]) },
  dependencies: [
    // Subcommands, help, validation and usage errors with exit code 64.
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    // Pages of reports are templates that read as HTML and escape their values.
    .package(url: "https://github.com/hummingbird-project/swift-mustache", exact: "2.1.1"),
  ],
  targets: [
    .target(
      name: "CNIfTI",
      linkerSettings: [
        .linkedLibrary("nifti2"), .linkedLibrary("znz"), .linkedLibrary("z"), .linkedLibrary("deflate"),
      ]),
    .target(name: "COneDNN", linkerSettings: [.linkedLibrary("dnnl"), .linkedLibrary("gomp")]),
    .target(name: "CPNG", linkerSettings: [.linkedLibrary("png")]),
    .target(name: "COpenSSL", linkerSettings: [.linkedLibrary("crypto")]),
    .target(name: "CLAPACK", linkerSettings: [.linkedLibrary("lapacke"), .linkedLibrary("blas")]),
    .target(name: "CAllocationWatch"),
    // The weights of the built-in models, as bytes of the program.
    .target(
      name: "CModels",
      exclude: [
        "accurate.safetensors", "fast.safetensors", "locator.safetensors", "structures.safetensors",
      ]),

    .target(name: "Numerics", dependencies: ["CLAPACK"]),
    .target(name: "Files", dependencies: ["COpenSSL"]),
    .target(name: "Imaging", dependencies: ["Numerics", "Files", "CNIfTI"]),
    .target(name: "NeuralNetwork", dependencies: ["Numerics", "Files", "COneDNN"]),
    .target(name: "Synthesis", dependencies: ["Imaging", "Numerics", "Files"]),
    .target(
      name: "Segmentation",
      dependencies: ["Imaging", "NeuralNetwork", "Synthesis", "Numerics", "Files", "CModels"]),
    // The two loops of the permuted model, compiled for several instruction sets; Swift compiles for one.
    .target(name: "CStatistics"),
    .target(name: "Statistics", dependencies: ["Numerics", "Files", "NeuralNetwork", "CStatistics"]),
    // The template and the atlas, as bytes of the program.
    .target(
      name: "CTemplates", exclude: ["PROVENANCE.md", "gray.nii.gz", "white.nii.gz", "atlas.nii.gz"]),
    .target(
      name: "Morphometry", dependencies: ["Imaging", "Statistics", "Numerics", "Files", "CTemplates"]),
    .target(
      name: "LatentSpace", dependencies: ["Imaging", "NeuralNetwork", "Statistics", "Numerics", "Files"]),
    .target(name: "Evaluation", dependencies: ["Imaging", "Statistics", "Numerics", "Files"]),
    .target(
      name: "Reports",
      dependencies: [
        "Evaluation", "Statistics", "Imaging", "Numerics", "Files", "CPNG",
        .product(name: "Mustache", package: "swift-mustache"),
      ],
      resources: [
        .embedInCode("Assets/page.mustache"), .embedInCode("Assets/table.mustache"),
        .embedInCode("Assets/card.mustache"), .embedInCode("Assets/page.css"), .embedInCode("Assets/page.js"),
        .embedInCode("Assets/letters.txt"),
      ]),
    .target(name: "BIDS", dependencies: ["Imaging", "Files"]),
    .target(name: "Batch", dependencies: ["Numerics", "Files"]),
    .target(name: "PipelineRunner", dependencies: ["Batch", "Files"]),
    .executableTarget(
      name: "grisea",
      dependencies: libraries.map { .byName(name: $0) }
        + [.product(name: "ArgumentParser", package: "swift-argument-parser")]),

    .executableTarget(
      name: "Benchmarks", dependencies: libraries.map { .byName(name: $0) }),
    .executableTarget(
      name: "Fuzzers", dependencies: libraries.map { .byName(name: $0) } + ["CAllocationWatch"]),

    // Folders, programs and oracles that the tests of every library share.
    .target(
      name: "TestSupport", dependencies: ["Statistics", "Imaging", "Synthesis"], path: "Tests/TestSupport"),
    .testTarget(name: "NumericsTests", dependencies: ["Numerics"]),
    .testTarget(name: "FilesTests", dependencies: ["Files", "TestSupport"]),
    .testTarget(
      name: "ImagingTests", dependencies: ["Imaging", "Numerics", "Files", "TestSupport"],
      exclude: ["make_fixtures.py", "make_identity.py", "check_written.py"],
      resources: [.copy("Fixtures")]),
    .testTarget(
      name: "NeuralNetworkTests",
      dependencies: ["NeuralNetwork", "Numerics", "Files", "COneDNN", "TestSupport"],
      exclude: ["make_reference.py", "ONNX/run_onnx.py"],
      resources: [.copy("Fixtures")]),
    .testTarget(
      name: "SynthesisTests",
      dependencies: ["Synthesis", "Imaging", "Numerics", "TestSupport"]),
    .testTarget(
      name: "SegmentationTests",
      dependencies: [
        "Segmentation", "Synthesis", "NeuralNetwork", "Imaging", "Numerics", "Files", "TestSupport",
      ]),
    .testTarget(name: "StatisticsTests", dependencies: ["Statistics", "Numerics", "Files", "TestSupport"]),
    .testTarget(
      name: "MorphometryTests",
      dependencies: ["Morphometry", "Imaging", "Statistics", "Numerics", "TestSupport"]),
    .testTarget(
      name: "LatentSpaceTests",
      dependencies: ["LatentSpace", "Imaging", "NeuralNetwork", "Statistics", "Numerics", "TestSupport"]),
    .testTarget(
      name: "EvaluationTests",
      dependencies: ["Evaluation", "Imaging", "Statistics", "Numerics", "Files", "TestSupport"],
      exclude: ["Oracles"]),
    .testTarget(name: "ReportsTests", dependencies: ["Reports", "Evaluation", "Imaging", "TestSupport"]),
    .testTarget(name: "BIDSTests", dependencies: ["BIDS", "TestSupport"]),
    .testTarget(name: "BatchTests", dependencies: ["Batch", "Files", "TestSupport"]),
    .testTarget(
      name: "PipelineRunnerTests", dependencies: ["PipelineRunner", "Files", "Numerics", "TestSupport"]),
    .testTarget(
      name: "griseaTests",
      dependencies: [
        "grisea", "Imaging", "NeuralNetwork", "Segmentation", "Evaluation", "Batch", "Numerics", "Files",
        "TestSupport",
      ],
      exclude: [
        "check_report.py", "check_placement.py", "faulty_disk.c", "freesurfer_ribbon.py", "ibsr_certain.py",
        "power_loss.c",
      ]),
  ]
)
