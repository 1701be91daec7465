import COneDNN

/// The adjoint of trilinear up-sampling by two, in blocks of sixteen channels.
///
/// Along an axis the fine voxels 2i and 2i + 1 are ¾ c[i] + ¼ c[i ∓ 1], the border repeated; so the gradient of
/// c[i] is ¾ (g[2i] + g[2i + 1]) + ¼ (g[2i − 1] + g[2i + 2]), the border repeated. oneDNN 2.6 needs 72 ms for it
/// at 2×16×96³, as long as a convolution.
struct LinearUpsamplingGradient {
  /// (D, H, W) of the coarse side.
  let size: SIMD3<Int>
  /// Samples times blocks of channels.
  let blocks: Int
  let type: dnnl_data_type_t

  /// - Parameters:
  ///   - fine: [blocks, 2D, 2H, 2W, 16].
  ///   - coarse: [blocks, D, H, W, 16], written.
  func run(from fine: UnsafeRawPointer, into coarse: UnsafeMutableRawPointer, threads: Int) {
    if type == dnnl_bf16 {
      run(SixteenBrainFloats.self, fine, coarse, threads)
    } else {
      run(SixteenFloats.self, fine, coarse, threads)
    }
  }

  private func run<Element: SixteenChannels>(
    _ element: Element.Type, _ fine: UnsafeRawPointer, _ coarse: UnsafeMutableRawPointer, _ threads: Int
  ) {
    _ = concurrentMap(Array(0..<blocks * size.x), threads: threads) { plane in
      withUnsafeTemporaryAllocation(of: SIMD16<Float>.self, capacity: 2 * size.z) { row in
        for y in 0..<size.y {
          gather(element, fine, plane: plane, y: y, into: row)
          let first = (plane * size.y + y) * size.z
          for x in 0..<size.z {
            let inner = row[2 * x] + row[2 * x + 1]
            let outer = row[max(2 * x - 1, 0)] + row[min(2 * x + 2, 2 * size.z - 1)]
            element.store(inner * 0.75 + outer * 0.25, to: coarse, at: first + x)
          }
        }
      }
    }
  }

  /// The weighted sum of the sixteen fine rows that reach a coarse row.
  private func gather<Element: SixteenChannels>(
    _ element: Element.Type, _ fine: UnsafeRawPointer, plane: Int, y: Int,
    into row: UnsafeMutableBufferPointer<SIMD16<Float>>
  ) {
    let (block, z) = (plane / size.x, plane % size.x)
    row.initialize(repeating: .zero)
    for dz in -1...2 {
      let fineZ = min(max(2 * z + dz, 0), 2 * size.x - 1)
      for dy in -1...2 {
        let fineY = min(max(2 * y + dy, 0), 2 * size.y - 1)
        let weight = Self.weight(dz) * Self.weight(dy)
        let first = ((block * 2 * size.x + fineZ) * 2 * size.y + fineY) * 2 * size.z
        for x in 0..<2 * size.z { row[x] += element.load(fine, at: first + x) * weight }
      }
    }
  }

  private static func weight(_ offset: Int) -> Float { offset == 0 || offset == 1 ? 0.75 : 0.25 }
}
