import Foundation
import Imaging
import NeuralNetwork
import Segmentation
import Synthesis

/// Whether patches are ready when a training step wants them: 2×96³ of the default network, patches cut and augmented
/// from the scan that GRISEA_SCAN names, or synthesized from the label map that GRISEA_LABELS names.
enum DataPreparation {
  private static let steps = 12

  static func run() throws {
    var configuration = TrainingConfiguration(preprocessing: Preprocessing(spacing: .one))
    configuration.batchSize = 2
    let image = try configuration.preprocessing(Benchmarks.scan())
    let labels = LabelMap(grid: image.grid, labels: image.voxels.map { $0 > 0.2 ? 1 : 0 })
    let sampler = PatchSampler(size: configuration.patchSize)
    let real = PatchSource(
      images: [LabeledImage(image: image, labels: labels)], sampler: sampler, augmentation: .standard,
      batchSize: configuration.batchSize, seed: 1)
    try report("augmented", real, configuration)
    guard let path = ProcessInfo.processInfo.environment["GRISEA_LABELS"] else { return }
    let map = try NIfTIImage(contentsOf: path).labelMap().reoriented(to: .ras)
    let head = try HeadLabelMap(map, table: .freesurfer, subject: "head", path: path)
    let synthetic = PatchSource(
      images: [], heads: [head], synthesizer: HeadSynthesizer(), sampler: sampler, augmentation: .none,
      batchSize: configuration.batchSize, seed: 1)
    try report("synthesized", synthetic, configuration)
  }

  private static func report(
    _ name: String, _ source: PatchSource, _ configuration: TrainingConfiguration
  ) throws {
    let batch = source.batch(at: 0)
    let alone = Benchmarks.least(of: 3) { _ = source.batch(at: 1) }
    let step = try trainingStep(configuration)
    let bare = try Benchmarks.least(of: 3) { try step(batch) }
    let loader = PatchLoader(source)
    _ = loader.next()
    let clock = ContinuousClock()
    var (waiting, whole) = (0.0, 0.0)
    for _ in 0..<steps {
      let start = clock.now
      let next = loader.next()
      waiting += (clock.now - start) / .seconds(1)
      try step(next)
      whole += (clock.now - start) / .seconds(1)
    }
    print(
      String(
        format: "data, %@: a batch takes %.0f ms of one thread; with data a step takes %.2f of its time "
          + "without, of which %.1f %% is waiting for patches",
        name, alone * 1e3, whole / Double(steps) / bare, 100 * waiting / whole))
  }

  /// Forward, loss, backward and AdamW, as `Trainer` does them.
  private static func trainingStep(
    _ configuration: TrainingConfiguration
  ) throws -> (PatchBatch) throws -> Void {
    let graph = configuration.architecture.graph
    let executable = try Executable(
      graph, batch: configuration.batchSize, size: configuration.patchSize, purpose: .training(),
      precision: .fastest)
    var generator = SystemRandomNumberGenerator()
    var parameters = Parameters(for: graph, using: &generator)
    var gradient = parameters.values
    var optimizer = Optimizer(configuration.optimizer)
    return { batch in
      try executable.setParameters(parameters)
      let shape = [batch.count, 1, batch.size.z, batch.size.y, batch.size.x]
      _ = try executable.trainingStep(
        from: [Tensor(shape: shape, values: batch.images)], target: .classes(batch.labels),
        loss: configuration.loss, gradient: &gradient)
      gradient.clipNorm(to: configuration.gradientNorm)
      optimizer.update(&parameters.values, gradient: gradient, learningRate: 1e-4)
    }
  }
}
