import ArgumentParser
import Foundation
import Imaging
import LatentSpace
import PipelineRunner
import Statistics

/// `grisea reconstruct --model FILE --features TSV --output DIR`
struct Reconstruct: StageCommand {
  static let configuration = CommandConfiguration(
    abstract: "Makes maps of latent features, or of changes of them, as NIfTI.",
    discussion: """
      Each row of the table becomes a map, named after its first cell. With --changes rows are added to the mean \
      features of the training, and the difference from the mean's map is written: of the patterns of `grisea \
      associate`, how the brain differs for one standard deviation of what is predicted. With --saliency rows are \
      slopes of `grisea associate`, and the map says how much the prediction rises with each voxel's gray matter, all \
      other voxels left alone: what it looks at, where a change says what goes with it. With the --smoothing of \
      `grisea register` it is gray matter before smoothing that counts.
      """)

  @Option(help: ArgumentHelp("A model of a latent space.", valueName: "safetensors"))
  var model: String

  @Option(help: ArgumentHelp("Rows of features, or of changes.", valueName: "tsv"))
  var features: String?

  @Flag(help: "Rows are changes of the mean features; the maps are differences.")
  var changes = false

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Rows are slopes; the gradients' mean over these maps in the model's space, or over quoted patterns of them.",
      valueName: "image"))
  var saliency: [String] = []

  @Option(
    help:
      "With --saliency: full width at half maximum in mm of the Gaussian by which `register` smoothed the images."
  )
  var smoothing = 0.0

  @Option(
    help: ArgumentHelp(
      "In place of a table: the change by one standard deviation of each of these features.",
      valueName: "feature,…"))
  var along: String?

  @Option(name: .shortAndLong, help: "Folder to write to; made if it is missing.")
  var output: String

  @OptionGroup var threads: ThreadOptions

  func validate() throws {
    guard (features == nil) != (along == nil) else {
      throw ValidationError("needed --features, a table, or --along, names of features")
    }
    guard saliency.isEmpty || (features != nil && !changes) else {
      throw ValidationError("--saliency: needed --features, a table of slopes, without --changes")
    }
    guard smoothing == 0 || !saliency.isEmpty else {
      throw ValidationError("--smoothing: needed --saliency, whose images were smoothed")
    }
    guard smoothing >= 0, smoothing <= 100 else {
      throw ValidationError("--smoothing \(smoothing): needed millimetres between 0 and 100")
    }
  }

  private var areChanges: Bool { changes || along != nil }
  private var names: [String] { (along ?? "").split(separator: ",").map(String.init) }

  func run() throws {
    try OutputFolder.make(output)
    let latent = try LatentModel(contentsOf: model)
    let rows =
      try features.map { try DataTable(contentsOf: $0).features(of: latent) }
      ?? names.map { (name: $0, values: try latent.step(along: $0)) }
    let values = rows.map(\.values)
    let maps =
      if !saliency.isEmpty {
        try latent.saliency(
          of: values, at: MapSet(MapPaths(saliency).found(), grid: latent.grid).values, smoothing: smoothing,
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
      print(path)
    }
  }

  private func path(of name: String) -> String {
    let files = LatentMapFiles(folder: output)
    if !saliency.isEmpty { return files.saliency(name) }
    return areChanges ? files.change(name) : files.map(name)
  }

  /// Of a table that an earlier stage makes the rows are not known yet.
  func declaration() throws -> StageDeclaration {
    let rows = features.flatMap { try? DataTable(contentsOf: $0) }?.rows.map { $0[0] } ?? names
    let images = MapPaths(saliency)
    return StageDeclaration(
      inputs: [model] + [features].compactMap { $0 } + images.words, inputPatterns: images.patterns,
      outputs: rows.map { path(of: $0) })
  }
}
