import ArgumentParser
import Cohort
import Imaging
import PipelineRunner

/// `grisea preprocess IMAGE… --output DIR`
struct Preprocess: StageCommand, ReportingCommand {
  static let configuration = CommandConfiguration(
    abstract: "Brings scans onto one kind of grid, corrects their bias field, and scales their intensities.",
    discussion: """
      For sub-01_T1w.nii.gz it writes sub-01_desc-preproc_T1w.nii.gz, prints the path, and keeps status.tsv. The order is: \
      orientation, spacing and shape; bias field; clipping; matching; scaling.
      """)

  @Argument(help: "Scans, NIfTI.")
  var images: [String]

  @Option(name: .shortAndLong, help: "Folder for the results; it is made if its parent exists.")
  var output: String

  @OptionGroup var options: PreprocessingOptions

  @Option(
    help: """
      Where intensities are measured (labels above 0, on the scan's grid): a file for one scan, or a pattern in quotes \
      whose files are found by subject.
      """)
  var mask: String?

  @OptionGroup var reporting: ReportingOptions

  func validate() throws {
    try ScanLoop.validateNames(images)
    do { _ = try masks() } catch { throw ValidationError("\(error)") }
  }

  func run() throws {
    let preprocessing = try options.preprocessing()
    let masks = try masks()
    try OutputFolder.make(output)
    let batch = Batch(
      stage: "preprocess", version: Grisea.configuration.version, status: StatusTable(folder: output))
    let tasks = images.map {
      BatchTask(BatchSubject(name: ScanName(path: $0).stem, scan: $0), .runs(.neverRan))
    }
    let results = Dictionary(uniqueKeysWithValues: images.map { ($0, result(of: $0)) })
    let steps = BatchSteps<NIfTIImage, NIfTIImage>(
      read: { subject, _ in try NIfTIImage(contentsOf: subject.scan) },
      work: { image in
        var prepared = image
        prepared.volume = try preprocessing(image.volume, mask: masks?.mask(of: image))
        return prepared
      },
      write: { subject, image in
        let result = results[subject.scan] ?? ""
        try image.volume.write(to: result, like: image.header)
        return .init(lines: [result], warnings: image.header.warnings.map { "\($0)" })
      })
    let report = BatchReport("scans preprocessed", tasks, isSilent: reporting.quiet)
    let summary = try batch.run(tasks, steps) { report.tell($0) }
    try report.finish(summary) { CommandLine.command(replacing: images, with: $0.map(\.scan)) }
  }

  private func masks() throws(ScanMaskError) -> ScanMasks? {
    guard let mask else { return nil }
    return try ScanMasks(mask, for: images)
  }

  private func result(of scan: String) -> String { ScanName(path: scan).preprocessed(in: output) }

  func declaration() throws -> StageDeclaration {
    let masks = mask.map { [$0] } ?? []
    return StageDeclaration(
      inputs: images + options.files + masks.filter { !ImageFiles.isPattern($0) },
      inputPatterns: masks.filter(ImageFiles.isPattern), outputs: images.map(result),
      updates: [StatusTable(folder: output).path])
  }
}
