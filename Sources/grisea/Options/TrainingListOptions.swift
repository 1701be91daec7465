import ArgumentParser
import Imaging
import Segmentation

/// The data of a training: `--images` with `--labels`, or `--pairs`; `--label-maps`; or both.
struct TrainingListOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Train on these images: a folder or a quoted pattern.", valueName: "pattern"))
  var images: String?

  @Option(help: ArgumentHelp("Label maps of the images: a folder or a quoted pattern.", valueName: "pattern"))
  var labels: String?

  @Option(
    help: ArgumentHelp(
      "Read images and labels from a table with the columns image and label, optionally subject and split (train or validation).",
      valueName: "tsv"))
  var pairs: String?

  @OptionGroup var table: LabelTableOptions

  @Option(
    help: ArgumentHelp(
      "Hold these subjects out for validation: a share such as 0.2, or a quoted pattern of images.",
      valueName: "share|pattern"))
  var validation = "0"

  @Option(
    help: ArgumentHelp(
      "Synthesize training images from these label maps, a folder or a quoted pattern, optionally with its label table, such as freesurfer:PATTERN. May be repeated.",
      valueName: "table:pattern"))
  var labelMaps: [String] = []

  @Option(
    help: ArgumentHelp(
      "Share of synthesized patches, where there are real images too. (default: 0.8)", valueName: "share"))
  var syntheticShare: Double?

  /// The share of synthesized patches; `nil` without label maps.
  var synthesizedShare: Double? { labelMaps.isEmpty ? nil : syntheticShare ?? 0.8 }

  /// Whether there are images with labels.
  var hasImages: Bool { images != nil || pairs != nil }

  func validate() throws {
    let hasNone = pairs == nil && images == nil && labels == nil
    guard (images == nil) == (labels == nil), pairs == nil || images == nil, !hasNone || !labelMaps.isEmpty
    else {
      throw ValidationError("needed --images with --labels, or --pairs alone, or --label-maps")
    }
    if let syntheticShare {
      guard (0...1).contains(syntheticShare) else {
        throw ValidationError("--synthetic-share \(syntheticShare): needed a share from 0 to 1")
      }
      guard !labelMaps.isEmpty else {
        throw ValidationError("--synthetic-share needs --label-maps, from which images are synthesized")
      }
      guard hasImages else {
        throw ValidationError("--synthetic-share needs --images or --pairs too; leave it out")
      }
    }
    guard let choice = TrainingList.Validation(validation) else {
      throw ValidationError("--validation \(validation): needed a share of at least 0 and below 1")
    }
    guard hasImages || choice == .none else {
      throw ValidationError(
        "--validation \(validation): needs --images or --pairs, whose subjects are held out")
    }
  }

  /// How validation subjects are chosen.
  var validationChoice: TrainingList.Validation { TrainingList.Validation(validation) ?? .none }

  /// Returns the images with labels; `nil` where only label maps are given.
  /// - Parameter validation: by default as given.
  func list(
    seed: UInt64, validation: TrainingList.Validation? = nil
  ) throws(TrainingListError) -> TrainingList? {
    let chosen = validation ?? validationChoice
    let mayOnlyValidate = !labelMaps.isEmpty
    if let pairs {
      return try TrainingList(
        pairs: pairs, validation: chosen, seed: seed, mayOnlyValidate: mayOnlyValidate)
    }
    guard let images, let labels else { return nil }
    return try TrainingList(
      images: images, labels: labels, validation: chosen, seed: seed, mayOnlyValidate: mayOnlyValidate)
  }

  /// Returns the label maps, in the order of their patterns.
  func sources() throws -> [LabelMapSource] {
    try labelMaps.flatMap { try LabelMapSource.matches(of: $0, table: table.name) }
  }

  /// The files that are read by name. The images of a table are read as of now; a table that an earlier stage writes is
  /// itself an input.
  var files: [String] {
    let named = table.files + words.filter { !ImageFiles.isPattern($0) }
    guard let pairs else { return named }
    let listed = (try? TrainingList(pairs: pairs, validation: .none, seed: 0).entries) ?? []
    return named + [pairs] + listed.flatMap { [$0.image, $0.label] }
  }

  /// The files that are read by pattern.
  var patterns: [String] { words.filter(ImageFiles.isPattern) }

  private var words: [String] {
    [images, labels].compactMap { $0 } + labelMaps.map { LabelMapSource.split($0, table: table.name).pattern }
  }
}
