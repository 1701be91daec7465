import ArgumentParser
import Imaging
import Segmentation

/// What a training learns from: `--images` and `--labels`, or `--pairs`.
struct TrainingListOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Pattern of the images, in quotes.", valueName: "pattern"))
  var images: String?

  @Option(help: ArgumentHelp("Pattern of their label maps, in quotes.", valueName: "pattern"))
  var labels: String?

  @Option(
    help: ArgumentHelp(
      "Table with the columns image and label, optionally subject and split (train or validation).",
      valueName: "tsv"))
  var pairs: String?

  @Option(help: "What the labels mean: bids, freesurfer, brainweb, ibsr or a TSV.")
  var labelTable = "bids"

  @Option(
    help: ArgumentHelp(
      "Subjects that only validate: a share such as 0.2, or a pattern of images.", valueName: "share|pattern")
  )
  var validation = "0"

  func validate() throws {
    guard (pairs == nil) != (images == nil && labels == nil), (images == nil) == (labels == nil) else {
      throw ValidationError("needed --images with --labels, or --pairs alone")
    }
    guard TrainingList.Validation(validation) != nil else {
      throw ValidationError("--validation \(validation): a share is at least 0 and below 1")
    }
    do { _ = try LabelTable(nameOrPath: labelTable) } catch { throw ValidationError("\(error)") }
  }

  func list(seed: UInt64) throws(TrainingListError) -> TrainingList {
    let chosen = TrainingList.Validation(validation) ?? .none
    if let pairs { return try TrainingList(pairs: pairs, validation: chosen, seed: seed) }
    return try TrainingList(images: images ?? "", labels: labels ?? "", validation: chosen, seed: seed)
  }

  /// What the stage reads by name, and by pattern. A table's images are read as of now; a table that an earlier
  /// stage makes is itself what the stage depends on.
  var files: [String] {
    let tables = LabelTable.named(labelTable) == nil ? [labelTable] : []
    guard let pairs else { return tables }
    let listed = (try? TrainingList(pairs: pairs, validation: .none, seed: 0).entries) ?? []
    return tables + [pairs] + listed.flatMap { [$0.image, $0.label] }
  }

  var patterns: [String] { [images, labels].compactMap { $0 } }
}
