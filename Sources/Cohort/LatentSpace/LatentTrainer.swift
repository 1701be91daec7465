import Imaging
import NeuralNetwork
import Segmentation

/// Finds a latent space of maps: by a convolutional autoencoder, variational or not, or by principal components.
public struct LatentTrainer: Sendable {
  /// What decides the weights.
  public struct Configuration: Hashable, Codable, Sendable {
    public enum Method: String, Hashable, Codable, Sendable, CaseIterable {
      case autoencoder
      /// With a normal distribution in place of each latent vector (Kingma and Welling 2014, arXiv 1312.6114).
      case variational
      /// Principal components: what a linear autoencoder finds at best.
      case pca
    }

    public var method = Method.autoencoder
    public var latentSize = 32
    public var levels = 4
    public var channels = 8
    public var epochs = 100
    public var batchSize = 8
    public var schedule = LearningRateSchedule(peak: 1e-3, decay: .cosine, warmUp: 0.05)
    /// Of the Kullback-Leibler divergence beside the squared error, both summed over a map; reached after half of the
    /// training, from 0 (Bowman et al. 2016, arXiv 1511.06349).
    public var divergenceWeight: Float = 1
    public var seed: UInt64 = 0

    public init() {}
  }

  /// What a caller can show.
  public struct Progress: Hashable, Sendable {
    public var step, steps: Int
    /// Mean squared error of the scaled differences; the mean map has 1.
    public var loss: Double
  }

  /// What was found, and how well it gives maps back.
  public struct Outcome: Sendable {
    public var model: LatentModel
    public var training: ReconstructionScores
    /// Of maps that took no part; `nil` where there were none.
    public var validation: ReconstructionScores?
  }

  private let configuration: Configuration
  private let threads: Int?

  public init(_ configuration: Configuration, threads: Int? = nil) {
    self.configuration = configuration
    self.threads = threads
  }

  /// - Throws: `LatentError`, `EngineError`, `GraphError`, `LinearAlgebraError`.
  public func run(
    training: MapSet, validation: MapSet? = nil, report: (Progress) -> Void = { _ in }
  ) throws -> Outcome {
    let mean = training.mean
    var squares = 0.0
    for map in training.values {
      for i in map.indices { squares += Double((map[i] - mean[i]) * (map[i] - mean[i])) }
    }
    let scale = Float((squares / Double(training.values.count * training.grid.count)).squareRoot())
    func model(_ coder: LatentModel.Coder) -> LatentModel {
      LatentModel(
        grid: training.grid, mean: mean, scale: max(scale, .leastNormalMagnitude), coder: coder,
        trainingSubjects: training.subjects.map(\.description))
    }
    var found: LatentModel
    if configuration.method == .pca {
      let blank = model(.components(Matrix(rows: 0, columns: 0)))
      found = model(.components(try components(training.values.map(blank.centred))))
    } else {
      let graph = try graph(for: training.grid)
      let blank = model(.autoencoder(graph, Parameters(zerosFor: graph)))
      let network = try AutoencoderTraining(graph, configuration, threads: threads)
      let parameters = try network.run(training.values.map(blank.centred), report: report)
      found = model(.autoencoder(graph, parameters))
    }
    let features = try found.encode(training.values, threads: threads)
    let columns = (0..<found.size).map { j in features.map { Double($0[j]) } }
    found.centre = columns.map { Float($0.mean) }
    found.deviations = columns.map { Float($0.standardDeviation) }
    return Outcome(
      model: found,
      training: try ReconstructionScores(training.values, model: found, threads: threads),
      validation: try validation.map {
        try ReconstructionScores($0.values, model: found, threads: threads)
      })
  }

  /// The directions of greatest variance over the maps, voxels by components.
  private func components(_ maps: [[Float]]) throws -> Matrix {
    guard maps.count > configuration.latentSize, let first = maps.first else {
      throw LatentError.tooFewMaps(found: maps.count, components: configuration.latentSize)
    }
    let columns = Matrix(
      rows: first.count, columns: maps.count, values: maps.flatMap { $0.map(Double.init) })
    return try columns.singularValues().left.prefix(columns: configuration.latentSize)
  }

  private func graph(for grid: Grid) throws(LatentError) -> Graph {
    var architecture = Autoencoder(outputChannels: 1)
    architecture.levels = configuration.levels
    architecture.channels = configuration.channels
    architecture.encoderConvolutions = 1
    architecture.skipConnections = false
    architecture.normalization = false
    architecture.latentSize = configuration.latentSize
    architecture.size = SIMD3(grid.shape.z, grid.shape.y, grid.shape.x)
    architecture.output = .identity
    guard grid.shape % architecture.sizeMultiple == .zero else {
      throw .indivisible(shape: grid.shape, multiple: architecture.sizeMultiple)
    }
    return architecture.graph
  }
}
