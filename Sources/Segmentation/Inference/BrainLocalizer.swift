import Imaging
import NeuralNetwork
import Numerics

/// Finds the brain with a small network on voxels of about 2 mm, so that a large network need not search for it.
///
/// The small network was trained on T1w contrast. Where it finds nothing, or a wrong place, the large network's own
/// search continues from there.
final class BrainLocalizer {
  /// Where the brain is, and how bright.
  struct Location {
    /// In voxels of the image.
    var middle: SIMD3<Int>
    /// As `BrainSearch.gain`.
    var gain: Float
  }

  private let model: SegmentationModel
  private let network: Executable
  private var isLoaded = false

  /// - Throws: `ModelError`, `EngineError`.
  init(precision: Precision, threads: Int?) throws {
    model = try BuiltInModel.locator.model()
    network = try Executable(
      model.graph, batch: 1, size: model.patchSize.reversedAxes, precision: precision, threads: threads)
  }

  /// Bytes that the network holds.
  var byteCount: Int { network.plannedByteCount }

  /// - Parameters:
  ///   - image: along RAS, scaled to 0...1.
  ///   - adjustsBrightness: whether a dark brain is made brighter.
  /// - Returns: `nil` where no brain is found, or where the image's voxels cannot be joined to some of about 2 mm, as in a
  ///   single thin slice.
  /// - Throws: `EngineError`.
  func locate(in image: Volume, adjustsBrightness: Bool) throws(EngineError) -> Location? {
    guard let factor = Self.factor(for: image.grid.affine.spacing), all(image.grid.shape .>= factor) else {
      return nil
    }
    if !isLoaded { try network.setParameters(model.parameters) }
    isLoaded = true
    let coarse = image.blockMeans(of: factor)
    let search = BrainSearch(windowSize: model.patchSize, spacing: coarse.grid.affine.spacing)
    let window = search.start(in: coarse)
    let shape = [1, 1, window.shape.z, window.shape.y, window.shape.x]  // [N, C, D, H, W]
    let pass = try search.run(
      in: coarse, from: window, adjustsBrightness: adjustsBrightness
    ) { voxels throws(EngineError) in try network.predict([Tensor(shape: shape, values: voxels)]) }
    guard pass.isSettled, let middle = search.middle(of: pass.output) else { return nil }
    return Location(middle: (pass.window.start &+ middle) &* factor, gain: pass.gain)
  }

  /// How many voxels along each axis make one of 1.5 to 2.7 mm.
  private static func factor(for spacing: SIMD3<Double>) -> SIMD3<Int>? {
    let factor = SIMD3<Int>((2 / spacing).rounded(.toNearestOrEven)).clamped(
      lowerBound: .one, upperBound: SIMD3(repeating: 16))
    let coarse = spacing * SIMD3<Double>(factor)
    return all(coarse .>= 1.5) && all(coarse .<= 2.7) ? factor : nil
  }
}

extension Volume {
  /// The means over blocks of voxels; voxels at the upper ends that fill no block are left out.
  func blockMeans(of factor: SIMD3<Int>) -> Volume {
    let shape = grid.shape / factor
    let step = SIMD3<Double>(factor)
    let affine = Affine(
      i: grid.affine.i * step.x, j: grid.affine.j * step.y, k: grid.affine.k * step.z,
      origin: grid.affine((step - 1) / 2))
    var result = Volume(grid: Grid(shape: shape, affine: affine))
    let share = 1 / Float(factor.x * factor.y * factor.z)
    let width = grid.shape.x
    voxels.withUnsafeBufferPointer { source in
      result.voxels.withUnsafeMutableBufferPointer { target in
        ParallelLoop.forEach(over: shape.z, size: 1) { planes in
          for k in planes {
            for j in 0..<shape.y {
              let row = shape.x * (j + shape.y * k)
              for dk in 0..<factor.z {
                for dj in 0..<factor.y {
                  let from = width * (j * factor.y + dj + grid.shape.y * (k * factor.z + dk))
                  for i in 0..<shape.x {
                    for di in 0..<factor.x { target[row + i] += source[from + i * factor.x + di] }
                  }
                }
              }
              for i in 0..<shape.x { target[row + i] *= share }
            }
          }
        }
      }
    }
    return result
  }
}
