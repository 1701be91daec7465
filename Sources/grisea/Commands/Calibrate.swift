import ArgumentParser
import Foundation
import Imaging
import PipelineRunner
import Segmentation

/// `grisea calibrate MODEL --images … --labels … --output MODEL`
struct Calibrate: StageCommand, ReportingCommand {
  static let configuration = CommandConfiguration(
    abstract: "Calibrate a model's probabilities on scans with labels.",
    discussion: """
      Fits one temperature, at which the labels are most likely, and multiplies it into the weights (Guo et al. 2017). On \
      the network's grid the most probable label of a voxel does not change. Prints the temperature, and the negative \
      log-likelihood and the expected calibration error before and after, of voxels within 5 mm of tissue.

      Example:
        grisea calibrate model.safetensors --images 'data/*_T1w.nii.gz' --labels 'data/*_dseg.nii.gz' \\
          --output calibrated.safetensors
      """)

  @Argument(
    help: ArgumentHelp(
      "A built-in model, or the file of a model that `grisea train` has written.",
      valueName: "accurate | fast | safetensors"))
  var model: String

  @Option(
    help: ArgumentHelp("Calibrate on these images: a folder or a quoted pattern.", valueName: "pattern"))
  var images: String

  @Option(help: ArgumentHelp("Label maps of the images: a folder or a quoted pattern.", valueName: "pattern"))
  var labels: String

  @OptionGroup var table: LabelTableOptions

  @Option(
    name: .shortAndLong, help: ArgumentHelp("Write this calibrated model.", valueName: "safetensors"))
  var output: String

  @OptionGroup(title: "Computing") var seed: SeedOptions
  @OptionGroup(title: "Computing") var precision: PrecisionOptions
  @OptionGroup(title: "Computing") var threads: ThreadOptions
  @OptionGroup var reporting: ReportingOptions

  func validate() throws {
    let paths = [model, output].map { URL(filePath: $0).standardizedFileURL.path }
    guard paths[0] != paths[1] else {
      throw ValidationError("--output \(output): the model itself would be replaced; name another file")
    }
  }

  func run() throws {
    let model = try SegmentationModel(nameOrPath: model)
    try model.checkTissueProbabilities(path: self.model)
    // Fails now, not after the last scan, where the model cannot be written.
    _ = try model.tempered(by: 1, path: self.model)
    try OutputFolder.make(forFile: output)
    let list = try TrainingList(images: images, labels: labels, validation: .none, seed: 0)
    if !reporting.quiet {
      let taught = Set(model.provenance.trainingSubjects)
      StandardError.warn(
        "with a name of the model's training subjects; calibrate on subjects that were not used for training",
        of: list.entries.map(\.subject).filter { taught.contains($0) })
    }
    try precision.announce(isSilent: reporting.quiet)
    let calibration = try Calibration(sample(model, list))
    try model.tempered(by: calibration.temperature).write(to: output)
    print("\(calibration.text)\n\(output)")
  }

  private func sample(_ model: SegmentationModel, _ list: TrainingList) throws -> CalibrationSample {
    let segmenter = try Segmenter(model, .init(precision: precision.value), threads: threads.count)
    let labelTable = try LabelTable(nameOrPath: table.name)
    var progress = Progress("images compared", total: list.entries.count, isSilent: reporting.quiet)
    var warnings = TrainingWarnings(givenTable: table.given)
    let sample = CalibrationSample(
      reading: list, labelTable: labelTable, segmenter: segmenter, seed: seed.seed,
      report: { progress.update($0) }, warned: { warnings.add($0) },
      failed: { StandardError.print("\($0)") })
    progress.finish()
    guard let sample else {
      StandardError.print("calibration stopped, as some files cannot be read: repair them or leave them out")
      throw ExitCode.failure
    }
    guard warnings.print(of: list.entries.count, hasValidation: nil, isSilent: reporting.quiet) else {
      throw ExitCode.failure
    }
    return sample
  }

  func declaration() throws -> StageDeclaration {
    let files = [model].filter { BuiltInModel(rawValue: $0) == nil }
    let words = [images, labels]
    return StageDeclaration(
      inputs: files + table.files + words.filter { !ImageFiles.isPattern($0) },
      inputPatterns: words.filter(ImageFiles.isPattern), outputs: [output])
  }
}
