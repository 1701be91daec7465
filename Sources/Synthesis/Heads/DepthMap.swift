import Imaging

/// Signed distances from the surface of a mask, negative inside, in quarters of a millimeter with eight bits, that is,
/// up to 32 mm.
///
/// Chamfer distances (Borgefors 1986) with steps to all 26 neighbors are within 10 % of Euclidean distances, which is
/// more accurate than skull stripping.
package struct DepthMap: Sendable {
  /// Voxels along i, j, k.
  package let shape: SIMD3<Int>
  /// Distances in quarters of a millimeter, i fastest.
  package let values: [Int8]

  static let unitsPerMillimetre: Float = 4

  /// Computes the distances.
  /// - Parameters:
  ///   - mask: one value per voxel, above 0 inside.
  ///   - shape: voxels along i, j, k.
  ///   - spacing: voxel size in mm.
  package init(_ mask: [UInt8], shape: SIMD3<Int>, spacing: SIMD3<Double>) {
    let outside = Self.distances(to: mask.map { $0 > 0 ? 0 : 255 }, shape, spacing)
    let inside = Self.distances(to: mask.map { $0 > 0 ? 255 : 0 }, shape, spacing)
    self.shape = shape
    values = zip(outside, inside).map { Int8(min($0, 127)) &- Int8(min($1, 127)) }
  }

  /// Returns the morphological closing of a mask, which fills gaps narrower than twice `reach` in mm.
  static func closed(
    _ mask: [UInt8], reach: Float, shape: SIMD3<Int>, spacing: SIMD3<Double>
  ) -> [UInt8] {
    let limit = UInt8(min(reach * unitsPerMillimetre, 254))
    let outside = distances(to: mask.map { $0 > 0 ? 0 : 255 }, shape, spacing)
    let inside = distances(to: outside.map { $0 < limit ? 255 : 0 }, shape, spacing)
    return inside.map { $0 > limit ? 1 : 0 }
  }

  /// Returns the distances to the voxels with value 0, clamped to 255 units.
  private static func distances(
    to start: [UInt8], _ shape: SIMD3<Int>, _ spacing: SIMD3<Double>
  ) -> [UInt8] {
    var map = start
    // A quarter of the neighboring rows, visited once in each direction, covers all neighbors.
    map.withUnsafeMutableBufferPointer { map in
      for k in 0..<shape.z {
        for j in 0..<shape.y { relax(map, shape, spacing, j, k, towards: -1) }
      }
      for k in (0..<shape.z).reversed() {
        for j in (0..<shape.y).reversed() { relax(map, shape, spacing, j, k, towards: 1) }
      }
    }
    return map
  }

  /// Updates a row with the distances of the previous rows (or the next rows, if `side` is 1) and of the row itself.
  private static func relax(
    _ map: UnsafeMutableBufferPointer<UInt8>, _ shape: SIMD3<Int>, _ spacing: SIMD3<Double>, _ j: Int,
    _ k: Int, towards side: Int
  ) {
    let start = shape.x * (j + shape.y * k)
    for (dj, dk) in [(side, 0), (-1, side), (0, side), (1, side)] {
      guard (0..<shape.y).contains(j + dj), (0..<shape.z).contains(k + dk) else { continue }
      let other = start + shape.x * (dj + shape.y * dk)
      for di in -1...1 {
        let (first, count) = (max(0, -di), shape.x - abs(di))
        offer(
          UnsafeBufferPointer(rebasing: map[other + first + di..<other + first + di + count]),
          to: UnsafeMutableBufferPointer(rebasing: map[start + first..<start + first + count]),
          cost([di, dj, dk], spacing))
      }
    }
    let row = UnsafeMutableBufferPointer(rebasing: map[start..<start + shape.x])
    let step = cost([1, 0, 0], spacing)
    if side < 0 {
      for i in 1..<max(1, shape.x) { row[i] = min(row[i], sum(row[i - 1], step)) }
    } else {
      for i in (0..<max(0, shape.x - 1)).reversed() { row[i] = min(row[i], sum(row[i + 1], step)) }
    }
  }

  /// Takes the minimum of each distance of a row and that of its neighbor plus one step. The two rows do not overlap,
  /// so the loop can be vectorized.
  private static func offer(
    _ other: UnsafeBufferPointer<UInt8>, to row: UnsafeMutableBufferPointer<UInt8>, _ step: UInt8
  ) {
    for i in 0..<row.count { row[i] = min(row[i], sum(other[i], step)) }
  }

  /// Returns the sum, clamped to 255.
  @inline(__always)
  private static func sum(_ a: UInt8, _ b: UInt8) -> UInt8 { a > 255 &- b ? 255 : a &+ b }

  private static func cost(_ step: SIMD3<Int>, _ spacing: SIMD3<Double>) -> UInt8 {
    let way = SIMD3<Double>(step) * spacing
    let length = (way * way).sum().squareRoot() * Double(unitsPerMillimetre)
    return UInt8(min(max(length.rounded(), 1), 255))
  }
}
