import ArgumentParser
import Foundation
import Imaging
import PipelineRunner

/// `grisea register IMAGE… --template FILE --output DIR`
struct Register: StageCommand, ReportingCommand {
  static let configuration = CommandConfiguration(
    abstract: "Brings maps of many brains into a template's space, by an affine map that it finds.",
    discussion: """
      Images are maps of a tissue, as `grisea segment --probabilities` writes them, or scans, with or without skull as \
      the template is; the template may have any contrast. The affine map makes the correlation ratio greatest. \
      Written are sub-01_space-template_… on one grid around the template's brain, and registration.tsv with the \
      correlation ratio before and after and the change of volume.
      """)

  @Argument(help: "Maps or scans to bring into the space, or quoted patterns of them.")
  var images: [String]

  @Option(help: ArgumentHelp("The image to lay them onto, 0 where there is no brain.", valueName: "nifti"))
  var template: String

  @Option(help: "Voxel size of the space in mm.")
  var spacing = 4.0

  @Option(help: "Full width at half maximum in mm of a Gaussian by which images are smoothed there.")
  var smoothing = 0.0

  @Option(
    help: ArgumentHelp(
      "Label map of the template: how well gray matter overlaps before and after goes to the table too, for maps of it.",
      valueName: "nifti"))
  var labels: String?

  @Option(name: .shortAndLong, help: "Folder to write to; made if it is missing.")
  var output: String

  @OptionGroup var reporting: ReportingOptions

  func validate() throws {
    guard spacing >= 0.5, spacing <= 20 else {
      throw ValidationError("--spacing \(spacing): needed millimetres between 0.5 and 20")
    }
    guard smoothing >= 0, smoothing <= 100 else {
      throw ValidationError("--smoothing \(smoothing): needed millimetres between 0 and 100")
    }
    let paths = MapPaths(images).files.map(files.path(of:))
    guard Set(paths).count == paths.count else {
      throw ValidationError("two images would be written as one; give each an --output of its own")
    }
  }

  private var files: RegistrationFiles { RegistrationFiles(folder: output) }

  func run() throws {
    try OutputFolder.make(output)
    var registration = try RegistrationBatch(
      template: template, spacing: spacing, smoothing: smoothing, labels: labels)
    let loop = ScanLoop(
      scans: try MapPaths(images).found(), title: "images registered", isSilent: reporting.quiet)
    try loop.run { [files] image in
      let (volume, row) = try registration.register(image)
      try volume.write(to: files.path(of: image.path))
      registration.add(row)
      try registration.write(to: files.table)
      return [files.path(of: image.path)]
    }
    print(files.table)
  }

  func declaration() throws -> StageDeclaration {
    let paths = MapPaths(images)
    return StageDeclaration(
      inputs: paths.words + [template] + [labels].compactMap { $0 }, inputPatterns: paths.patterns,
      outputs: paths.files.map(files.path(of:)) + [files.table])
  }
}
