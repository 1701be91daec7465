import Imaging
import Numerics

/// A training example: a preprocessed image and the tissue label of each of its voxels.
public struct LabeledImage: Sendable {
  /// The image as the network shall see it: reoriented, resampled, scaled.
  public let image: Volume
  /// Tissue labels on the image's grid, each at most 255.
  public let labels: LabelMap
  /// Where each label is found, for sampling.
  public let index: LabelIndex
  /// The box of all tissue, in voxels; `nil` without any.
  public let tissueWindow: Window?

  public init(image: Volume, labels: LabelMap) {
    precondition(image.grid.matches(labels.grid), "an image and its labels have the same grid")
    precondition(
      labels.labels.allSatisfy { $0 <= UInt8.max }, "tissue labels are at most 255; map the label table first"
    )
    self.image = image
    self.labels = labels
    index = LabelIndex(labels)
    tissueWindow = Window(around: labels)
  }

  /// Numbers of voxels along i, j, k.
  public var shape: SIMD3<Int> { image.grid.shape }
}

/// A box of voxels with their labels, cut from a labelled image.
public struct Patch: Sendable, Equatable {
  /// Numbers of voxels along i, j, k.
  public var size: SIMD3<Int>
  /// Intensities, i fastest: [D, H, W] with W along i.
  public var image: [Float]
  /// Labels in the same order.
  public var labels: [UInt8]

  public init(size: SIMD3<Int>, image: [Float], labels: [UInt8]) {
    let count = size.x * size.y * size.z
    precondition(
      image.count == count && labels.count == count, "a patch has one value and one label per voxel")
    self.size = size
    self.image = image
    self.labels = labels
  }
}

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

/// Patches around the middle of the labelled tissue, as the windows lie in which a model sees a whole brain.
public struct Centring: Hashable, Codable, Sendable {
  /// Of the patches. The others keep a network from relying on the brain's place before it is found.
  public var share = Synthesis.brainCentredShare
  /// Up to this far from the middle along each axis, in mm.
  public var offset = Synthesis().centreOffset

  public init() {}
}
