import Foundation
import Imaging
import NeuralNetwork
import Numerics
import Synthesis

/// Trains a network on labelled images: epochs of steps, validation, a log, and checkpoints to resume from. The
/// network is new, or that of a model which is adapted.
///
/// Each step's patches, their augmentation and dropout are functions of the seed and the step's number, so a
/// resumed training takes the same steps as one that was never interrupted, and with the same number of
/// threads ends with the same weights.
public struct Trainer {
  public let configuration: TrainingConfiguration
  /// Name and version, for the model's provenance.
  public let program: String
  private let data: TrainingData
  private let origin: SegmentationModel?
  private let memoryLimit: Int?
  /// Batches that are made while one is in use.
  private static let batchesAhead = 3
  private let threads: Int?

  /// - Parameters:
  ///   - origin: a model to begin with, whose output is a softmax over the tissues
  ///     (`checkTissueProbabilities`). Its field of view and preprocessing are kept, as in a
  ///     `TrainingConfiguration(adapting:spacing:)`, which may choose another spacing, and its network too, unless the
  ///     configuration has another architecture: the same with more channels. Its weights are the first, and the
  ///     optimizer starts anew.
  ///   - program: name and version, for the model's provenance.
  ///   - memoryLimit: bytes that network and patches may hold; `nil` where that is not known.
  ///   - threads: by default all cores.
  public init(
    _ configuration: TrainingConfiguration, data: TrainingData, from origin: SegmentationModel? = nil,
    program: String, memoryLimit: Int? = nil, threads: Int? = nil
  ) {
    precondition(!data.training.isEmpty || !data.heads.isEmpty, "training needs an image or a label map")
    precondition(
      configuration.architecture.outputChannels == configuration.outputs.count, "a channel for each output")
    precondition(
      configuration.parts != true || configuration.structures == true
        || (data.training + data.validation).isEmpty,
      "labels of images say tissues, not parts")
    precondition(
      configuration.stepsPerEpoch > 0 && configuration.validationInterval > 0,
      "an epoch has a step, and validation comes after a whole number of epochs")
    if let origin {
      var preprocessing = origin.preprocessing
      preprocessing.conforming.spacing = configuration.preprocessing.conforming.spacing
      precondition(
        preprocessing == configuration.preprocessing && origin.fieldOfView == configuration.fieldOfView,
        "a model is adapted to what it sees")
    }
    self.configuration = configuration
    self.origin = origin
    self.data = data
    self.program = program
    self.memoryLimit = memoryLimit
    self.threads = threads
  }

  /// Trains, writing a checkpoint and the log after each epoch and the model at the end, each whole or not at
  /// all; the checkpoint is removed when the model stands.
  /// - Parameters:
  ///   - resuming: goes on from the checkpoint where there is one.
  ///   - report: what it throws ends the training at once; what was done since the last checkpoint is lost.
  /// - Throws: `ModelError` where a file cannot be written or the checkpoint is of another training,
  ///   `GraphError.notWider` where the model to begin with is no narrower one, `EngineError`, `TrainingError`.
  @discardableResult
  public func run(
    to files: Files, resuming: Bool, report: (Event) throws -> Void = { _ in }
  ) throws -> SegmentationModel {
    try checkMemory(batchByteCount + weightByteCount)
    var state = try initialState()
    if resuming, FileManager.default.fileExists(atPath: files.checkpoint) {
      state = try restored(from: files.checkpoint, like: state)
      try report(.resumed(epoch: state.log.rows.count))
    }
    let executable = try Executable(
      state.model.graph, batch: configuration.batchSize, size: configuration.patchSize.reversedAxes,
      purpose: .training(), precision: precision, threads: threads)
    // Planned, and taken when the network is given its weights.
    try checkMemory(batchByteCount + executable.plannedByteCount)
    let validation =
      data.validation.isEmpty ? nil : try ValidationDice(state.model, precision: precision, threads: threads)
    let loader = PatchLoader(
      patches, startingAt: state.position.steps, ahead: Self.batchesAhead)
    var weights = [state.weights]
    do {
      try loop.run(&weights, from: state.position) { weights, step, _ in
        try learn(&weights[0], executable, loader.next(), step: step)
      } stepEnded: { progress in
        try report(
          .step(
            done: progress.position.steps, of: configuration.steps, loss: progress.meanLoss,
            share: progress.share))
      } epochEnded: { progress, weights, seconds in
        state.weights = weights[0]
        var row = TrainingLog.Row(progress)
        if let validation, isValidated(progress) {
          row.validationDice = try validation.measure(state.result.parameters, on: data.validation)
          state.provenance.validationDice = row.validationDice[.grayMatter]
        }
        row.seconds = seconds()
        state.seconds = row.seconds
        state.log.rows.append(row)
        state.provenance.steps = progress.position.steps
        try state.write(to: files.checkpoint)
        try state.log.write(to: files.log)
        try report(.epoch(row))
      }
    } catch let divergence as TrainingLoop.Divergence {
      throw TrainingError.diverged(step: divergence.step, rate: divergence.rate)
    }
    let model = state.result
    try model.write(to: files.model)
    try removeCheckpoint(files.checkpoint)
    return model
  }

