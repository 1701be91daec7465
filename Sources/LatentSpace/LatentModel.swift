import Foundation
import Imaging
import NeuralNetwork
import Numerics

/// A latent space of maps, which encodes a map as a few features and decodes features to a map.
///
/// The input is the difference of a map from the mean map, divided by the root mean square of all differences.
public struct LatentModel: Hashable, Sendable {
  /// The method of encoding.
  package enum Coder: Hashable, Sendable {
    /// A convolutional autoencoder without skip connections; one set of parameters for both halves.
    case autoencoder(Graph, Parameters)
    /// Principal components: voxels by components, orthonormal columns.
    case components(Matrix)
    /// A network that classifies maps: its only feature is the probability of class 1, and it cannot decode.
    case classifier(Graph, Parameters)
  }

  /// The grid of the maps.
  public let grid: Grid
  /// The scaling of the maps.
  public let scaling: MapScaling
  /// The method of encoding.
  package let coder: Coder
  /// Mean of each feature over the training maps.
  public internal(set) var centre: [Float] = []
  /// Standard deviation of each feature over the training maps.
  public internal(set) var deviations: [Float] = []
  /// The subjects of the training maps.
  public var trainingSubjects: [String]
  /// Whether the training maps are probabilities, so that decoded maps are clamped to 0...1. Modulated maps exceed 1.
  public let isBounded: Bool

  init(
    grid: Grid, scaling: MapScaling, coder: Coder, trainingSubjects: [String], isBounded: Bool = true
  ) {
    self.grid = grid
    self.scaling = scaling
    self.coder = coder
    self.trainingSubjects = trainingSubjects
    self.isBounded = isBounded
  }

  /// Number of features.
  public var size: Int {
    switch coder {
    case .autoencoder(let graph, _):
      graph.nodes.first { $0.name == Autoencoder.latentName }?.shape.elementCount ?? 0
    case .components(let axes): axes.columns
    case .classifier: 1
    }
  }

  /// Names of the features: `z1` to `zN`, or `probability`.
  public var names: [String] {
    if case .classifier = coder { return ["probability"] }
    return (0..<size).map { "z\($0 + 1)" }
  }

  /// Computes mean and standard deviation of the features of the training maps.
  mutating func describe(_ features: [[Float]]) {
    let columns = (0..<size).map { j in features.map { Double($0[j]) } }
    centre = columns.map { Float($0.mean) }
    deviations = columns.map { Float($0.standardDeviation) }
  }

  /// Returns the features of each map.
  /// - Parameters:
  ///   - maps: voxels of each map, i fastest.
  ///   - threads: number of threads; by default all cores.
  /// - Throws: `EngineError`, `GraphError`.
  public func encode(_ maps: [[Float]], threads: Int? = nil) throws -> [[Float]] {
    switch coder {
    case .components(let axes):
      return maps.map { map in
        axes.times(scaling(map).map(Double.init), transposed: true).map { Float($0) }
      }
    case .autoencoder(let graph, let parameters):
      guard let encoder = graph.part(endingAt: Autoencoder.latentName) else { return [] }
      return try run(encoder, parameters, maps.map { scaling($0) }, threads)
    case .classifier(let graph, let parameters):
      return try run(graph, parameters, maps.map { scaling($0) }, threads)
    }
  }

  /// Returns the map of each row of features, clamped to 0...1 if the training maps lie in this range.
  /// - Throws: `EngineError`, `GraphError`; `LatentError.noWayBack` if the model is a classifier.
  public func decode(_ features: [[Float]], threads: Int? = nil) throws -> [Volume] {
    try differences(features, threads).map { difference in
      let voxels = zip(scaling.mean, difference).map { $0 + scaling.scale * $1 }
      return Volume(grid: grid, voxels: isBounded ? voxels.map { min(max($0, 0), 1) } : voxels)
    }
  }

  /// Returns the scaled difference from the mean map for each row of features.
  private func differences(_ features: [[Float]], _ threads: Int?) throws -> [[Float]] {
    switch coder {
    case .components(let axes):
      return features.map { axes.times($0.map(Double.init)).map { Float($0) } }
    case .autoencoder(let graph, let parameters):
      guard let decoder = graph.part(beginningAfter: Autoencoder.latentName) else { return [] }
      return try run(decoder, parameters, features, threads)
    case .classifier: throw LatentError.noWayBack
    }
  }

