import Files
import Foundation
import Imaging
import NeuralNetwork
import Numerics
import Statistics

/// Trains a latent space of maps: a convolutional autoencoder, a variational autoencoder, or principal components.
///
/// An autoencoder overfits on the maps of a small sample, so most of its training examples are mixtures of maps
/// (`MapMixtures`).
public struct LatentTrainer: Sendable {
  /// The configuration of a training.
  public struct Configuration: Hashable, Codable, Sendable {
    /// The method of encoding.
    public enum Method: String, Hashable, Codable, Sendable, CaseIterable {
      /// A convolutional autoencoder.
      case autoencoder
      /// A variational autoencoder, in which a normal distribution replaces each latent vector (Kingma and Welling
      /// 2014, arXiv 1312.6114).
      case variational
      /// Principal components, the optimum of a linear autoencoder.
      case pca
    }

    /// The method of encoding.
    public var method = Method.autoencoder
    /// Number of features.
    public var latentSize = 32
    /// Number of resolution levels; the first has half the maps' voxels along each axis.
    public var levels = 3
    /// Number of channels at the first level.
    public var channels = 16
    /// Whether blocks of 2×2×2 voxels are one voxel of the first level. Otherwise the network has one level more, at the
    /// maps' own resolution.
    public var voxelBlocks = true
    /// Number of epochs.
    public var epochs = 100
    /// Number of steps per epoch.
    public var stepsPerEpoch = 25
    /// Number of maps per step.
    public var batchSize = 8
    /// Share of mixtures among the training examples; the rest are unchanged maps.
    public var mixedShare = 0.75
    /// Number of maps in each mixture.
    public var mixedMaps = 4
    /// Distance of the control points of the mixtures' weights, in mm; `nil` for spatially constant weights.
    public var mixtureSpacing: Double? = 80
    /// Number of epochs between two evaluations on the validation maps.
    public var validationInterval = 10
    /// The learning rate schedule.
    public var schedule = LearningRateSchedule(peak: 3e-3, decay: .cosine, warmUp: 0.05)
    /// Weight of the Kullback-Leibler divergence relative to the squared error, both summed over a map. It increases
    /// from 0 during the first half of the training (Bowman et al. 2016, arXiv 1511.06349).
    public var divergenceWeight: Float = 1
    /// Seed of weights and mixtures.
    public var seed: UInt64 = 0

    /// Creates the default configuration.
    public init() {}
  }

  /// The progress of a training.
  public struct Progress: Hashable, Sendable {
    /// The current step and the number of steps.
    public var step, steps: Int
    /// Mean squared error of the scaled differences; the mean map has 1.
    public var loss: Double
  }

  /// The losses of one epoch.
  public struct Epoch: Hashable, Sendable {
    /// Number of the epoch, from 1.
    public var number: Int
    /// Unexplained share of the mixtures' differences from the mean map, the mean over the epoch.
    public var loss: Double
    /// The same share of the validation maps at the end of the epoch; `nil` if it was not evaluated.
    public var heldOut: Double?
  }

  /// The trained model and its scores.
  public struct Outcome: Sendable {
    /// The model.
    public var model: LatentModel
    /// Scores of the training maps.
    public var training: ReconstructionScores
    /// Scores of the validation maps; `nil` if there are none.
    public var validation: ReconstructionScores?
    /// The losses of the epochs; empty for principal components.
    public var epochs: [Epoch] = []
  }

  private let configuration: Configuration
  private let threads: Int?

  /// Creates a trainer.
  public init(_ configuration: Configuration, threads: Int? = nil) {
    self.configuration = configuration
    self.threads = threads
  }

  /// Trains a model.
  /// - Parameters:
  ///   - training: the training maps.
  ///   - validation: maps that are not used for training; `nil` for none.
  ///   - report: called after each step.
  /// - Throws: `LatentError`, `EngineError`, `GraphError`, `LinearAlgebraError`.
  public func run(
    training: MapSet, validation: MapSet? = nil, report: (Progress) -> Void = { _ in }
  ) throws -> Outcome {
    let scaling = MapScaling(training.values)
    let isBounded = training.isBounded
    func model(_ coder: LatentModel.Coder) -> LatentModel {
      LatentModel(
        grid: training.grid, scaling: scaling, coder: coder,
        trainingSubjects: training.subjects.map(\.description), isBounded: isBounded)
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

  /// Returns the principal components of the maps, voxels by components.
  private func components(_ maps: [[Float]]) throws -> Matrix {
    guard maps.count > configuration.latentSize, let first = maps.first else {
      throw LatentError.tooFewMaps(found: maps.count, components: configuration.latentSize)
    }
    let columns = Matrix(
      rows: first.count, columns: maps.count, values: maps.flatMap { $0.map(Double.init) })
    let axes = try columns.singularValues().left
    guard axes.columns >= configuration.latentSize else {
      throw LatentError.tooFewComponents(found: axes.columns, needed: configuration.latentSize)
    }
    return axes.prefix(columns: configuration.latentSize)
  }

  private func graph(for grid: Grid) throws(LatentError) -> Graph {
    var architecture = Autoencoder(outputChannels: 1)
    architecture.levels = configuration.levels
    architecture.channels = configuration.channels
    architecture.encoderConvolutions = 1
    architecture.skipConnections = false
    architecture.normalization = false
    // Without normalization, ReLU units become inactive at a useful learning rate.
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

/// `latent.log.tsv`: the log of the training of a latent space, one row per epoch.
public struct LatentTrainingLog: Hashable, Sendable {
  /// The columns.
  public static let columns = ["epoch", "loss", "held_out"]

  /// The log as tab-separated text.
  public let tsv: String

  init(_ epochs: [LatentTrainer.Epoch]) {
    let rows = epochs.map { epoch in
      ["\(epoch.number)"]
        + [epoch.loss, epoch.heldOut].map { TableCell.text($0, "%.5f") }
    }
    tsv = TSV.text([Self.columns] + rows)
  }

  /// Writes the table completely or not at all.
  /// - Throws: `AssociationError.unwritable`.
  public func write(to path: String) throws(AssociationError) {
    do throws(WriteError) { try AtomicFile.write(tsv, to: path) } catch {
      throw .unwritable(path: path, reason: error.reason)
    }
  }
}

extension LatentTrainer.Outcome {
  /// The log; `nil` for principal components, which have no epochs.
  public var log: LatentTrainingLog? { epochs.isEmpty ? nil : LatentTrainingLog(epochs) }
}
