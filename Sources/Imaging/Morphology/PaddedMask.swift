import Numerics

/// A mask as bytes 0 and 1 with a rim of one empty voxel on every side, so that access to neighbours needs no test.
struct PaddedMask {
  private let grid: Grid
  /// The numbers of voxels including the rim.
  private let shape: SIMD3<Int>
  /// The mask including the rim, i fastest.
  private(set) var bytes: [UInt8]

  /// Makes the mask of the voxels above 0.
  init(_ map: LabelMap) {
    grid = map.grid
    let size = map.grid.shape
    let shape = size &+ 2
    self.shape = shape
    bytes = map.labels.withUnsafeBufferPointer { labels in
      [UInt8](unsafeUninitializedCapacity: shape.x * shape.y * shape.z) { output, filled in
        output.initialize(repeating: 0)
        ParallelLoop.forEach(over: size.z, size: 8) { slices in
          for k in slices {
            for j in 0..<size.y {
              let from = size.x * (j + size.y * k)
              let to = 1 + shape.x * (j + 1 + shape.y * (k + 1))
              for i in 0..<size.x { output[to &+ i] = labels[from &+ i] > 0 ? 1 : 0 }
            }
          }
        }
        filled = shape.x * shape.y * shape.z
      }
    }
  }

  /// The mask as a label map without the rim.
  var labelMap: LabelMap {
    let (size, shape) = (grid.shape, shape)
    let labels = bytes.withUnsafeBufferPointer { bytes in
      [UInt16](unsafeUninitializedCapacity: grid.count) { output, filled in
        ParallelLoop.forEach(over: size.z, size: 8) { slices in
          for k in slices {
            for j in 0..<size.y {
              let to = size.x * (j + size.y * k)
              let from = 1 + shape.x * (j + 1 + shape.y * (k + 1))
              for i in 0..<size.x { output[to &+ i] = UInt16(bytes[from &+ i]) }
            }
          }
        }
        filled = size.x * size.y * size.z
      }
    }
    return LabelMap(grid: grid, labels: labels)
  }

  /// Replaces each voxel by the minimum (erosion) or the maximum (dilation) of itself and its neighbours.
  ///
  /// Indices are added without a check for overflow, because the check would prevent vectorization.
  mutating func replace(byGreatest: Bool, of connectivity: Connectivity) {
    let (size, shape) = (grid.shape, shape)
    let offsets = connectivity.steps.map { $0.x + shape.x * ($0.y + shape.y * $0.z) }
    let old = bytes
    old.withUnsafeBufferPointer { old in
      bytes.withUnsafeMutableBufferPointer { bytes in
        // Each range writes only its own slices.
        nonisolated(unsafe) let bytes = bytes
        ParallelLoop.forEach(over: size.z, size: 4) { slices in
          for k in slices {
            for j in 0..<size.y {
              let row = 1 + shape.x * (j + 1 + shape.y * (k + 1))
              for offset in offsets {
                if byGreatest {
                  for i in row..<row + size.x { bytes[i] |= old[i &+ offset] }
                } else {
                  for i in row..<row + size.x { bytes[i] &= old[i &+ offset] }
                }
              }
            }
          }
        }
      }
    }
  }

  /// Fills all voxels that cannot be reached from the rim over faces of empty voxels.
  mutating func fillHoles() {
    let (row, slice) = (shape.x, shape.x * shape.y)
    let shape = shape
    // The mark 2 means background that has been reached. Voxels of the mask keep their 1.
    bytes.withUnsafeMutableBufferPointer { bytes in
      var open = [0]
      bytes[0] = 2
      while let seed = open.popLast() {
        // Whole runs along x are marked at once, because most of the background is air.
        let start = seed - seed % row
        var (first, last) = (seed, seed)
        while first > start, bytes[first - 1] == 0 { first -= 1 }
        while last + 1 < start + row, bytes[last + 1] == 0 { last += 1 }
        for index in first...last { bytes[index] = 2 }
        let (j, k) = (seed / row % shape.y, seed / slice)
        if j > 0 { Self.collect(first - row...last - row, bytes, &open) }
        if j + 1 < shape.y { Self.collect(first + row...last + row, bytes, &open) }
        if k > 0 { Self.collect(first - slice...last - slice, bytes, &open) }
        if k + 1 < shape.z { Self.collect(first + slice...last + slice, bytes, &open) }
      }
      for index in bytes.indices { bytes[index] = bytes[index] == 2 ? 0 : 1 }
    }
  }

  /// Adds one seed for each run of empty voxels in a range, and marks the seed as reached.
  @inline(__always)
  private static func collect(
    _ range: ClosedRange<Int>, _ bytes: UnsafeMutableBufferPointer<UInt8>, _ open: inout [Int]
  ) {
    var inside = false
    for index in range {
      let isEmpty = bytes[index] == 0
      if isEmpty && !inside {
        bytes[index] = 2
        open.append(index)
      }
      inside = isEmpty
    }
  }
}
