import ArgumentParser
import Foundation
import Imaging
import PipelineRunner
import Segmentation

/// `grisea train --images … --labels … --output MODEL`
struct Train: StageCommand, ReportingCommand {
  static let configuration = CommandConfiguration(
    abstract: "Train a segmentation model on images with labels, or on label maps alone.",
    discussion: """
      Images and labels are paired by subject. With --label-maps, images of random contrast, shape and quality are \
      synthesized during the training. Writes the model and model.log.tsv (loss and validation Dice by epoch); a \
      checkpoint lies beside them until the training ends, and --resume continues from it with the same result as an \
      uninterrupted training.

      With --folds 5 the output is a folder: fold-1/ holds a model trained without the first fifth of the subjects, and \
      its segmentations of these; scores.tsv compares all of them with the labels. Folds that are up to date are skipped.

      Examples:
        grisea train --images 'T1w/*.nii.gz' --labels 'dseg/*.nii.gz' -o m.safetensors
        grisea train --pairs pairs.tsv --from accurate --output adapted.safetensors
        grisea train --pairs pairs.tsv --folds 5 --output cross-validation
      """)

  // The first, so that its refusals come before those of other options.
  @OptionGroup(visibility: .hidden) var moved: MovedTrainingOptions

  @OptionGroup(title: "Data") var list: TrainingListOptions

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Write this model file; with --folds, this folder.", valueName: "safetensors"))
  var output: String

  @Flag(help: "Continue from the checkpoint beside the output, if there is one (always with --folds).")
  var resume = false

  @Option(help: ArgumentHelp("Cross-validate with this many folds.", valueName: "count"))
  var folds: Int?

  @OptionGroup(title: "Training") var training: TrainingOptions
  @OptionGroup(title: "Network") var network: NetworkOptions
  @OptionGroup(title: "Computing") var seed: SeedOptions
  @OptionGroup(title: "Computing") var precision: PrecisionOptions
  @OptionGroup(title: "Computing") var threads: ThreadOptions
  @OptionGroup(title: "Cluster") var executor: ExecutorOptions
  @OptionGroup var reporting: ReportingOptions

  func validate() throws {
    try validateFolds()
    // A table may choose validation subjects in a column, but not with --folds.
    let mayValidate = list.validationChoice != .none || (list.pairs != nil && folds == nil)
    guard training.validationInterval == nil || mayValidate else { throw Self.needsValidation }
    guard !network.parts || !list.hasImages else {
      throw ValidationError("--parts needs --label-maps alone; leave out --images and --pairs")
    }
    guard !training.addFluid || (training.from != nil && list.hasImages) else {
      throw ValidationError(
        "--add-fluid needs images with labels, and --from with the model that finds the fluid")
    }
    guard let from = training.from else { return }
    if let flag = network.given.first {
      throw ValidationError("\(flag): the model of --from \(from) decides this; leave it out")
    }
    guard BuiltInModel(rawValue: from) == nil else { return }
    let files = Trainer.Files(model: output)
    let paths = [from, files.model, files.checkpoint].map { URL(filePath: $0).standardizedFileURL.path }
    guard !paths.dropFirst().contains(paths[0]) else {
      throw ValidationError("--output \(output): the model of --from would be replaced; name another file")
    }
  }

  private static let needsValidation = ValidationError(
    "--validation-interval needs --validation, or a column split, whose subjects are validated")

  private func validateFolds() throws {
    guard let folds else {
      guard executor.executor == .local, executor.shard == nil, executor.workList == nil else {
        throw ValidationError(
          "--executor slurm, --shard and --work-list need --folds, whose trainings they divide")
      }
      return
    }
    guard folds > 1 else { throw ValidationError("--folds \(folds): needed at least 2") }
    guard list.labelMaps.isEmpty else {
      throw ValidationError(
        "--folds with --label-maps: it is not known which subjects the label maps show, so none can be held out"
      )
    }
  }

  func run() throws {
    let origin = try training.from.map { try SegmentationModel(nameOrPath: $0) }
    if origin?.labels != OutputLabel.structures {
      try origin?.checkTissueProbabilities(path: training.from ?? "")
    }
    let task = SegmentationTraining(
      images: try images(), labelMaps: try list.sources(), table: (list.table.name, list.table.given != nil),
      configuration: try training.configuration(
        network, adapting: origin, synthesis: list.synthesizedShare, precision, seed: seed.seed),
      origin: origin, threads: threads.count, isSilent: reporting.quiet)
    guard
      task.configuration.outputs != OutputLabel.structures || !list.hasImages
        || list.table.name == LabelTable.freesurfer.name
    else {
      throw ValidationError(
        "a network of structures reads the codes of FreeSurfer's aseg in the images' labels; needed --label-table "
          + "freesurfer, found \(list.table.name)")
    }
    if let folds {
      return try FoldRun(
        task, count: folds, validation: list.validationChoice, output: output,
        inputs: training.files + list.table.files
      ).run(executor, threads: threads.threads)
    }
    try OutputFolder.make(forFile: output)
    try precision.announce(isSilent: reporting.quiet)
    let files = Trainer.Files(model: output)
    let summary = try task.run(to: files, resuming: resume)
    print("\(summary)\n\(output)\n\(files.log)")
  }

  /// Returns the images with labels; each fold chooses its validation subjects itself.
  /// - Throws: `TrainingListError`; `ValidationError` where an option has no effect on these images.
  private func images() throws -> TrainingList? {
    let images = try list.list(seed: seed.seed, validation: folds == nil ? nil : TrainingList.Validation.none)
    let held = (images?.entries ?? []).map(\.isValidation)
    guard training.validationInterval == nil || folds != nil || held.contains(true) else {
      throw Self.needsValidation
    }
    guard list.syntheticShare == nil || held.contains(false) else {
      throw ValidationError("--synthetic-share needs images for training; all are held out for validation")
    }
    return images
  }

  func declaration() throws -> StageDeclaration {
    let files = Trainer.Files(model: output)
    return StageDeclaration(
      inputs: list.files + training.files, inputPatterns: list.patterns,
      outputs: folds == nil ? [files.model, files.log] : FoldScores.files(in: output),
      temporaries: folds == nil ? [files.checkpoint] : [])
  }
}
