import ArgumentParser
import Batch
import Evaluation
import Files
import Imaging
import PipelineRunner
import Reports
import Segmentation
import Synthesis

/// `grisea synthesize LABELS… --output DIR --count N --seed S`
struct Synthesize: StageCommand, ReportingCommand {
  static let configuration = CommandConfiguration(
    abstract: "Synthesize training images of random contrast, shape and quality from label maps.",
    discussion: """
      Writes sub-01_acq-synth_run-1_T1w.nii.gz and sub-01_acq-synth_run-1_dseg.nii.gz for sub-01_dseg.nii.gz, and so on, on \
      the grid of the label map, and prints their paths. `grisea train --label-maps` synthesizes such images by itself.

      Example:
        grisea synthesize 'sub-01_dseg.nii.gz' --count 4 --picture heads.png --output synthetic
      """)

  @Argument(help: "Label maps: files, folders or quoted patterns.")
  var labels: [String] = []

  @OptionGroup var list: ListOptions

  @OptionGroup var table: LabelTableOptions

  @Option(name: .shortAndLong, help: "Write results to this folder. It is created if it does not exist.")
  var output: String

  @Option(help: "Synthesize this many images of each label map.")
  var count = 1

  @Option(
    help: ArgumentHelp(
      "Share of images with another contrast than T1 weighting. (default: as in training)",
      valueName: "share"))
  var arbitraryContrast: Double?

  @Option(
    help: ArgumentHelp(
      "Share of skull-stripped images. (default: as in training)", valueName: "share"))
  var skullStripped: Double?

  @Flag(help: "Write labels of cortical (8), subcortical (9) and cerebellar (12) gray matter.")
  var parts = false

  @Option(help: ArgumentHelp("Draw all images in three planes.", valueName: "png"))
  var picture: String?

  @OptionGroup var seed: SeedOptions
  @OptionGroup var replacing: ReplaceOptions
  @OptionGroup var reporting: ReportingOptions

  func validate() throws {
    try operands.validate()
    guard count > 0 else { throw ValidationError("--count \(count): needed a number of at least 1") }
    for (name, share) in [("arbitrary-contrast", arbitraryContrast), ("skull-stripped", skullStripped)] {
      guard let share, !(0...1).contains(share) else { continue }
      throw ValidationError("--\(name) \(share): needed a share from 0 to 1")
    }
  }

  private var operands: ImageOperands { ImageOperands(labels, list: list.list, .labelMaps) }

  func run() throws {
    let items = try operands.items(isSilent: reporting.quiet)
    try OutputFolder.make(output)
    if let picture { try OutputFolder.make(forFile: picture) }
    let sources = ResultSources(folder: output, stage: "synthesize", isForced: replacing.isForced)
    for item in items {
      for number in 1...count {
        try sources.check(files(of: item.subject, number).scan, inputs: [item.operand])
      }
    }
    var pictures: [Picture] = []
    let labelTable = try LabelTable(nameOrPath: table.name)
    let truth = OutputLabel.labels(parts: parts)
    let synthesizer = HeadSynthesizer(synthesis, truth: truth)
    try ScanLoop(items: items, title: "label maps synthesized from", isSilent: reporting.quiet).run {
      image, item in
      let head = try HeadLabelMap(
        try image.labelMap(), table: labelTable, subject: ScanName(path: image.path).subject.person,
        path: image.path)
      guard head.knowsParts || !parts else { throw HeadLabelsError.noParts(path: image.path) }
      return try (1...count).flatMap { number -> [String] in
        let example = synthesizer.example(number, of: head, named: item.subject, seed: seed.seed)
        let (scan, truthPath) = files(of: item.subject, number)
        try example.image.write(to: scan, like: image.header)
        let values = example.labels.labels.map { truth[Int($0)].value }
        try LabelMap(grid: example.labels.grid, labels: values).write(to: truthPath, like: image.header)
        try sources.keep(scan, inputs: [item.operand])
        if picture != nil { pictures.append(try Self.picture(of: example)) }
        return [scan, truthPath]
      }
    }
    guard let picture, !pictures.isEmpty else { return }
    try Picture(sideBySide: pictures).write(to: picture)
    print(picture)
  }

  private var synthesis: Synthesis {
    var synthesis = Synthesis()
    if let arbitraryContrast { synthesis.contrast.arbitraryShare = arbitraryContrast }
    if let skullStripped { synthesis.stripping.share = skullStripped }
    return synthesis
  }

  /// Returns the middle slice in each plane, without an outline.
  private static func picture(of example: LabeledImage) throws -> Picture {
    var options = SlicePicture.Options()
    options.slicesPerPlane = 1
    options.layers = []
    // The whole field of view; left and right of a synthetic head mean nothing.
    (options.isCropped, options.isMarked) = (false, false)
    let none = LabelMap(grid: example.image.grid)
    return try SlicePicture(scan: example.image, labels: none, options: options).picture
  }

  private func files(of name: String, _ number: Int) -> (scan: String, truth: String) {
    let stem = output.joined(name + "_acq-synth_run-\(number)")
    return (stem + "_T1w.nii.gz", stem + "_dseg.nii.gz")
  }

  func declaration() throws -> StageDeclaration {
    StageDeclaration(
      inputs: operands.inputs + table.files, inputPatterns: operands.patterns,
      outputs: operands.itemsNow.map(\.subject).flatMap { name in
        (1...max(1, count)).flatMap { [files(of: name, $0).scan, files(of: name, $0).truth] }
      } + [picture].compactMap { $0 })
  }
}
