import Imaging
import Numerics

extension ScanNormalization {
  /// The atlas on a grid in the head's own space, by the inverse of the map: the nearest label, 0 for no region.
  public func regions(of atlas: RegionAtlas, on grid: Grid) -> LabelMap {
    let region = atlas.map.nearest
    guard let inverse = affine.inverse else { return LabelMap(grid: grid) }
    let local = backward
    return LabelMap(on: grid, where: { _ in true }, label: { region(local(inverse($0))) })
  }

  /// Gray matter in ml in each of the atlas's regions, in their order, in the head's own space.
  ///
  /// Gray matter outside all regions is counted for the nearest one that takes the rest, so that the sum over an atlas
  /// that has such regions is the gray matter of the head.
  /// - Parameter gray: the head's own map.
  public func volumes(of atlas: RegionAtlas, in gray: Volume) -> [Double] {
    guard let inverse = affine.inverse else { return atlas.regions.map { _ in 0 } }
    let local = backward
    return atlas.volumes(in: gray) { local(inverse($0)) }
  }
}

extension RegionAtlas {
  /// Gray matter in ml in each region, in their order, by a field from the head's positions to the template's.
  ///
  /// - Parameters:
  ///   - gray: the head's own map.
  ///   - field: displacements in mm (LPS) that bring images of the template into the head's space, as
  ///     `ScanNormalization.fieldOfTemplate` returns them. Beyond its sides the outermost displacements go on.
  public func volumes(in gray: Volume, through field: VectorVolume) -> [Double] {
    let displacement = field.linear
    return volumes(in: gray) { position in
      let way = displacement(position)
      return position + SIMD3(-way.x, -way.y, way.z)
    }
  }

  /// - Parameter position: the template's position in world mm of each of the head's.
  package func volumes(
    in gray: Volume, position: (SIMD3<Double>) -> SIMD3<Double>
  ) -> [Double] {
    let (region, rest) = (map.nearest, rest.nearest)
    let labels = LabelMap(
      on: gray.grid, where: { gray.voxels[$0] > 0 },
      label: { own in
        let place = position(own)
        let label = region(place)
        return label == 0 ? rest(place) : label
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
    return regions.map { region in
      parts.reduce(0.0) { $0 + ($1[region.code] ?? 0) } * gray.grid.voxelVolume / 1000
    }
  }
}

extension VectorVolume {
  /// Interpolates the vectors linearly at a position in world mm. Beyond the sides the outermost vectors go on.
  package var linear: (SIMD3<Double>) -> SIMD3<Double> {
    guard let toVoxel = grid.affine.inverse else { return { _ in .zero } }
    let last = SIMD3<Double>(grid.shape &- 1)
    return { position in
      let voxel = toVoxel(position).clamped(lowerBound: .zero, upperBound: last)
      let low = voxel.rounded(.down)
      var sum = SIMD3<Double>.zero
      for corner in 0..<8 {
        let side = SIMD3(Double(corner & 1), Double(corner >> 1 & 1), Double(corner >> 2 & 1))
        let place = (low + side).clamped(lowerBound: .zero, upperBound: last)
        let near = SIMD3<Double>(repeating: 1) - ((low + side) - voxel).magnitudes
        let vector = vectors[grid.offset(Int(place.x), Int(place.y), Int(place.z))]
        sum += near.x * near.y * near.z * SIMD3<Double>(vector)
      }
      return sum
    }
  }
}

extension SIMD3<Double> {
  fileprivate var magnitudes: SIMD3<Double> { SIMD3(abs(x), abs(y), abs(z)) }
}

extension LabelMap {
  /// - Parameters:
  ///   - isNeeded: whether a voxel gets a label, by its offset; else it gets 0.
  ///   - label: of a position in world mm.
  fileprivate init(
    on grid: Grid, where isNeeded: (Int) -> Bool, label: (SIMD3<Double>) -> UInt16
  ) {
    let shape = grid.shape
    let labels = [UInt16](unsafeUninitializedCapacity: grid.count) { labels, filled in
      ParallelLoop.forEach(over: shape.z, size: 2) { slices in
        for k in slices {
          for j in 0..<shape.y {
            for i in 0..<shape.x {
              let index = grid.offset(i, j, k)
              let value = isNeeded(index) ? label(grid.affine([Double(i), Double(j), Double(k)])) : 0
              labels.initializeElement(at: index, to: value)
            }
          }
        }
      }
      filled = grid.count
    }
    self.init(grid: grid, labels: labels)
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
