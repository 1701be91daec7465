import Imaging
import Numerics

extension LabeledImage {
  /// A patch of `size` voxels, each pulled from where `map` says: the image by linear interpolation, the
  /// label of the nearest voxel. Outside the image there are 0 and label 0.
  package func patch(of size: SIMD3<Int>, along map: SpatialMap) -> Patch {
    let count = size.x * size.y * size.z
    var values = [Float](repeating: 0, count: count)
    var tissues = [UInt8](repeating: 0, count: count)
    var displacement = map.displacement.map(SplineRow.init)
    var row = CoordinateRow(count: size.x)
    image.voxels.withUnsafeBufferPointer { voxels in
      labels.labels.withUnsafeBufferPointer { labels in
        let sampler = VoxelSampler(shape: shape, voxels: voxels, labels: labels)
        for k in 0..<size.z {
          for j in 0..<size.y {
            row.follow(map.affine, row: j, slab: k)
            for n in displacement.indices {
              displacement[n].move(toRow: j, slab: k)
              row.add(displacement[n].values, along: n)
            }
            let start = size.x * (j + size.y * k)
            values.withUnsafeMutableBufferPointer { values in
              tissues.withUnsafeMutableBufferPointer { tissues in
                sampler.fill(
                  UnsafeMutableBufferPointer(rebasing: values[start..<start + size.x]),
                  UnsafeMutableBufferPointer(rebasing: tissues[start..<start + size.x]), at: row)
              }
            }
          }
        }
      }
    }
    return Patch(size: size, image: values, labels: tissues)
  }
}
