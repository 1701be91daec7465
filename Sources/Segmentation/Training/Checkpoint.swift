import Files
import Foundation
import NeuralNetwork

/// The state of a training between two epochs: the model and everything else that the next step needs. Patches, dropout
/// and augmentation are functions of the seed and the step's number, so no state of a generator is stored.
struct Checkpoint {
  /// The model, of which the weights are those of `weights`.
  private var described: SegmentationModel
  var weights: TrainedWeights
  var log: TrainingLog
  /// Seconds of training so far.
  var seconds: Double
  /// The hash of the training's data (`TrainingData.sourceHash`); `nil` in checkpoints of older versions.
  var sourceHash: ContentHash?

  /// The prefix of the names of the optimizer's tensors. No parameter has it.
  static let prefix = "optimizer/"

  private static let firstMoments = prefix + "first"
  private static let secondMoments = prefix + "second"
  private static let average = prefix + "average"
  static let stateKey = "grisea.checkpoint"

  private struct State: Codable {
    var log: TrainingLog
    var seconds: Double
    var sourceHash: ContentHash?
  }

  /// Creates the state before the first step.
  init(of model: SegmentationModel, sourceHash: ContentHash?) {
    described = model
    self.sourceHash = sourceHash
    let configuration = model.provenance.configuration
    weights = TrainedWeights(
      model.parameters, rule: configuration.optimizer, averagingPower: configuration.averagingPower)
    log = TrainingLog()
    seconds = 0
  }

  /// The model with the weights of the last step.
  var model: SegmentationModel {
    var model = described
    model.parameters = weights.parameters
    return model
  }

  /// What the model's file says of its training.
  var provenance: TrainingProvenance {
    get { described.provenance }
    set { described.provenance = newValue }
  }

  /// The model that the training has reached: with the mean of its weights, where they are averaged.
  var result: SegmentationModel {
    var result = described
    result.parameters = weights.result
    return result
  }

  var position: TrainingLoop.Position {
    .init(steps: weights.optimizer.steps, epochs: log.rows.count, seconds: seconds)
  }

  init(contentsOf path: String) throws(ModelError) {
    try self.init(SafeTensors(contentsOf: path), path: path)
  }

  init(_ file: SafeTensors, path: String) throws(ModelError) {
    let model = try SegmentationModel(file, path: path)
    described = model
    let state: State
    do {
      state = try JSONDecoder().decode(State.self, from: Data((file.metadata[Self.stateKey] ?? "").utf8))
    } catch {
      throw .badMetadata(path: path, key: Self.stateKey)
    }
    let provenance = model.provenance
    guard provenance.steps >= 0 else { throw .badMetadata(path: path, key: Self.stateKey) }
    let optimizer = Optimizer(
      provenance.configuration.optimizer, steps: provenance.steps,
      first: try Self.moments(Self.firstMoments, of: model, in: file, path),
      second: try Self.moments(Self.secondMoments, of: model, in: file, path))
    var average: WeightAverage?
    if let power = provenance.configuration.averagingPower {
      average = WeightAverage(power: power, values: try Self.moments(Self.average, of: model, in: file, path))
    }
    weights = TrainedWeights(model.parameters, optimizer: optimizer, average: average)
    log = state.log
    seconds = state.seconds
    sourceHash = state.sourceHash
  }

  /// Returns one value per weight, or none if the optimizer keeps none. A wrong number is an error, because restarting
  /// the moments would silently change the result.
  private static func moments(
    _ name: String, of model: SegmentationModel, in file: SafeTensors, _ path: String
  ) throws(ModelError) -> [Float] {
    let values = file.tensors[name]?.values
    let needed = model.parameters.values.count
    guard let values, values.isEmpty || values.count == needed else {
      throw .badParameters(
        path: path, reason: "\(name) has \(values?.count ?? 0) values, needed \(needed)")
    }
    return values
  }

  func write(to path: String) throws(ModelError) {
    var file = try model.safeTensors(path: path)
    let optimizer = weights.optimizer
    file.tensors[Self.firstMoments] = .init(shape: [optimizer.first.count], values: optimizer.first)
    file.tensors[Self.secondMoments] = .init(shape: [optimizer.second.count], values: optimizer.second)
    if let average = weights.average {
      file.tensors[Self.average] = .init(shape: [average.values.count], values: average.values)
    }
    do {
      let state = State(log: log, seconds: seconds, sourceHash: sourceHash)
      file.metadata[Self.stateKey] = String(decoding: try JSONText.compact(state), as: UTF8.self)
    } catch {
      throw .unwritable(path: path, reason: "\(error)")
    }
    try file.write(to: path)
  }
}
