import Foundation
import Imaging
import NeuralNetwork
import Numerics

/// Latent vectors of a batch, or samples of their distributions, z = μ + exp(s / 2) ε.
package struct LatentSample {
  /// The latent vectors, [N, size].
  package private(set) var values: [Float]
  private let means, spreads, noise: [Float]
  private let size: Int
  private let shape: [Int]

  /// Splits the encoder's output and draws the samples.
  /// - Parameters:
  ///   - output: the encoder's output, [N, size], or [N, 2 size] with the means first if variational.
  ///   - size: number of features.
  ///   - isVariational: whether the output describes distributions.
  ///   - generator: draws the noise.
  package init(_ output: Tensor, size: Int, _ isVariational: Bool, _ generator: inout SeededGenerator) {
    self.size = size
    shape = output.shape
    guard isVariational else {
      values = output.values
      (means, spreads, noise) = ([], [], [])
      return
    }
    let batch = output.values.count / (2 * size)
    func part(_ first: Int) -> [Float] {
      (0..<batch).flatMap { n -> ArraySlice<Float> in
        let start = 2 * size * n + first
        return output.values[start..<start + size]
      }
    }
    let (means, spreads) = (part(0), part(size))
    let noise = means.map { _ in NormalDistribution.standard.next(using: &generator) }
    (self.means, self.spreads, self.noise) = (means, spreads, noise)
    values = means
    for i in means.indices { values[i] += expf(spreads[i] / 2) * noise[i] }
  }

  /// Returns the gradient, with respect to the encoder's output, of the loss and of the Kullback-Leibler divergence
  /// from a standard normal distribution, ½ Σ(exp(s) + μ² − 1 − s).
  /// - Parameters:
  ///   - gradient: gradient of the loss with respect to the latent vectors, [N, size].
  ///   - divergenceWeight: weight of the divergence.
  package func cotangent(_ gradient: [Float], divergenceWeight: Float) -> Tensor {
    guard !noise.isEmpty else { return Tensor(shape: shape, values: gradient) }
    var result = Tensor(shape: shape)
    for i in gradient.indices {
      let (n, j) = i.quotientAndRemainder(dividingBy: size)
      let variance = expf(spreads[i])
      let mean = 2 * size * n + j
      let bySample = gradient[i] * noise[i] * variance.squareRoot() / 2
      result.values[mean] = gradient[i] + divergenceWeight * means[i]
      result.values[mean + size] = bySample + divergenceWeight * (variance - 1) / 2
    }
    return result
  }
}

/// Agreement of maps with their reconstructions, as means over scans.
public struct ReconstructionScores: Hashable, Codable, Sendable {
  /// Number of scans.
  public var scans: Int
  /// Mean squared error of the probabilities, over the voxels of the maps' grid.
  public var meanSquaredError: Double
  /// Explained share of the differences from the mean map, 1 − Σ(x − x̂)² / Σ(x − x̄)²; the mean map itself has 0.
  public var explained: Double
  /// Dice of the voxels above 0.5.
  public var dice: Double

  /// Scores the reconstructions of at least one map.
  package init(_ maps: [[Float]], model: LatentModel, threads: Int?) throws {
    precondition(!maps.isEmpty, "needed at least one map")
    let found = try model.decode(try model.encode(maps, threads: threads), threads: threads)
    var (errors, spread, dice) = (0.0, 0.0, 0.0)
    for (map, other) in zip(maps, found) {
      for i in map.indices {
        errors += Double((map[i] - other.voxels[i]) * (map[i] - other.voxels[i]))
        spread += Double((map[i] - model.scaling.mean[i]) * (map[i] - model.scaling.mean[i]))
      }
      dice += MaskOverlap(map, other.voxels, above: 0.5).dice ?? 1
    }
    scans = maps.count
    meanSquaredError = errors / Double(maps.count * model.grid.count)
    explained = spread > 0 ? 1 - errors / spread : 0
    self.dice = dice / Double(maps.count)
  }
}
