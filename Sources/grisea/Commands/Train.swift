import ArgumentParser
import Batch
import Foundation
import Imaging
import PipelineRunner
import Segmentation
import Synthesis

/// `grisea train --images … --labels … --output MODEL`
struct Train: StageCommand, ReportingCommand {
  static let configuration = CommandConfiguration(
    abstract: "Trains a model on images with labels, or on label maps alone.",
    discussion: """
      Images and labels are quoted patterns, paired by subject, or the rows of a table. Of --label-maps images of \
      random contrast, shape and quality are synthesized while training. Beside the model stand \
      model.log.tsv (loss and validation Dice by epoch) and, until the training ends, a checkpoint, from which \
      --resume goes on to the same weights that an uninterrupted training would have reached.

      With --folds 5 the subjects are divided by five, and --output is a folder: fold-1/ holds a model that has not \
      seen the first fifth, and what it finds in these, and so on; scores.tsv says how well all of them were \
      segmented. What is there and unchanged is not done again.
      """)

  /// What is learned.
  enum Task: String, ExpressibleByArgument, CaseIterable { case segmentation, reconstruction, classification }

  @Option(
    help: ArgumentHelp(
      "What is learned: segmentation, of images with labels; reconstruction, a latent space of --images that `grisea register` has written; classification, to tell the --participants apart by such images.",
      valueName: "task"))
  var task = Task.segmentation

  @OptionGroup var maps: MapTrainingOptions
  @OptionGroup var list: TrainingListOptions
  @OptionGroup var recipe: RecipeOptions

  @Option(name: .shortAndLong, help: ArgumentHelp("The model file to write.", valueName: "safetensors"))
  var output: String

  @Flag(help: "Go on from the checkpoint beside the output, if there is one.")
  var resume = false

  @Option(
    help: ArgumentHelp(
      "Cross-validate: as many trainings, each without its share of the subjects.", valueName: "count"))
  var folds: Int?

  @OptionGroup var executor: ExecutorOptions
  @OptionGroup var seed: SeedOptions
  @OptionGroup var threads: ThreadOptions
  @OptionGroup var reporting: ReportingOptions

  func validate() throws {
    if task == .segmentation { try list.checkLabels() } else { try list.checkMaps(task: task.rawValue) }
    if task == .classification { try maps.checkClassification() }
    try validateFolds()
    guard !recipe.network.parts || (list.images == nil && list.pairs == nil) else {
      throw ValidationError("--parts: label maps alone teach them; leave out --images and --pairs")
    }
    guard let from = recipe.from, BuiltInModel(rawValue: from) == nil else { return }
    let files = Trainer.Files(model: output)
    let paths = [from, files.model, files.checkpoint].map { URL(filePath: $0).standardizedFileURL.path }
    guard !paths.dropFirst().contains(paths[0]) else {
      throw ValidationError("--output \(output): the model of --from would be replaced; name another file")
    }
  }

  private func validateFolds() throws {
    guard let folds else {
      guard executor.executor == .local, executor.shard == nil else {
        throw ValidationError("--executor slurm and --shard divide the trainings of --folds")
      }
      return
    }
    guard folds > 1 else { throw ValidationError("--folds \(folds): needed at least 2") }
    guard task != .reconstruction else {
      throw ValidationError("--folds \(folds): goes with --task segmentation or classification")
    }
    guard task == .segmentation || (executor.executor == .local && executor.shard == nil) else {
      throw ValidationError("--executor slurm and --shard divide the trainings of --task segmentation")
    }
    guard list.labelMaps.isEmpty else {
      throw ValidationError(
        "--folds with --label-maps: whose heads these are cannot be told, and so not held out")
    }
  }

  func run() throws {
    switch task {
    case .segmentation:
      if let folds { return try FoldRun(self, count: folds).run() }
      try segmentation()
    case .reconstruction: try reconstruct()
    case .classification: try classify()
    }
  }

  private func segmentation() throws {
    let origin = try recipe.from.map { try SegmentationModel(nameOrPath: $0) }
    try origin?.checkTissueProbabilities(path: recipe.from ?? "")
    var configuration = try recipe.configuration(adapting: origin, seed: seed.seed)
    if !list.labelMaps.isEmpty {
      var synthesis = Synthesis()
      synthesis.share = list.syntheticShare
      synthesis.centredShare = configuration.fieldOfView == .brain ? Synthesis.brainCentredShare : 0
      configuration.synthesis = synthesis
      // Images beside heads of all kinds are there for the world's variety too.
      configuration.augmentation = .standard
    }
    let files = Trainer.Files(model: output)
    try OutputFolder.check(forFile: output)
    try recipe.precision.announce(isSilent: reporting.quiet)
    let data = try read(configuration)
    let trainer = Trainer(
      configuration, data: data, from: origin, program: "grisea \(Grisea.configuration.version)",
      memoryLimit: ProcessMemory.availableByteCount, threads: threads.count)
    var progress = TrainingProgress(isSilent: reporting.quiet)
    let model = try trainer.run(to: files, resuming: resume) { progress.show($0) }
    print(progress.summary(of: model))
    print("\(output)\n\(files.log)")
  }

  private func read(_ configuration: TrainingConfiguration) throws -> TrainingData {
    let preprocessing = configuration.preprocessing
    let sources = try list.sources()
    let images = try list.list(seed: seed.seed)
    try TrainingData.checkSize(
      of: images?.entries ?? [], sources, preprocessing: preprocessing,
      limit: ProcessMemory.availableByteCount)
    var data: TrainingData? = TrainingData(training: [], validation: [])
    var warnings = TrainingWarnings(givenTable: list.givenLabelTable)
    if let images {
      let table = try LabelTable(nameOrPath: list.labelTable)
      var progress = Progress("images read", total: images.entries.count, isSilent: reporting.quiet)
      data = TrainingData(
        reading: images, labelTable: table, preprocessing: preprocessing,
        report: { progress.update($0) }, warned: { warnings.add($0) },
        failed: { StandardError.print("\($0)") })
      progress.finish()
    }
    var progress = Progress(
      "label maps read", total: sources.count, isSilent: reporting.quiet || sources.isEmpty)
    let heads = TrainingData.heads(
      reading: sources, preprocessing: preprocessing, parts: configuration.parts == true,
      report: { progress.update($0) },
      failed: { StandardError.print("\($0)") })
    progress.finish()
    guard var data, let heads else {
      StandardError.print("no training on a part of the images: mend or leave out the files named above")
      throw ExitCode.failure
    }
    for head in heads { warnings.add(head) }
    let isUsable = warnings.print(
      of: images?.entries.count ?? 0, heads: heads.count, hasValidation: !data.validation.isEmpty,
      isSilent: reporting.quiet)
    guard isUsable else { throw ExitCode.failure }
    data.heads = heads
    return data
  }

  func declaration() throws -> StageDeclaration {
    if task == .reconstruction { return reconstructionDeclaration }
    if task == .classification { return classificationDeclaration }
    let files = Trainer.Files(model: output)
    return StageDeclaration(
      inputs: list.files + recipe.files, inputPatterns: list.patterns,
      outputs: folds == nil ? [files.model, files.log] : FoldRun.scores(in: output),
      temporaries: folds == nil ? [files.checkpoint] : [])
  }
}
