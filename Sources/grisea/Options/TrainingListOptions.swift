import ArgumentParser
import Imaging
import Segmentation

/// What a training learns from: `--images` and `--labels`, or `--pairs`; `--label-maps`; or both.
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

  @Option(
    name: .customLong("label-table"),
    help: ArgumentHelp(
      "What the labels mean: bids, freesurfer, brainweb, ibsr, fsl or a TSV. (default: bids)",
      valueName: "label-table"))
  var givenLabelTable: String?

  var labelTable: String { givenLabelTable ?? LabelTable.bids.name }

  @Option(
    help: ArgumentHelp(
      "Subjects that only validate: a share such as 0.2, or a pattern of images.", valueName: "share|pattern")
  )
  var validation = "0"

  @Option(
    help: ArgumentHelp(
      "Label maps to synthesize training images from, as a pattern in quotes; freesurfer:PATTERN says what its labels mean (default: --label-table). May be repeated.",
      valueName: "table:pattern"))
  var labelMaps: [String] = []

  @Option(
    help: ArgumentHelp(
      "Share of patches that are synthesized, where there are real images to train on too.",
      valueName: "share"))
  var syntheticShare = 0.8

  /// What a segmentation is learned from.
  func checkLabels() throws {
    let hasNone = pairs == nil && images == nil && labels == nil
    guard (images == nil) == (labels == nil), pairs == nil || images == nil, !hasNone || !labelMaps.isEmpty
    else {
      throw ValidationError("needed --images with --labels, or --pairs alone, or --label-maps")
    }
  }

  /// What maps of a common space are learned from.
  func checkMaps(task: String) throws {
    guard images != nil, labels == nil, pairs == nil, labelMaps.isEmpty else {
      throw ValidationError("--task \(task): needed --images alone, maps that `grisea register` has written")
    }
    guard Double(validation) != nil else {
      throw ValidationError("--validation \(validation): of --task \(task) it is a share of the people")
    }
  }

  func validate() throws {
    guard (0...1).contains(syntheticShare) else {
      throw ValidationError("--synthetic-share \(syntheticShare): needed a share from 0 to 1")
    }
    guard TrainingList.Validation(validation) != nil else {
      throw ValidationError("--validation \(validation): a share is at least 0 and below 1")
    }
    do { _ = try LabelTable(nameOrPath: labelTable) } catch { throw ValidationError("\(error)") }
  }

  /// The images with labels; `nil` where label maps alone are given.
  func list(seed: UInt64) throws(TrainingListError) -> TrainingList? {
    let chosen = TrainingList.Validation(validation) ?? .none
    let mayOnlyValidate = !labelMaps.isEmpty
    if let pairs {
      return try TrainingList(
        pairs: pairs, validation: chosen, seed: seed, mayOnlyValidate: mayOnlyValidate)
    }
    guard let images, let labels else { return nil }
    return try TrainingList(
      images: images, labels: labels, validation: chosen, seed: seed, mayOnlyValidate: mayOnlyValidate)
  }

  /// The label maps, in the order of their patterns.
  func sources() throws -> [LabelMapSource] {
    try labelMaps.flatMap { try LabelMapSource.matches(of: $0, table: labelTable) }
  }

  /// What the stage reads by name, and by pattern. A table's images are read as of now; a table that an earlier
  /// stage makes is itself what the stage depends on.
  var files: [String] {
    let tables = LabelTable.named(labelTable) == nil ? [labelTable] : []
    guard let pairs else { return tables }
    let listed = (try? TrainingList(pairs: pairs, validation: .none, seed: 0).entries) ?? []
    return tables + [pairs] + listed.flatMap { [$0.image, $0.label] }
  }

  var patterns: [String] {
    [images, labels].compactMap { $0 } + labelMaps.map { LabelMapSource.split($0, table: labelTable).pattern }
  }
}
