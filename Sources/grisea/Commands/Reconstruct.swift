import ArgumentParser
import Batch
import Foundation
import Imaging
import LatentSpace
import PipelineRunner
import Statistics

/// `grisea reconstruct --model FILE --features TSV --output DIR`
struct Reconstruct: StageCommand {
  static let configuration = CommandConfiguration(
    abstract: "Reconstruct maps from latent features, or from changes of them.",
    discussion: """
      Each row of the table becomes a map, named after its scan or target. With --changes, the row is added to the mean \
      features of the training, and the map is the difference from the map of the mean. For the patterns of `grisea \
      associate`, it shows the change for one standard deviation of the prediction. With --saliency, the row has the \
      slopes of `grisea associate`, and the map is the gradient of the prediction with respect to the gray matter of each \
      voxel. With --smoothing, it is the gradient with respect to the gray matter before the smoothing of `grisea register`.

      Examples:
        grisea reconstruct --model ae.safetensors --features scores_patterns.tsv --changes --output changes
        grisea reconstruct --model ae.safetensors --along z1,z3 --output along
      """)

  @Option(help: ArgumentHelp("Use this model of `grisea train-autoencoder`.", valueName: "safetensors"))
  var model: String

  @Option(help: ArgumentHelp("Read features, changes or slopes from this table.", valueName: "tsv"))
  var features: String?

  @Flag(help: "Read rows as changes of the mean features, and write differences.")
  var changes = false

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Read rows as slopes, and write mean gradients over these maps: files, folders or quoted patterns.",
      valueName: "image"))
  var saliency: [String] = []

  @Option(
    help:
      "With --saliency: the --smoothing of `grisea register` in mm, with which the maps were made."
  )
  var smoothing = 0.0

  @Option(
    help: ArgumentHelp(
      "Write the change by one standard deviation of each of these features, instead of a table's.",
      valueName: "feature,…"))
  var along: String?

  @Option(name: .shortAndLong, help: "Write maps to this folder. It is created if it does not exist.")
  var output: String

  @OptionGroup var threads: ThreadOptions
  @OptionGroup var replacing: ReplaceOptions

  func validate() throws {
    guard (features == nil) != (along == nil) else {
      throw ValidationError("needed one of --features (a table) and --along (names of features)")
    }
    guard saliency.isEmpty || (features != nil && !changes) else {
      throw ValidationError("--saliency needs --features, a table of slopes, and excludes --changes")
    }
    guard smoothing == 0 || !saliency.isEmpty else {
      throw ValidationError("--smoothing needs --saliency, whose images were smoothed")
    }
    guard smoothing >= 0, smoothing <= 100 else {
      throw ValidationError("--smoothing \(smoothing): needed a width from 0 to 100 mm")
    }
  }

  private var areChanges: Bool { changes || along != nil }
  private var names: [String] { (along ?? "").split(separator: ",").map(String.init) }

  func run() throws {
    let latent = try LatentModel(contentsOf: model)
    let rows =
      try features.map { try DataTable(contentsOf: $0).features(of: latent) }
      ?? names.map { (name: $0, values: try latent.step(along: $0)) }
    try LatentMapFiles.check(rows.map(\.name)) { path(of: $0) }
    try OutputFolder.make(output)
    let inputs = [model] + [features].compactMap { $0 }
    let sources = ResultSources(folder: output, stage: "reconstruct", isForced: replacing.isForced)
    for row in rows { try sources.check(path(of: row.name), inputs: inputs) }
    let values = rows.map(\.values)
    let maps =
      if !saliency.isEmpty {
        try latent.saliency(
          of: values, at: MapSet(ImageOperands(saliency, .normalizedMaps).paths(), grid: latent.grid).values,
          smoothing: smoothing,
          threads: threads.count
        )
      } else if areChanges {
        try latent.decode(changes: values, threads: threads.count)
      } else {
        try latent.decode(values, threads: threads.count)
      }
    for (row, map) in zip(rows, maps) {
      let path = path(of: row.name)
      try map.write(to: path)
      try sources.keep(path, inputs: inputs)
      print(path)
    }
  }

  private func path(of name: String) -> String {
    let files = LatentMapFiles(folder: output)
    if !saliency.isEmpty { return files.saliency(name) }
    return areChanges ? files.change(name) : files.map(name)
  }

  /// The rows of a table that an earlier stage writes are not known yet.
  func declaration() throws -> StageDeclaration {
    let rows = features.flatMap { try? DataTable(contentsOf: $0) }?.scans ?? names
    let images = ImageOperands(saliency, .normalizedMaps)
    return StageDeclaration(
      inputs: [model] + [features].compactMap { $0 } + images.inputs, inputPatterns: images.patterns,
      outputs: rows.map { path(of: $0) })
  }
}
