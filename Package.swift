// swift-tools-version: 6.1
import PackageDescription

// Dependencies run one way, bottom to top. Imaging knows no network, NeuralNetwork knows no brain.
// C libraries come from Debian: libnifti-dev and zlib1g-dev (images), libdeflate-dev (gzip of whole buffers at twice
// zlib's speed; zlib remains for streams that are read in pieces), libdnnl-dev (primitives), libpng-dev (pictures),
// libssl-dev (SHA-256 of inputs and outputs), liblapacke-dev (linear algebra of statistics: least squares, singular
// values, positive definite systems; no hand-written solver is as exact, or as often tested).
let package = Package(
  name: "grisea",
  products: [
    .executable(name: "grisea", targets: ["grisea"]),
    .library(name: "Imaging", targets: ["Imaging"]),
    .library(name: "NeuralNetwork", targets: ["NeuralNetwork"]),
    .library(name: "Segmentation", targets: ["Segmentation"]),
    .library(name: "Evaluation", targets: ["Evaluation"]),
    .library(name: "Reporting", targets: ["Reporting"]),
    .library(name: "Statistics", targets: ["Statistics"]),
    .library(name: "Provenance", targets: ["Provenance"]),
    .library(name: "Cohort", targets: ["Cohort"]),
    .library(name: "PipelineRunner", targets: ["PipelineRunner"]),
  ],
  dependencies: [
    // Subcommands, help, validation and usage errors with exit code 64.
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
    // Pages of reports are templates that read as HTML, and escape what they are given.
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.0.0"),
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
    .target(name: "CModels", exclude: ["accurate.safetensors", "fast.safetensors"]),

    .target(name: "Imaging", dependencies: ["CNIfTI", "CLAPACK"]),
    .target(name: "NeuralNetwork", dependencies: ["COneDNN"]),
    .target(name: "Segmentation", dependencies: ["Imaging", "NeuralNetwork", "CModels"]),
    .target(name: "Evaluation", dependencies: ["Imaging", "CPNG"]),
    // Voxelwise statistics: permuted linear models, threshold-free cluster enhancement, tables of clusters.
    .target(name: "CStatistics"),
    .target(name: "Statistics", dependencies: ["Imaging", "CStatistics"]),
    // What was read and written, by content: pipelines and batches skip what is unchanged by one and the same rule.
    .target(name: "Provenance", dependencies: ["COpenSSL"]),
    // A page of tables, plots and slices; it knows no brain, and what it shows comes from above.
    .target(
      name: "Reporting", dependencies: [.product(name: "Mustache", package: "swift-mustache")],
      resources: [
        .embedInCode("Assets/page.mustache"), .embedInCode("Assets/table.mustache"),
        .embedInCode("Assets/card.mustache"), .embedInCode("Assets/page.css"), .embedInCode("Assets/page.js"),
      ]),
    .target(name: "PipelineRunner", dependencies: ["Provenance"]),
    .target(
      name: "Cohort",
      dependencies: [
        "Imaging", "NeuralNetwork", "Segmentation", "Evaluation", "Provenance", "PipelineRunner", "Reporting",
        "CLAPACK",
      ]),
    .executableTarget(
      name: "grisea",
      dependencies: [
        "Imaging", "NeuralNetwork", "Segmentation", "Evaluation", "Provenance", "Cohort", "PipelineRunner",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    .executableTarget(
      name: "Benchmarks", dependencies: ["Imaging", "NeuralNetwork", "Segmentation", "Evaluation"]),

    .executableTarget(
      name: "Fuzzers",
      dependencies: [
        "Imaging", "NeuralNetwork", "Segmentation", "Cohort", "PipelineRunner", "CAllocationWatch",
      ]),

    .testTarget(
      name: "ImagingTests", dependencies: ["Imaging"],
      exclude: ["make_fixtures.py", "make_identity.py", "check_written.py"],
      resources: [.copy("Fixtures")]),
    .testTarget(
      name: "NeuralNetworkTests", dependencies: ["NeuralNetwork", "COneDNN"],
      exclude: ["make_reference.py", "ONNX/run_onnx.py"],
      resources: [.copy("Fixtures")]),
    .testTarget(name: "SegmentationTests", dependencies: ["Segmentation"]),
    .testTarget(name: "ReportingTests", dependencies: ["Reporting"]),
    .testTarget(name: "EvaluationTests", dependencies: ["Evaluation"], exclude: ["Oracles"]),
    .testTarget(name: "StatisticsTests", dependencies: ["Statistics", "Imaging"]),
    .testTarget(name: "ProvenanceTests", dependencies: ["Provenance"]),
    .testTarget(name: "CohortTests", dependencies: ["Cohort", "Imaging", "NeuralNetwork", "Segmentation"]),
    .testTarget(name: "PipelineRunnerTests", dependencies: ["PipelineRunner", "Provenance"]),
    .testTarget(
      name: "griseaTests",
      dependencies: ["grisea", "Imaging", "NeuralNetwork", "Segmentation", "Evaluation", "Cohort"],
      exclude: [
        "check_report.py", "check_placement.py", "faulty_disk.c", "freesurfer_ribbon.py", "ibsr_certain.py",
        "power_loss.c",
      ]),
  ]
)
