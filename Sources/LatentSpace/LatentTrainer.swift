import Files
import Foundation
import Imaging
import NeuralNetwork
import Numerics
import Statistics

/// Finds a latent space of maps: by a convolutional autoencoder, variational or not, or by principal components.
///
/// People are few, and an autoencoder that sees nothing but their maps learns them by heart: it sees mixtures of them
/// (`MapMixtures`) most of the time.
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
    /// Resolutions of the network; the first has half the maps' voxels along each axis.
    public var levels = 3
    /// At the first of them.
    public var channels = 16
    /// Whether blocks of 2×2×2 voxels are one voxel of the first level, for a quarter of the time; else the network has
    /// one level more, at the maps' own resolution.
    public var voxelBlocks = true
    public var epochs = 100
    public var stepsPerEpoch = 25
    public var batchSize = 8
    /// Of what is learned from, the share of mixtures; the rest are maps as they are.
    public var mixedShare = 0.75
    /// Maps in each mixture.
    public var mixedMaps = 4
    /// Between the control points of the mixtures' weights, in mm; `nil` for weights that are the same everywhere.
    public var mixtureSpacing: Double? = 80
    /// Epochs between two looks at the maps held out.
    public var validationInterval = 10
    public var schedule = LearningRateSchedule(peak: 3e-3, decay: .cosine, warmUp: 0.05)
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

  /// How far a training was at the end of an epoch.
  public struct Epoch: Hashable, Sendable {
    /// From 1.
    public var number: Int
    /// Share of the mixtures' differences from the mean map that did not come back; the mean over the epoch.
    public var loss: Double
    /// The same of maps held out, at the end; `nil` where nobody looked.
    public var heldOut: Double?
  }

  /// What was found, and how well it gives maps back.
  public struct Outcome: Sendable {
    public var model: LatentModel
    public var training: ReconstructionScores
    /// Of maps that took no part; `nil` where there were none.
    public var validation: ReconstructionScores?
    /// Empty for principal components.
    public var epochs: [Epoch] = []
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
    let scaling = MapScaling(training.values)
    func model(_ coder: LatentModel.Coder) -> LatentModel {
      LatentModel(
        grid: training.grid, scaling: scaling, coder: coder,
        trainingSubjects: training.subjects.map(\.description))
    }
    func scores(_ maps: MapSet, _ model: LatentModel) throws -> ReconstructionScores {
      try ReconstructionScores(maps.values, model: model, threads: threads)
    }
    let inputs = training.values.map { scaling($0) }
    var epochs: [Epoch] = []
    var found: LatentModel
    if configuration.method == .pca {
      found = model(.components(try components(inputs)))
    } else {
      let graph = try graph(for: training.grid)
      let network = try AutoencoderTraining(graph, configuration, threads: threads)
      let parameters = try network.run(mixtures(inputs, training.grid), report: report) { number, loss, now in
        let isLook =
          number % configuration.validationInterval == 0 || number == configuration.epochs
        let held = isLook ? validation : nil
        let scores = try held.map { try scores($0, model(.autoencoder(graph, try now()))) }
        epochs.append(Epoch(number: number, loss: loss, heldOut: scores.map { 1 - $0.explained }))
      }
      found = model(.autoencoder(graph, parameters))
    }
    found.describe(try found.encode(training.values, threads: threads))
    return Outcome(
      model: found, training: try scores(training, found),
      validation: try validation.map { try scores($0, found) }, epochs: epochs)
  }

  private func mixtures(_ maps: [[Float]], _ grid: Grid) -> MapMixtures {
    let spacing = configuration.mixtureSpacing.map { $0 / grid.affine.spacing.max() }
    return MapMixtures(
      maps, shape: grid.shape, members: configuration.mixedMaps, spacing: spacing,
      share: configuration.mixedShare)
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
    // Without normalisation, ReLU fall silent at a learning rate that is any good.
    architecture.leak = 0.2
    architecture.voxelBlocks = configuration.voxelBlocks
    if !architecture.voxelBlocks { architecture.levels += 1 }
    architecture.latentSize = configuration.latentSize
    architecture.size = SIMD3(grid.shape.z, grid.shape.y, grid.shape.x)
    architecture.output = .identity
    guard grid.shape % architecture.sizeMultiple == .zero else {
      throw .indivisible(shape: grid.shape, multiple: architecture.sizeMultiple)
    }
    return architecture.graph
  }
}

/// `latent.log.tsv`: how the training of a latent space went, one row for each epoch.
public struct LatentTrainingLog: Hashable, Sendable {
  public static let columns = ["epoch", "loss", "held_out"]

  public let tsv: String

  init(_ epochs: [LatentTrainer.Epoch]) {
    let rows = epochs.map { epoch in
      ["\(epoch.number)"]
        + [epoch.loss, epoch.heldOut].map { TableCell.text($0, "%.5f") }
    }
    tsv = ([Self.columns] + rows).map { $0.joined(separator: "\t") + "\n" }.joined()
  }

  /// Writes the table whole or not at all.
  /// - Throws: `AssociationError.unwritable`.
  public func write(to path: String) throws(AssociationError) {
    do throws(WriteError) { try AtomicFile.write(tsv, to: path) } catch {
      throw .unwritable(path: path, reason: error.reason)
    }
  }
}

extension LatentTrainer.Outcome {
  /// `nil` of principal components, which are found in no epochs.
  public var log: LatentTrainingLog? { epochs.isEmpty ? nil : LatentTrainingLog(epochs) }
}