  /// Returns a change of the features by one standard deviation of the named feature.
  /// - Throws: `LatentError.noFeature`.
  public func step(along name: String) throws(LatentError) -> [Float] {
    guard let place = names.firstIndex(of: name) else { throw .noFeature(name, count: size) }
    return (0..<size).map { $0 == place ? deviations[$0] : 0 }
  }

  /// Returns the change of the map of the mean features when each row of changes is added to them. Changes are not
  /// clamped.
  /// - Throws: `EngineError`, `GraphError`; `LatentError.noWayBack` if the model is a classifier.
  public func decode(changes: [[Float]], threads: Int? = nil) throws -> [Volume] {
    let found = try differences([centre] + changes.map { zip(centre, $0).map { $0 + $1 } }, threads)
    return found.dropFirst().map { difference in
      Volume(grid: grid, voxels: zip(difference, found[0]).map { scaling.scale * ($0 - $1) })
    }
  }

  /// Returns saliency maps: the gradient, with respect to each voxel, of a quantity with the given slopes along the
  /// features, the mean over the maps (Simonyan, Vedaldi and Zisserman 2014, arXiv 1312.6034).
  ///
  /// By the chain rule, smoothing the gradient with the Gaussian of the maps gives the gradient with respect to the
  /// unsmoothed maps; without it, the gradient contains spatial frequencies that smoothed maps do not have. It is 0
  /// where the training maps have hardly any gray matter.
  /// - Parameters:
  ///   - slopes: rows with one slope per feature.
  ///   - maps: voxels of each map, i fastest.
  ///   - smoothing: full width at half maximum in mm of the Gaussian with which the maps were smoothed.
  ///   - threads: number of threads; by default all cores.
  /// - Returns: one volume per row.
  /// - Throws: `EngineError`, `GraphError`; `LatentError.noWayBack` if the model is a classifier.
  public func saliency(
    of slopes: [[Float]], at maps: [[Float]], smoothing: Double = 0, threads: Int? = nil
  ) throws -> [Volume] {
    let gradients: [[Float]]
    switch coder {
    case .components(let axes):
      gradients = slopes.map { axes.times($0.map(Double.init)).map { Float($0) } }
    case .autoencoder(let graph, let parameters):
      guard let encoder = graph.part(endingAt: Autoencoder.latentName) else { return [] }
      let size = encoder.nodes[encoder.inputs[0]].shape.size ?? .one
      let executable = try Executable(
        encoder, batch: 1, size: size, purpose: .training(inputGradients: true), precision: .fastest,
        threads: threads)
      try executable.setParameters(try parameters.part(for: encoder))
      var sums = slopes.map { _ in [Float](repeating: 0, count: grid.count) }
      for map in maps {
        let input = Tensor(shape: executable.inputShapes[0], values: scaling(map))
        for (row, slope) in slopes.enumerated() {
          let latent = try executable.predict([input])
          let found = try executable.gradients(cotangent: Tensor(shape: latent.shape, values: slope))
          for (i, value) in found.inputs[0].values.enumerated() { sums[row][i] += value }
        }
      }
      gradients = sums.map { $0.map { $0 / Float(maps.count) } }
    case .classifier: throw LatentError.noWayBack
    }
    return gradients.map { gradient in
      let smooth = Volume(grid: grid, voxels: gradient.map { $0 / scaling.scale }).smoothed(width: smoothing)
      return Volume(
        grid: grid, voxels: zip(smooth.voxels, scaling.mean).map { $1 >= Self.leastGrayMatter ? $0 : 0 })
    }
  }

  /// Mean gray matter probability of the training maps below which the gradient is set to 0, because the network has
  /// not learned an effect of gray matter there.
  private static let leastGrayMatter: Float = 0.01

  /// Runs the network on one input at a time, so that it is compiled once for any number of maps.
  private func run(
    _ graph: Graph, _ parameters: Parameters, _ inputs: [[Float]], _ threads: Int?
  ) throws -> [[Float]] {
    let size = graph.nodes[graph.inputs[0]].shape.size ?? .one
    let executable = try Executable(graph, batch: 1, size: size, threads: threads)
    try executable.setParameters(try parameters.part(for: graph))
    return try inputs.map { values in
      try executable.predict([Tensor(shape: executable.inputShapes[0], values: values)]).values
    }
  }
}
