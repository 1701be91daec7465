import Foundation
import Imaging
import NeuralNetwork
import Segmentation
import Testing

/// A bright ball, the brain, in a dim body, and a network that calls bright voxels gray matter.
@Suite("The window of the brain")
struct BrainSearchTests {
  /// Smaller than half of the window by more than a window may be off.
  private static let radius = 16.0

  private static func head(shape: SIMD3<Int>, centre: SIMD3<Double>) -> Volume {
    // As large as a head: 60 mm from the top to the ball's middle.
    var volume = Volume(grid: Grid(shape: shape, affine: Affine(spacing: [2.5, 2.5, 2.5])))
    for k in 0..<shape.z {
      for j in 0..<shape.y {
        for i in 0..<shape.x {
          let d = SIMD3(Double(i), Double(j), Double(k)) - centre
          let distance = (d * d).sum().squareRoot()
          let isBody = k < Int(centre.z) && abs(d.x) < 26 && abs(d.y) < 26
          volume[i, j, k] = distance < radius ? 1 : distance < radius + 8 || isBody ? 0.4 : 0
        }
      }
    }
    return volume
  }

  @Test(
    "is found wherever the brain lies, and its voxels come to their own places",
    arguments: [
      (SIMD3(64, 64, 64), SIMD3(32.0, 32, 32)), (SIMD3(120, 100, 160), SIMD3(40.0, 60, 110)),
      (SIMD3(160, 120, 200), SIMD3(120.0, 50, 60)), (SIMD3(50, 50, 90), SIMD3(25.0, 20, 60)),
    ])
  func found(shape: SIMD3<Int>, centre: SIMD3<Double>) throws {
    let image = Self.head(shape: shape, centre: centre)
    // Background's probability is e⁻⁴ / (e⁻⁴ + 3) of the brain, and e² / (e² + 3), above a half, of the body.
    var model = TinyModel.pointwise(tile: [64, 64, 64], weights: [-10, 0, 0, 0], biases: [6, 0, 0, 0])
    model.fieldOfView = .brain
    let bright = 1 / (1 + 3 * exp(4.0))
    let segmenter = try Segmenter(model, .init(precision: .float32))
    let channels = try segmenter.probabilities(of: image)
    #expect(channels.allSatisfy { $0.grid == image.grid })
    for (index, value) in image.voxels.enumerated() where value == 1 {
      guard abs(Double(channels[0].voxels[index]) - bright) > 1e-5 else { continue }
      Issue.record("voxel \(index) of the brain was not seen")
      return
    }
  }

  @Test("views of a window lead back to their own places, and the mean of their answers is the answer")
  func views() throws {
    let size = SIMD3(6, 4, 2)
    let voxels = (0..<48).map(Float.init)
    for view in TestTimeAugmentation.views(4) {
      var sum = [Float](repeating: 0, count: 96)
      let shown = view.show(voxels, size: size)
      #expect(view == .plain || shown != voxels)
      view.add(
        Tensor(shape: [1, 2, 2, 4, 6], values: shown + shown), channels: [0, 1], to: &sum, size: size)
      #expect(sum == voxels + voxels)
    }
  }
}
