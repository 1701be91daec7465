import Imaging
import Numerics

extension ScanNormalization {
  /// The atlas on a grid in the head's own space, by the inverse of the map: the nearest label, 0 for no region.
  public func regions(of atlas: RegionAtlas, on grid: Grid) -> LabelMap {
    let region = atlas.map.nearest
    return labels(on: grid, where: { _ in true }, label: region)
  }

  /// Gray matter in ml in each of the atlas's regions, in their order, in the head's own space.
  ///
  /// Gray matter outside all regions is counted for the nearest one that takes the rest, so that the sum over an atlas
  /// that has such regions is the gray matter of the head.
  /// - Parameter gray: the head's own map.
  public func volumes(of atlas: RegionAtlas, in gray: Volume) -> [Double] {
    let (region, rest) = (atlas.map.nearest, atlas.rest.nearest)
    let labels = labels(
      on: gray.grid, where: { gray.voxels[$0] > 0 },
      label: { position in
        let label = region(position)
        return label == 0 ? rest(position) : label
      })
    // One slice after the other, so that the sums have one order.
    let slice = gray.grid.shape.x * gray.grid.shape.y
    let parts = ParallelLoop.map(over: gray.grid.shape.z, size: 4) { slices in
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

  /// - Parameters:
  ///   - isNeeded: whether a voxel gets a label, by its offset; else it gets 0.
  ///   - label: of a position in the template's space.
  private func labels(
    on grid: Grid, where isNeeded: (Int) -> Bool, label: (SIMD3<Double>) -> UInt16
  ) -> LabelMap {
    guard let inverse = affine.inverse else { return LabelMap(grid: grid) }
    let shape = grid.shape
    let toTemplate = inverse.composed(after: grid.affine)
    let labels = [UInt16](unsafeUninitializedCapacity: grid.count) { labels, filled in
      ParallelLoop.forEach(over: shape.z, size: 2) { slices in
        for k in slices {
          for j in 0..<shape.y {
            for i in 0..<shape.x {
              let index = grid.offset(i, j, k)
              let position = isNeeded(index) ? backward(toTemplate([Double(i), Double(j), Double(k)])) : nil
              labels.initializeElement(at: index, to: position.map(label) ?? 0)
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
  /// Finds the label of the voxel nearest to a position in world mm; 0 outside.
  package var nearest: (SIMD3<Double>) -> UInt16 {
    guard let toVoxel = grid.affine.inverse else { return { _ in 0 } }
    let end = SIMD3<Double>(grid.shape)
    return { position in
      let voxel = (toVoxel(position) + 0.5).rounded(.down)
      guard voxel.min() >= 0, voxel.x < end.x, voxel.y < end.y, voxel.z < end.z else { return 0 }
      return labels[grid.offset(Int(voxel.x), Int(voxel.y), Int(voxel.z))]
    }
  }
}
