import Foundation
import NeuralNetwork

/// A training between two epochs: the model as it is, and what else the next step needs. Patches, dropout and
/// augmentation are functions of the seed and the step's number, so no generator's state is among it.
struct Checkpoint {
  var model: SegmentationModel
  var optimizer: Optimizer
  var log: TrainingLog
  /// Of training so far.
  var seconds: Double

  /// Of the names of the optimizer's tensors, which no parameter has.
  static let prefix = "optimizer/"

  private static let firstMoments = prefix + "first"
  private static let secondMoments = prefix + "second"
  private static let stateKey = "grisea.checkpoint"

  private struct State: Codable {
    var steps: Int
    var log: TrainingLog
    var seconds: Double
  }

  init(model: SegmentationModel, optimizer: Optimizer, log: TrainingLog, seconds: Double) {
    self.model = model
    self.optimizer = optimizer
    self.log = log
    self.seconds = seconds
  }

  init(contentsOf path: String) throws(ModelError) {
    let file = try SafeTensors(contentsOf: path)
    model = try SegmentationModel(file, path: path)
    let state: State
    do {
      state = try JSONDecoder().decode(State.self, from: Data((file.metadata[Self.stateKey] ?? "").utf8))
    } catch {
      throw .badMetadata(path: path, key: Self.stateKey)
    }
    let first = file.tensors[Self.firstMoments]?.values ?? []
    let second = file.tensors[Self.secondMoments]?.values ?? []
    optimizer = Optimizer(
      model.provenance.configuration.optimizer, steps: state.steps, first: first, second: second)
    log = state.log
    seconds = state.seconds
  }

  func write(to path: String) throws(ModelError) {
    var file = try model.safeTensors(path: path)
    file.tensors[Self.firstMoments] = .init(shape: [optimizer.first.count], values: optimizer.first)
    file.tensors[Self.secondMoments] = .init(shape: [optimizer.second.count], values: optimizer.second)
    do {
      let state = State(steps: optimizer.steps, log: log, seconds: seconds)
      file.metadata[Self.stateKey] = String(decoding: try JSONEncoder().encode(state), as: UTF8.self)
    } catch {
      throw .unwritable(path: path, reason: "\(error)")
    }
    try file.write(to: path)
  }
}
