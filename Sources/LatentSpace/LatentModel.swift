import Foundation
import Imaging
import NeuralNetwork
import Numerics

/// A latent space of maps: from a map to a few numbers, and back.
///
/// What is coded is how a map differs from the mean map, over the root mean square of all differences.
public struct LatentModel: Hashable, Sendable {
  /// How maps become numbers.
  package enum Coder: Hashable, Sendable {
    /// A convolutional autoencoder without skip connections; both halves by name in one set of parameters.
    case autoencoder(Graph, Parameters)
    /// Principal components: voxels by components, orthonormal columns.
    case components(Matrix)
    /// A network that tells two classes apart: its one feature is the probability of class 1, and there is no way back.
    case classifier(Graph, Parameters)
  }

  public let grid: Grid
  public let scaling: MapScaling
  package let coder: Coder
  /// Mean and standard deviation of each feature over the training's maps: where changes begin, and what one step is.
  public internal(set) var centre: [Float] = []
  public internal(set) var deviations: [Float] = []
  /// Those that the training saw.
  public var trainingSubjects: [String]

  init(grid: Grid, scaling: MapScaling, coder: Coder, trainingSubjects: [String]) {
    self.grid = grid
    self.scaling = scaling
    self.coder = coder
    self.trainingSubjects = trainingSubjects
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

  /// `z1` to `zN`, or `probability`.
  public var names: [String] {
    if case .classifier = coder { return ["probability"] }
    return (0..<size).map { "z\($0 + 1)" }
  }

  /// Keeps mean and spread of the training's features.
  mutating func describe(_ features: [[Float]]) {
    let columns = (0..<size).map { j in features.map { Double($0[j]) } }
    centre = columns.map { Float($0.mean) }
    deviations = columns.map { Float($0.standardDeviation) }
  }

  /// The features of each map.
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

  /// The map of each row of features, 0 to 1.
  /// - Throws: `EngineError`, `GraphError`, `LatentError.noWayBack` of a classifier.
  public func decode(_ features: [[Float]], threads: Int? = nil) throws -> [Volume] {
    let differences: [[Float]]
    switch coder {
    case .components(let axes):
      differences = features.map { axes.times($0.map(Double.init)).map { Float($0) } }
    case .autoencoder(let graph, let parameters):
      guard let decoder = graph.part(beginningAfter: Autoencoder.latentName) else { return [] }
      differences = try run(decoder, parameters, features, threads)
    case .classifier: throw LatentError.noWayBack
    }
    return differences.map { difference in
      let voxels = zip(scaling.mean, difference).map { min(max($0 + scaling.scale * $1, 0), 1) }
      return Volume(grid: grid, voxels: voxels)
    }
  }

  /// The change of the features that is one standard deviation of one of them.
  /// - Throws: `LatentError.noFeature`.
  public func step(along name: String) throws(LatentError) -> [Float] {
    guard let place = names.firstIndex(of: name) else { throw .noFeature(name, count: size) }
    return (0..<size).map { $0 == place ? deviations[$0] : 0 }
  }

  /// How the map of the training's mean features changes when a row of changes is added to them.
  /// - Throws: `EngineError`, `GraphError`.
  public func decode(changes: [[Float]], threads: Int? = nil) throws -> [Volume] {
    let maps = try decode([centre] + changes.map { zip(centre, $0).map { $0 + $1 } }, threads: threads)
    return maps.dropFirst().map { map in
      Volume(grid: grid, voxels: zip(map.voxels, maps[0].voxels).map { $0 - $1 })
    }
  }

  /// How what rises with the features by these slopes rises with each voxel: its gradient, the mean over the maps
  /// (Simonyan, Vedaldi and Zisserman 2014, arXiv 1312.6034).
  ///
  /// By the chain rule a Gaussian of the maps is one of the gradient too, which is then that of maps before smoothing;
  /// without it a gradient holds what such maps cannot. It is 0 where the training saw hardly any gray matter.
  /// - Parameters:
  ///   - slopes: rows of one number for each feature.
  ///   - smoothing: by which the maps were smoothed, full width at half maximum in mm.
  /// - Returns: a volume for each row.
  /// - Throws: `EngineError`, `GraphError`, `LatentError.noWayBack` of a classifier.
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

  /// Where the training's maps have less on average no gradient is told: nothing has taught the network what gray matter
  /// would mean there.
  private static let leastGrayMatter: Float = 0.01

  /// One at a time: a network compiled once, whatever the number of maps.
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
