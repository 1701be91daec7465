import ArgumentParser
import Foundation
import Imaging
import PipelineRunner
import Segmentation

/// `grisea calibrate MODEL --images … --labels … --output MODEL`
struct Calibrate: StageCommand, ReportingCommand {
  static let configuration = CommandConfiguration(
    abstract: "Makes a model's probabilities say how often it is right, by labelled scans.",
    discussion: """
      One temperature is found at which the labels are most likely, and folded into the weights (Guo et al. 2017). \
      On the network's grid a voxel's most probable label stays what it is. Printed are the temperature, the \
      negative log-likelihood and the expected calibration error before and after, of voxels within 5 mm of tissue.
      """)

  @Argument(
    help: ArgumentHelp(
      "A model inside the program, or the file of one that `grisea train` has written.",
      valueName: "accurate | fast | safetensors"))
  var model: String

  @Option(help: ArgumentHelp("Pattern of the images, in quotes.", valueName: "pattern"))
  var images: String

  @Option(help: ArgumentHelp("Pattern of their label maps, in quotes.", valueName: "pattern"))
  var labels: String

  @Option(
    name: .customLong("label-table"),
    help: ArgumentHelp(
      "What the labels mean: bids, freesurfer, brainweb, ibsr, fsl or a TSV. (default: bids)",
      valueName: "label-table"))
  var givenLabelTable: String?

  private var labelTable: String { givenLabelTable ?? LabelTable.bids.name }

  @Option(
    name: .shortAndLong, help: ArgumentHelp("The calibrated model to write.", valueName: "safetensors"))
  var output: String

  @OptionGroup var seed: SeedOptions
  @OptionGroup var precision: PrecisionOptions
  @OptionGroup var threads: ThreadOptions
  @OptionGroup var reporting: ReportingOptions

  func validate() throws {
    do { _ = try LabelTable(nameOrPath: labelTable) } catch { throw ValidationError("\(error)") }
    let paths = [model, output].map { URL(filePath: $0).standardizedFileURL.path }
    guard paths[0] != paths[1] else {
      throw ValidationError("--output \(output): the model itself would be replaced; name another file")
    }
  }

  func run() throws {
    let model = try SegmentationModel(nameOrPath: model)
    try model.checkTissueProbabilities(path: self.model)
    // What cannot be written in the end is better known now than after the last scan.
    _ = try model.tempered(by: 1, path: self.model)
    try OutputFolder.check(forFile: output)
    let list = try TrainingList(images: images, labels: labels, validation: .none, seed: 0)
    try precision.announce(isSilent: reporting.quiet)
    let calibration = try Calibration(sample(model, list))
    try model.tempered(by: calibration.temperature).write(to: output)
    print("\(calibration.text)\n\(output)")
  }

  private func sample(_ model: SegmentationModel, _ list: TrainingList) throws -> CalibrationSample {
    let segmenter = try Segmenter(model, .init(precision: precision.value), threads: threads.count)
    let table = try LabelTable(nameOrPath: labelTable)
    var progress = Progress("images compared", total: list.entries.count, isSilent: reporting.quiet)
    var warnings = TrainingWarnings(givenTable: givenLabelTable)
    let sample = CalibrationSample(
      reading: list, labelTable: table, segmenter: segmenter, seed: seed.seed,
      report: { progress.update($0) }, warned: { warnings.add($0) },
      failed: { StandardError.print("\($0)") })
    progress.finish()
    guard let sample else {
      StandardError.print("no calibration on a part of the images: mend or leave out the files named above")
      throw ExitCode.failure
    }
    guard warnings.print(of: list.entries.count, hasValidation: nil, isSilent: reporting.quiet) else {
      throw ExitCode.failure
    }
    return sample
  }

  func declaration() throws -> StageDeclaration {
    let files = [model].filter { BuiltInModel(rawValue: $0) == nil }
    let tables = LabelTable.named(labelTable) == nil ? [labelTable] : []
    return StageDeclaration(inputs: files + tables, inputPatterns: [images, labels], outputs: [output])
  }
}
