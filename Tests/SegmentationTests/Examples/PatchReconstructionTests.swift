import NeuralNetwork
import Numerics
import Testing

@Suite("An autoencoder with a latent vector learns real gray matter")
struct PatchReconstructionTests {
  /// Voxels of 2 mm along each axis: 16 mm, a fold of the cortex.
  private static let size = 8

  /// Gray matter, 1 in it and 0 elsewhere, around random voxels of it.
  private struct Source {
    let head: SampleHead
    let centres: [SIMD3<Int>]

    init(_ head: SampleHead) {
      self.head = head
      centres = head.centres(of: [.grayMatter], size: size)
    }

    func draw(_ count: Int, using generator: inout SeededGenerator) -> Tensor {
      let drawn = (0..<count).compactMap { _ in centres.randomElement(using: &generator) }
      return head.grayMatter(around: drawn, size: size)
    }
  }

  private static func meanSquare(_ found: [Float], _ expected: [Float]) -> Double {
    zip(found, expected).reduce(0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) } / Double(expected.count)
  }

  /// Every patch's best guess for those who see none: the mean of many.
  private func meanImage(_ source: Source, as shape: [Int]) -> [Float] {
    var generator = SeededGenerator(seed: 3)
    let patches = source.draw(1000, using: &generator)
    let voxels = patches.values.count / 1000
    let mean = (0..<voxels).map { voxel in
      (0..<1000).reduce(Float(0)) { $0 + patches.values[$1 * voxels + voxel] } / 1000
    }
    return (0..<shape[0]).flatMap { _ in mean }
  }

  /// Mean squared error on the test patches after training on the source.
  private func error(latentSize: Int, _ source: Source, test: Tensor) throws -> Double {
    var network = Autoencoder(outputChannels: 1)
    (network.levels, network.channels, network.encoderConvolutions) = (3, 16, 1)
    (network.skipConnections, network.latentSize, network.output) = (false, latentSize, .sigmoid)
    let size = SIMD3(repeating: Self.size)
    network.size = size
    let recipe = PlainTraining(
      name: "latent vector of \(latentSize)", loss: Loss(.meanSquaredError), rule: .adam(),
      schedule: LearningRateSchedule(peak: 4e-3), batch: 16, steps: 500)
    let result = try recipe.run(network.graph, size: size) { count, generator in
      let patches = source.draw(count, using: &generator)
      return (patches, .values(patches.values))
    }
    let output = try PlainTraining.predict(network.graph, result.parameters, size: size, samples: test)
    return Self.meanSquare(output.values, test.values)
  }

  @Test("on another head the error falls as the latent vector grows, and is below the mean image's")
  func learns() throws {
    let training = Source(try SampleHead.colin27.get())
    var generator = SeededGenerator(seed: 2)
    let test = Source(try SampleHead.mni152.get()).draw(512, using: &generator)
    let reference = Self.meanSquare(meanImage(training, as: test.shape), test.values)
    let errors = try [2, 8, 32].map { try error(latentSize: $0, training, test: test) }
    print("mean squared error for 2, 8, 32: \(errors); of the mean image: \(reference)")
    #expect(errors[0] < 0.97 * reference)
    #expect(errors[1] < 0.97 * errors[0])
    #expect(errors[2] < 0.97 * errors[1])
  }
}