  /// Of the patches that are in use and under way.
  private var batchByteCount: Int {
    let size = configuration.patchSize
    let voxels = configuration.batchSize * size.x * size.y * size.z
    return (Self.batchesAhead + 1) * voxels * (MemoryLayout<Float>.stride + MemoryLayout<UInt8>.stride)
  }

  private var weightByteCount: Int {
    configuration.architecture.graph.parameterSlots.reduce(0) { $0 + $1.count } * MemoryLayout<Float>.stride
  }

  private func checkMemory(_ needed: Int) throws(TrainingError) {
    guard let memoryLimit, needed > memoryLimit else { return }
    throw .memory(
      patchSize: configuration.patchSize, batchSize: configuration.batchSize, needed: needed,
      limit: memoryLimit
    )
  }

  private func removeCheckpoint(_ path: String) throws(ModelError) {
    guard unlink(path) != 0, errno != ENOENT else { return }
    throw .unremovable(path: path, reason: String(cString: strerror(errno)).lowercased())
  }

  private var precision: Precision { configuration.precision ?? .fastest }

  private var patches: PatchSource {
    PatchSource(
      images: data.training.map(\.image), heads: data.heads,
      synthesizer: HeadSynthesizer(
        configuration.synthesis ?? Synthesis(),
        // Synthetic intensities have no unit that a network without scaling could know.
        scaling: configuration.preprocessing.scaling ?? .percentile, truth: configuration.outputs),
      sampler: PatchSampler(
        size: configuration.patchSize, labeledFraction: configuration.labeledFraction,
        centring: configuration.centring),
      augmentation: configuration.augmentation, contrast: configuration.contrast,
      batchSize: configuration.batchSize, seed: configuration.seed)
  }

  private func initialState() throws(GraphError) -> Checkpoint {
    var provenance = TrainingProvenance(
      program: program, configuration: configuration,
      trainingSubjects: data.training.map(\.subject) + data.heads.map(\.subject),
      validationSubjects: data.validation.map(\.subject), steps: 0, validationDice: nil)
    provenance.origin = origin.map(ModelOrigin.init)
    var model: SegmentationModel
    if let origin {
      let hasSameLabels = origin.labels == configuration.outputs
      model = hasSameLabels ? try widened(origin) : transferred(origin, provenance)
    } else {
      model = newModel(provenance)
    }
    model.preprocessing = configuration.preprocessing
    model.patchSize = configuration.patchSize
    model.provenance = provenance
    return Checkpoint(of: model, sourceHash: data.sourceHash)
  }

