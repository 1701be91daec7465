import ArgumentParser
import Evaluation
import Foundation
import Imaging
import PipelineRunner
import Reports
import Segmentation
import Synthesis

/// `grisea synthesize LABELS… --output DIR --count N --seed S`
struct Synthesize: StageCommand, ReportingCommand {
  static let configuration = CommandConfiguration(
    abstract: "Makes training images of random contrast, shape and quality from label maps.",
    discussion: """
      For sub-01_dseg.nii.gz it writes sub-01_acq-synth_run-1_T1w.nii.gz with sub-01_acq-synth_run-1_dseg.nii.gz, and so on, \
      on the grid of the label map, and prints their paths. `train --label-maps` makes such images by itself.
      """)

  @Argument(help: "Label maps, NIfTI (.nii, .nii.gz).")
  var labels: [String]

  @Option(help: "What the labels mean: bids, freesurfer, brainweb, ibsr, fsl or a TSV.")
  var labelTable = "bids"

  @Option(name: .shortAndLong, help: "Folder for the results; it is made if its parent exists.")
  var output: String

  @Option(help: "Images of each label map.")
  var count = 1

  @Option(
    help: ArgumentHelp(
      "Share of images whose contrast is not that of T1 weighting (default: as in training).",
      valueName: "share"))
  var arbitraryContrast: Double?

  @Option(
    help: ArgumentHelp(
      "Share of images that are skull-stripped (default: as in training).", valueName: "share"))
  var skullStripped: Double?

  @Flag(help: "The truth tells cortical (8), subcortical (9) and cerebellar (12) gray matter apart.")
  var parts = false

  @Option(help: ArgumentHelp("A picture to write, of all images in three planes.", valueName: "png"))
  var picture: String?

  @OptionGroup var seed: SeedOptions
  @OptionGroup var reporting: ReportingOptions

  func validate() throws {
    try ScanLoop.validateNames(labels)
    guard count > 0 else { throw ValidationError("--count \(count): needed a number of at least 1") }
    for (name, share) in [("arbitrary-contrast", arbitraryContrast), ("skull-stripped", skullStripped)] {
      guard let share, !(0...1).contains(share) else { continue }
      throw ValidationError("--\(name) \(share): needed a share from 0 to 1")
    }
    do { _ = try LabelTable(nameOrPath: labelTable) } catch { throw ValidationError("\(error)") }
  }

  func run() throws {
    try OutputFolder.make(output)
    if let picture { try OutputFolder.check(forFile: picture) }
    var pictures: [Picture] = []
    let table = try LabelTable(nameOrPath: labelTable)
    let truth = OutputLabel.labels(parts: parts)
    let synthesizer = HeadSynthesizer(synthesis, truth: truth)
    try ScanLoop(scans: labels, title: "label maps synthesized from", isSilent: reporting.quiet).run {
      image in
      let name = ScanName(path: image.path)
      let head = try HeadLabels(
        try image.labelMap(), table: table, subject: name.subject.person, path: image.path)
      guard head.knowsParts || !parts else { throw HeadLabelsError.noParts(path: image.path) }
      return try (1...count).flatMap { number -> [String] in
        let example = synthesizer.example(number, of: head, named: name.stem, seed: seed.seed)
        let (scan, truthPath) = files(of: image.path, number)
        try example.image.write(to: scan, like: image.header)
        let values = example.labels.labels.map { truth[Int($0)].value }
        try LabelMap(grid: example.labels.grid, labels: values).write(to: truthPath, like: image.header)
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

  /// The middle in each plane, without an outline.
  private static func picture(of example: LabeledImage) throws -> Picture {
    var options = SlicePicture.Options()
    options.slicesPerPlane = 1
    let none = LabelMap(grid: example.image.grid)
    return try SlicePicture(scan: example.image, mask: none, options: options).picture
  }

  private func files(of path: String, _ number: Int) -> (scan: String, truth: String) {
    let stem = (output as NSString).appendingPathComponent(
      ScanName(path: path).stem + "_acq-synth_run-\(number)")
    return (stem + "_T1w.nii.gz", stem + "_dseg.nii.gz")
  }

  func declaration() throws -> StageDeclaration {
    let tables = LabelTable.named(labelTable) == nil ? [labelTable] : []
    return StageDeclaration(
      inputs: labels + tables,
      outputs: labels.flatMap { path in
        (1...max(1, count)).flatMap { [files(of: path, $0).scan, files(of: path, $0).truth] }
      } + [picture].compactMap { $0 })
  }
}
