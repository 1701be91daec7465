/// The voxels of a grid that are analyzed, numbered from 0 in the order of the grid.
///
/// Maps of the mask have one value for each of these voxels ("compact" maps). For clusters, each voxel also has a place
/// in the mask's bounding box with an empty border, so that every neighbor of a voxel is a fixed step away.
public struct VoxelMask: Hashable, Sendable {
  /// Voxels of the grid along i, j, k.
  public let shape: SIMD3<Int>
  /// The offset of each voxel of the mask in an array of the grid's voxels, ascending.
  public let offsets: [Int]

  /// The place of each voxel of the mask in the box.
  package let places: [Int32]
  /// The number of the voxel at each place of the box; 0 at places outside of the mask, which are never looked up.
  package let numbers: [Int32]
  /// Steps in the box to the next row and to the next plane.
  package let rowStep, planeStep: Int

  /// - Parameter inside: one value for each voxel of the grid, i fastest.
  public init(shape: SIMD3<Int>, inside: [Bool]) {
    precondition(
      inside.count == shape.x * shape.y * shape.z, "a mask has one value for each voxel of its grid")
    self.init(shape: shape, offsets: inside.indices.filter { inside[$0] })
  }

  package init(shape: SIMD3<Int>, offsets: [Int]) {
    self.shape = shape
    self.offsets = offsets
    let voxels = offsets.map { Self.voxel($0, shape) }
    let low = voxels.reduce(shape) { pointwiseMin($0, $1) }
    let high = voxels.reduce(SIMD3<Int>.zero) { pointwiseMax($0, $1) }
    // One empty voxel ends each row, and so stands before the next one too; the same for planes.
    let size = pointwiseMax(high &- low &+ 2, SIMD3(repeating: 1))
    (rowStep, planeStep) = (size.x, size.x * size.y)
    let (row, plane) = (rowStep, planeStep)
    let border = plane + row + 1
    places = voxels.map { voxel in
      let place = voxel &- low
      return Int32(border + place.x + row * place.y + plane * place.z)
    }
    var numbers = [Int32](repeating: 0, count: 2 * border + plane * size.z)
    for (number, place) in places.enumerated() { numbers[Int(place)] = Int32(number) }
    self.numbers = numbers
  }

  /// Number of voxels.
  public var count: Int { offsets.count }

  /// Indices i, j, k of a voxel of the mask.
  public func voxel(_ number: Int) -> SIMD3<Int> { Self.voxel(offsets[number], shape) }

  /// The mask without the voxels that are not `kept`.
  public func filtered(_ kept: [Bool]) -> VoxelMask {
    precondition(kept.count == count, "one value for each voxel of the mask")
    return VoxelMask(shape: shape, offsets: kept.indices.filter { kept[$0] }.map { offsets[$0] })
  }

  /// A map of the whole grid, with `outside` in voxels that are not in the mask.
  public func expanded<Value>(_ map: [Value], outside: Value) -> [Value] {
    precondition(map.count == count, "one value for each voxel of the mask")
    var result = [Value](repeating: outside, count: shape.x * shape.y * shape.z)
    for (number, offset) in offsets.enumerated() { result[offset] = map[number] }
    return result
  }

  /// The values of a map of the whole grid in the voxels of the mask.
  public func compacted<Value>(_ map: [Value]) -> [Value] { offsets.map { map[$0] } }

  /// The step in the box that each bit of a neighborhood stands for.
  package var boxSteps: [Int] { Neighborhood.steps.map { $0.x + rowStep * $0.y + planeStep * $0.z } }

  private static func voxel(_ offset: Int, _ shape: SIMD3<Int>) -> SIMD3<Int> {
    [offset % shape.x, offset / shape.x % shape.y, offset / (shape.x * shape.y)]
  }
}
