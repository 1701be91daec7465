import COneDNN
import Numerics

/// The adjoint of trilinear up-sampling by two, in blocks of channels.
///
/// Along an axis the fine voxels 2i and 2i + 1 are ¾ c[i] + ¼ c[i ∓ 1] with the border repeated. Therefore the gradient
/// of c[i] is ¾ (g[2i] + g[2i + 1]) + ¼ (g[2i − 1] + g[2i + 2]) with the border repeated. oneDNN 2.6 needs 72 ms for it
/// at 2×16×96³, as long as for a convolution.
struct LinearUpsamplingGradient {
  /// The size (D, H, W) of the coarse side.
  let size: SIMD3<Int>
  /// The number of samples times the number of blocks of channels.
  let blocks: Int
  /// The number of channels in a block: 8 in f32, or a multiple of 16, so that fine rows are whole vectors of 16
  /// numbers.
  let width: Int
  /// The type of the elements.
  let type: dnnl_data_type_t

  /// Computes the gradient of the coarse side.
  /// - Parameters:
  ///   - fine: The gradient [blocks, 2D, 2H, 2W, width] of the fine side.
  ///   - coarse: The result [blocks, D, H, W, width], which is written.
  ///   - threads: The largest number of threads.
  func run(from fine: UnsafeRawPointer, into coarse: UnsafeMutableRawPointer, threads: Int) {
    if type == dnnl_bf16 {
      run(BrainFloatFormat.self, fine, coarse, threads)
    } else {
      run(FloatFormat.self, fine, coarse, threads)
    }
  }

  private func run<Format: StorageFormat>(
    _ format: Format.Type, _ fine: UnsafeRawPointer, _ coarse: UnsafeMutableRawPointer, _ threads: Int
  ) {
    let length = size.z * width
    _ = ParallelLoop.map(Array(0..<blocks * size.x), threads: threads) { plane in
      withRow(of: 3 * length) { both in
        let fineRow = UnsafeMutableBufferPointer(rebasing: both[..<(2 * length)])
        let coarseRow = UnsafeMutableBufferPointer(rebasing: both[(2 * length)...])
        for y in 0..<size.y {
          gather(format, fine, plane: plane, y: y, into: fineRow)
          for x in 0..<size.z {
            let (first, second) = (2 * x * width, (2 * x + 1) * width)
            let before = max(2 * x - 1, 0) * width
            let after = min(2 * x + 2, 2 * size.z - 1) * width
            for lane in 0..<width {
              let inner = fineRow[first + lane] + fineRow[second + lane]
              let outer = fineRow[before + lane] + fineRow[after + lane]
              coarseRow[x * width + lane] = inner * 0.75 + outer * 0.25
            }
          }
          format.store(coarseRow, count: length, to: coarse, from: (plane * size.y + y) * length)
        }
      }
    }
  }

  /// Computes the weighted sum of the 16 fine rows that influence a coarse row.
  private func gather<Format: StorageFormat>(
    _ format: Format.Type, _ fine: UnsafeRawPointer, plane: Int, y: Int,
    into row: UnsafeMutableBufferPointer<Float>
  ) {
    let (block, z) = (plane / size.x, plane % size.x)
    let vectors = UnsafeMutableRawBufferPointer(row).assumingMemoryBound(to: SIMD16<Float>.self)
    vectors.update(repeating: .zero)
    for dz in -1...2 {
      let fineZ = min(max(2 * z + dz, 0), 2 * size.x - 1)
      for dy in -1...2 {
        let fineY = min(max(2 * y + dy, 0), 2 * size.y - 1)
        let weight = Self.weight(dz) * Self.weight(dy)
        let first = ((block * 2 * size.x + fineZ) * 2 * size.y + fineY) * row.count
        for index in vectors.indices {
          vectors[index] += format.load(fine, from: first + 16 * index) * weight
        }
      }
    }
  }

  /// Returns the weight of a fine row at an offset from the first row of a coarse row.
  private static func weight(_ offset: Int) -> Float { offset == 0 || offset == 1 ? 0.75 : 0.25 }
}
