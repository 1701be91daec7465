import ArgumentParser
import Batch
import Foundation
import Imaging
import PipelineRunner

/// `grisea register IMAGE… --template FILE --output DIR`
struct Register: StageCommand, ReportingCommand {
  static let configuration = CommandConfiguration(
    abstract: "Register maps of many brains to a template, by affine transforms.",
    discussion: """
      Images are tissue maps, as `grisea segment --probabilities` writes them, or scans, with or without skull like the \
      template. The template may have any contrast: the transform maximizes the correlation ratio. Writes \
      sub-01_space-template_… on one grid around the template's brain, and registration.tsv with the correlation ratio \
      before and after and the change of volume.

      Example:
        grisea register 'out/*_label-GM_probseg.nii.gz' --template template.nii.gz --smoothing 8 --output maps
      """)

  @Argument(help: "Maps or scans, or quoted patterns of them.")
  var images: [String]

  @Option(help: ArgumentHelp("Register to this image, 0 outside the brain.", valueName: "nifti"))
  var template: String

  @Option(help: "Voxel size of the written maps in mm.")
  var spacing = 4.0

  @Option(help: "Smooth the maps by a Gaussian of this full width at half maximum in mm.")
  var smoothing = 0.0

  @Option(
    help: ArgumentHelp(
      "Add the Dice of gray matter before and after to the table, by this label map of the template.",
      valueName: "nifti"))
  var labels: String?

  @Option(name: .shortAndLong, help: "Write results to this folder. It is created if its parent exists.")
  var output: String

  @OptionGroup var replacing: ReplaceOptions
  @OptionGroup var reporting: ReportingOptions

  func validate() throws {
    guard spacing >= 0.5, spacing <= 20 else {
      throw ValidationError("--spacing \(spacing): needed a voxel size from 0.5 to 20 mm")
    }
    guard smoothing >= 0, smoothing <= 100 else {
      throw ValidationError("--smoothing \(smoothing): needed a width from 0 to 100 mm")
    }
    let paths = MapPaths(images, areNative: true).files.map(files.path(of:))
    guard Set(paths).count == paths.count else {
      throw ValidationError(
        "two images have the same name and would be written to one file; give each an --output of its own")
    }
  }

  private var files: RegistrationFiles { RegistrationFiles(folder: output) }

  func run() throws {
    try OutputFolder.make(output)
    let scans = try MapPaths(images, areNative: true).found()
    let sources = ResultSources(folder: output, stage: "register", isForced: replacing.isForced)
    for scan in scans { try sources.check(files.path(of: scan), inputs: [scan]) }
    var registration = try RegistrationBatch(
      template: template, spacing: spacing, smoothing: smoothing, labels: labels)
    let loop = ScanLoop(scans: scans, title: "images registered", isSilent: reporting.quiet)
    try loop.run { [files] image in
      let (volume, row) = try registration.register(image)
      try volume.write(to: files.path(of: image.path))
      try sources.keep(files.path(of: image.path), inputs: [image.path])
      registration.add(row)
      try registration.write(to: files.table)
      return [files.path(of: image.path)]
    }
    print(files.table)
  }

  func declaration() throws -> StageDeclaration {
    let paths = MapPaths(images, areNative: true)
    return StageDeclaration(
      inputs: paths.words + [template] + [labels].compactMap { $0 }, inputPatterns: paths.patterns,
      outputs: paths.files.map(files.path(of:)) + [files.table])
  }
}
