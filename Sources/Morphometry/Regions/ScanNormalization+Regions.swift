import Imaging

extension ScanNormalization {
  /// The atlas on a grid in the head's own space, by the inverse of the map: the nearest label, 0 for no region.
  public func regions(of atlas: RegionAtlas, on grid: Grid) -> LabelMap {
    labels(on: grid) { atlas.map.nearest($0) }
  }

  /// Gray matter in ml in each of the atlas's regions, in their order, in the head's own space.
  ///
  /// Gray matter outside all regions is counted for the nearest one that takes the rest, so that the sum over an atlas
  /// that has such regions is the gray matter of the head.
  /// - Parameter gray: the head's own map.
  public func volumes(of atlas: RegionAtlas, in gray: Volume) -> [Double] {
    let labels = labels(on: gray.grid) { position in
      let label = atlas.map.nearest(position)
      return label == 0 ? atlas.rest.nearest(position) : label
    }
    // One slice after the other, so that the sums have one order.
    let slice = gray.grid.shape.x * gray.grid.shape.y
    let parts = Slabs.map(over: gray.grid.shape.z, size: 4) { slices in
      var sums: [UInt16: Double] = [:]
      for index in slices.lowerBound * slice..<slices.upperBound * slice where gray.voxels[index] > 0 {
        sums[labels.labels[index], default: 0] += Double(gray.voxels[index])
      }
      return sums
    }
    return atlas.regions.map { region in
      parts.reduce(0.0) { $0 + ($1[region.code] ?? 0) } * gray.grid.voxelVolume / 1000
    }
  }

  private func labels(on grid: Grid, _ label: (SIMD3<Double>) -> UInt16) -> LabelMap {
    guard let inverse = affine.inverse else { return LabelMap(grid: grid) }
    let shape = grid.shape
    let toTemplate = inverse.composed(after: grid.affine)
    let labels = [UInt16](unsafeUninitializedCapacity: grid.count) { labels, filled in
      Slabs.forEach(over: shape.z, size: 2) { slices in
        for k in slices {
          for j in 0..<shape.y {
            for i in 0..<shape.x {
              let position = backward(toTemplate([Double(i), Double(j), Double(k)]))
              labels.initializeElement(at: grid.offset(i, j, k), to: label(position))
            }
          }
        }
      }
      filled = grid.count
    }
    return LabelMap(grid: grid, labels: labels)
  }
}

extension LabelMap {
  /// The label of the voxel nearest to a position in world mm; 0 outside.
  func nearest(_ position: SIMD3<Double>) -> UInt16 {
    guard let voxel = grid.affine.inverse?(position) else { return 0 }
    let (x, y, z) = (
      (voxel.x + 0.5).rounded(.down), (voxel.y + 0.5).rounded(.down), (voxel.z + 0.5).rounded(.down)
    )
    guard x >= 0, y >= 0, z >= 0, x < Double(grid.shape.x), y < Double(grid.shape.y), z < Double(grid.shape.z)
    else { return 0 }
    return labels[grid.offset(Int(x), Int(y), Int(z))]
  }
}
