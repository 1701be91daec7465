import ArgumentParser
import Batch
import Files
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
      before and after and the change of volume. The table keeps the rows of images that were registered before.

      Example:
        grisea register 'out/*_label-GM_probseg.nii.gz' --template template.nii.gz --smoothing 8 --output maps
      """)

  @Argument(help: "Maps or scans: files, folders or quoted patterns.")
  var images: [String] = []

  @OptionGroup var list: ListOptions

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

  @Option(name: .shortAndLong, help: "Write results to this folder. It is created if it does not exist.")
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
    try operands.validate()
  }

  private var operands: ImageOperands {
    ImageOperands(images, list: list.list, .grayMatterMaps, name: RegistrationFiles.name(of:))
  }

  private var files: RegistrationFiles { RegistrationFiles(folder: output) }

  func run() throws {
    let items = try operands.items(isSilent: reporting.quiet)
    try OutputFolder.make(output)
    let sources = ResultSources(folder: output, stage: "register", isForced: replacing.isForced)
    for item in items { try sources.check(files.path(of: item), inputs: [item.operand]) }
    let registration = try RegistrationBatch(
      template: template, spacing: spacing, smoothing: smoothing, labels: labels)
    var table = try RegistrationTable(files)
    let loop = ScanLoop(
      items: items, title: "images registered", isSilent: reporting.quiet)
    try loop.run { [files] image, item in
      let path = files.path(of: item)
      let (volume, row) = try registration.register(image, named: item.subject)
      try volume.write(to: path)
      try sources.keep(path, inputs: [item.operand])
      table.add(row, file: path.lastComponent)
      try table.write()
      return [path]
    }
    print(files.table)
  }

  func declaration() throws -> StageDeclaration {
    let items = operands.itemsNow
    let images = [template] + [labels].compactMap { $0 }
    return StageDeclaration(
      inputs: operands.inputs + images, inputPatterns: operands.patterns,
      companions: ImageOperands.companions(of: items.map(\.operand) + images),
      outputs: items.map(files.path(of:)), updates: [files.table])
  }
}
