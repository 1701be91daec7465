import Foundation
import Imaging
import NeuralNetwork
import TestSupport

/// A head of sample-data, as examples cut patches from it.
struct SampleHead {
  /// The brain alone, its intensities 0 to 1.
  let image: Volume
  let labels: LabelMap

  /// - Parameter scan: of the brain alone.
  private init(_ scan: String, labels: String) throws {
    func read(_ name: String) throws -> NIfTIImage {
      try NIfTIImage(contentsOf: SampleData.path(name))
    }
    let preprocessing = Preprocessing()
    image = try preprocessing(read(scan).volume)
    self.labels = try preprocessing(read(labels).labelMap())
  }

  static let colin27 = Result {
    try SampleHead(
      "sub-colin27/anat/sub-colin27_desc-brain_T1w.nii.gz",
      labels: "sub-colin27/anat/sub-colin27_dseg.nii.gz")
  }

  static let mni152 = Result {
    try SampleHead(
      "sub-mni152/anat/sub-mni152_T1w.nii.gz", labels: "sub-mni152/anat/sub-mni152_dseg.nii.gz")
  }

  /// Voxels of these tissues whose cubes of `size` voxels along each axis lie inside the image.
  func centres(of tissues: Set<Tissue>, size: Int) -> [SIMD3<Int>] {
    let shape = labels.grid.shape
    let before = size / 2
    let wanted = Set(tissues.map(\.rawValue))
    var centres: [SIMD3<Int>] = []
    for k in before...(shape.z - size + before) {
      for j in before...(shape.y - size + before) {
        for i in before...(shape.x - size + before) where wanted.contains(labels[i, j, k]) {
          centres.append([i, j, k])
        }
      }
    }
    return centres
  }

  /// The cube of `size` voxels around a centre: offsets of its voxels, [D, H, W].
  func cube(around centre: SIMD3<Int>, size: Int) -> [Int] {
    let first = centre &- size / 2
    return (0..<size * size * size).map {
      labels.grid.offset(
        first.x + $0 % size, first.y + $0 / size % size, first.z + $0 / (size * size))
    }
  }

  /// Intensities of the cubes around these centres, [N, 1, size, size, size].
  func intensities(around centres: [SIMD3<Int>], size: Int) -> Tensor {
    Tensor(
      shape: [centres.count, 1, size, size, size],
      values: centres.flatMap { cube(around: $0, size: size).map { image.voxels[$0] } })
  }

  /// 1 where a voxel is gray matter and 0 elsewhere, [N, 1, size, size, size].
  func grayMatter(around centres: [SIMD3<Int>], size: Int) -> Tensor {
    Tensor(
      shape: [centres.count, 1, size, size, size],
      values: centres.flatMap {
        cube(around: $0, size: size).map { labels.labels[$0] == Tissue.grayMatter.rawValue ? 1 : 0 }
      })
  }
}
