import Imaging
import Numerics

/// A training example: a preprocessed image and the label of each voxel.
public struct LabeledImage: Sendable {
  /// The preprocessed image: reoriented, resampled, scaled.
  public let image: Volume
  /// Labels on the image's grid: indices of the network's channels.
  public let labels: LabelMap
  /// The label of the other side for each label; `nil` where labels have no sides.
  public let mirrored: [UInt8]?
  /// The voxels of each label, for sampling.
  public let index: LabelIndex
  /// The bounding box of all tissue, in voxels; `nil` if there is none.
  public let tissueWindow: Window?

  /// Creates an example.
  /// - Parameters:
  ///   - image: the preprocessed image.
  ///   - labels: indices of the network's channels on the same grid, each at most 255.
  ///   - mirrored: the label of the other side for each label; `nil` where labels have no sides.
  public init(image: Volume, labels: LabelMap, mirrored: [UInt8]? = nil) {
    precondition(image.grid.matches(labels.grid), "the image and its labels must have the same grid")
    precondition(
      labels.labels.allSatisfy { $0 <= UInt8.max },
      "tissue labels must be at most 255; apply the label table first"
    )
    self.image = image
    self.labels = labels
    self.mirrored = mirrored
    index = LabelIndex(labels)
    tissueWindow = Window(around: labels)
  }

  /// Voxels along i, j, k.
  public var shape: SIMD3<Int> { image.grid.shape }
}

/// A box of voxels with their labels, cut from a labeled image.
public struct Patch: Sendable, Equatable {
  /// Voxels along i, j, k.
  public var size: SIMD3<Int>
  /// Intensities, i fastest: [D, H, W] with W along i.
  public var image: [Float]
  /// Labels in the same order.
  public var labels: [UInt8]

  /// Creates a patch.
  public init(size: SIMD3<Int>, image: [Float], labels: [UInt8]) {
    let count = size.x * size.y * size.z
    precondition(
      image.count == count && labels.count == count, "a patch needs one intensity and one label per voxel")
    self.size = size
    self.image = image
    self.labels = labels
  }
}

extension LabeledImage {
  /// Returns a patch whose voxels are resampled along a map: the image by linear interpolation, the labels by nearest
  /// neighbor. Outside the image, both are 0.
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
    if let mirrored, map.affine.determinant < 0 { tissues = tissues.map { mirrored[Int($0)] } }
    return Patch(size: size, image: values, labels: tissues)
  }
}

/// Patches around the middle of the labeled tissue, like the windows of a model that processes a whole brain at once.
public struct Centring: Hashable, Codable, Sendable {
  /// Share of these patches. The other patches prevent the network from relying on the brain's position, which is
  /// unknown before localization.
  public var share = Synthesis.brainCentredShare
  /// Greatest distance from the middle along each axis, in mm.
  public var offset = Synthesis().centreOffset

  /// Creates the default centering.
  public init() {}
}