  /// A model for other labels than the configuration's, whose weights are taken where a tensor has the same name and
  /// shape.
  private func transferred(_ model: SegmentationModel, _ provenance: TrainingProvenance) -> SegmentationModel
  {
    var result = newModel(provenance)
    for slot in result.parameters.slots {
      guard let old = model.parameters[slot.name], old.shape == slot.shape else { continue }
      result.parameters.values.replaceSubrange(slot.range, with: old.values)
    }
    return result
  }

  /// A model with the network of the configuration, where that is wider than the model's own: because more channels are
  /// wanted, or because this version gives the same architecture more of them than the one that trained the model did.
  private func widened(_ model: SegmentationModel) throws(GraphError) -> SegmentationModel {
    let graph = configuration.architecture.graph
    guard graph != model.graph else { return model }
    var generator = SeededGenerator(seed: configuration.seed, stream: .max)
    var result = model
    result.graph = graph
    result.parameters = try Parameters(
      for: result.graph, widening: model.parameters, of: model.graph, using: &generator)
    return result
  }

  private func newModel(_ provenance: TrainingProvenance) -> SegmentationModel {
    let graph = configuration.architecture.graph
    var generator = SeededGenerator(seed: configuration.seed, stream: .max)
    return SegmentationModel(
      graph: graph, parameters: Parameters(for: graph, using: &generator),
      preprocessing: configuration.preprocessing, labels: configuration.outputs,
      patchSize: configuration.patchSize,
      fieldOfView: configuration.fieldOfView ?? .tiles, provenance: provenance)
  }

  private func restored(from path: String, like fresh: Checkpoint) throws(ModelError) -> Checkpoint {
    var checkpoint = try Checkpoint(contentsOf: path)
    let (found, wanted) = (checkpoint.model.provenance, fresh.model.provenance)
    var differences = found.configuration.differences(from: wanted.configuration)
    if found.trainingSubjects != wanted.trainingSubjects { differences.append("training subjects") }
    if found.validationSubjects != wanted.validationSubjects { differences.append("validation subjects") }
    if let hash = checkpoint.sourceHash, hash != fresh.sourceHash { differences.append("images or labels") }
    if found.origin != wanted.origin { differences.append("models to begin with") }
    guard differences.isEmpty else { throw .otherTraining(path: path, differences: differences) }
    checkpoint.sourceHash = fresh.sourceHash
    return checkpoint
  }

  private var loop: TrainingLoop {
    TrainingLoop(
      steps: configuration.steps, stepsPerEpoch: configuration.stepsPerEpoch,
      schedule: configuration.schedule, gradientNorm: configuration.gradientNorm,
      secondsLimit: configuration.minutes.map { 60 * $0 })
  }

  private func isValidated(_ progress: TrainingLoop.Progress) -> Bool {
    progress.position.epochs % configuration.validationInterval == 0 || progress.share >= 1
  }

  /// Puts the gradient of one step into the weights.
  /// - Returns: the loss.
  private func learn(
    _ weights: inout TrainedWeights, _ executable: Executable, _ batch: PatchBatch, step: Int
  ) throws -> Double {
    let shape = [batch.count, 1, batch.size.z, batch.size.y, batch.size.x]  // [N, C, D, H, W]
    try executable.setParameters(weights.parameters)
    return try executable.trainingStep(
      from: [Tensor(shape: shape, values: batch.images)],
      target: .classes(configuration.architecture.coarseOutput ? batch.coarseLabels : batch.labels),
      loss: configuration.loss, gradient: &weights.gradient, seed: configuration.seed &+ UInt64(step))
  }
}

extension TrainingLog.Row {
  /// An epoch that was not validated.
  fileprivate init(_ progress: TrainingLoop.Progress) {
    self.init(
      epoch: progress.position.epochs, steps: progress.position.steps, seconds: progress.position.seconds,
      learningRate: progress.rate, loss: progress.meanLoss, validationDice: [:])
  }
}
