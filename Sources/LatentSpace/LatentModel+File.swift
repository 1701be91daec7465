import Files
import Foundation
import Imaging
import NeuralNetwork
import Numerics

/// The file format: a `.safetensors` file with the mean map, the weights or components, and JSON metadata.
extension LatentModel {
  private struct Facts: Codable {
    var grid: Grid
    var scale: Float
    /// The network; `nil` for principal components.
    var graph: Graph?
    var trainingSubjects: [String]
    var program: String
    /// Whether reconstructions are clamped to 0...1; `nil`, in models of older versions, is true.
    var isBounded: Bool?
  }

  private enum Key {
    static let facts = "grisea.latent_space"
    static let prefix = "latent_space."
    static let mean = prefix + "mean"
    static let centre = prefix + "centre"
    static let deviations = prefix + "deviations"
    static let components = prefix + "components"
  }

  /// Writes the model.
  /// - Parameters:
  ///   - path: the model's file.
  ///   - program: name and version of the program, stored in the file.
  /// - Throws: `ModelError.unwritable`.
  public func write(to path: String, program: String) throws {
    var tensors: [String: Tensor]
    var graph: Graph?
    switch coder {
    case .autoencoder(let network, let parameters), .classifier(let network, let parameters):
      tensors = parameters.tensors
      graph = network
    case .components(let axes):
      // [component, voxel]: each row is a map.
      tensors = [
        Key.components: Tensor(shape: [axes.columns, axes.rows], values: axes.values.map { Float($0) })
      ]
    }
    tensors[Key.mean] = Tensor(shape: [grid.shape.z, grid.shape.y, grid.shape.x], values: scaling.mean)
    tensors[Key.centre] = Tensor(shape: [centre.count], values: centre)
    tensors[Key.deviations] = Tensor(shape: [deviations.count], values: deviations)
    let facts = Facts(
      grid: grid, scale: scaling.scale, graph: graph, trainingSubjects: trainingSubjects, program: program,
      isBounded: isBounded)
    let text = String(decoding: try JSONText.compact(facts), as: UTF8.self)
    try SafeTensors(tensors: tensors, metadata: [Key.facts: text]).write(to: path)
  }

  /// Reads a model.
  /// - Throws: `ModelError` if the file cannot be read, `LatentError.notLatent` if it is another kind of model.
  public init(contentsOf path: String) throws {
    let file = try SafeTensors(contentsOf: path)
    guard let text = file.metadata[Key.facts],
      let facts = try? JSONDecoder().decode(Facts.self, from: Data(text.utf8)),
      let mean = file.tensors[Key.mean], mean.values.count == facts.grid.count,
      let centre = file.tensors[Key.centre], let deviations = file.tensors[Key.deviations]
    else { throw LatentError.notLatent(path: path) }
    let coder: Coder
    if let graph = facts.graph {
      guard graph.inputs.count == 1 else { throw LatentError.notLatent(path: path) }
      let weights = file.tensors.filter { !$0.key.hasPrefix(Key.prefix) }
      do {
        let parameters = try Parameters(for: graph, tensors: weights)
        let hasLatent = graph.nodes.contains { $0.name == Autoencoder.latentName }
        coder = hasLatent ? .autoencoder(graph, parameters) : .classifier(graph, parameters)
      } catch {
        throw ModelError.badParameters(path: path, reason: "\(error)")
      }
    } else {
      guard let axes = file.tensors[Key.components], axes.shape.count == 2,
        axes.shape[1] == facts.grid.count
      else { throw LatentError.notLatent(path: path) }
      coder = .components(
        Matrix(rows: axes.shape[1], columns: axes.shape[0], values: axes.values.map(Double.init)))
    }
    self.init(
      grid: facts.grid, scaling: MapScaling(mean: mean.values, scale: facts.scale), coder: coder,
      trainingSubjects: facts.trainingSubjects, isBounded: facts.isBounded ?? true)
    guard deviations.values.count == size, centre.values.count == size else {
      throw LatentError.notLatent(path: path)
    }
    self.centre = centre.values
    self.deviations = deviations.values
  }
}
