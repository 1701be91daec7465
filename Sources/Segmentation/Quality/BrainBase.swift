import Imaging

/// The underside of a brain: cerebellum and brainstem hang lower than the frontal lobes.
enum BrainBase {
  /// Parts of the brain's length, from the back, under which cerebellum and brainstem lie, and the frontal lobes.
  private static let rear = 0.15..<0.4
  private static let front = 0.7..<0.9

  /// Mean height of the base in the front over that in the rear, in mm along the world's z axis: tells front from back,
  /// and top from bottom, whatever the header says.
  static func step(of brain: LabelMap, _ extent: BrainExtent) -> Double? {
    let length = extent.high.y - extent.low.y
    guard length > 0 else { return nil }
    // Lowest z for each of a hundred coronal slabs; enough for a mean over a quarter of them.
    var base = [Double](repeating: .infinity, count: 100)
    let (shape, affine) = (brain.grid.shape, brain.grid.affine)
    for k in 0..<shape.z {
      for j in 0..<shape.y {
        let offset = brain.grid.offset(0, j, k)
        let start = affine([0, Double(j), Double(k)])
        for i in 0..<shape.x where brain.labels[offset + i] > 0 {
          let point = start + affine.i * Double(i)
          let slab = min(max(Int((point.y - extent.low.y) / length * 100), 0), 99)
          base[slab] = min(base[slab], point.z)
        }
      }
    }
    guard let front = mean(base, front), let rear = mean(base, rear) else { return nil }
    return front - rear
  }

  private static func mean(_ base: [Double], _ share: Range<Double>) -> Double? {
    let part = base[Int(share.lowerBound * 100)..<Int(share.upperBound * 100)].filter(\.isFinite)
    return part.isEmpty ? nil : part.reduce(0, +) / Double(part.count)
  }
}
