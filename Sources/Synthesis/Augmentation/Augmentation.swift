import Imaging

/// How training patches differ from the images that they are cut from.
///
/// Each change is made to a patch with its own probability, and how strongly is drawn from its range.
public struct Augmentation: Hashable, Codable, Sendable {
  public var spatial: SpatialAugmentation
  public var intensity: IntensityAugmentation

  public init(spatial: SpatialAugmentation, intensity: IntensityAugmentation) {
    self.spatial = spatial
    self.intensity = intensity
  }

  /// Every change at its default probability and range.
  public static let standard = Augmentation(
    spatial: SpatialAugmentation(), intensity: IntensityAugmentation())

  /// Most patches are exact crops, or nearly: for a model that knows more of the world's variety than its images show,
  /// and is to learn these. The chances that nnU-Net turns and scales with (Isensee et al. 2021), bends with half of
  /// that, and half of the default chances for intensities.
  public static let sparing: Augmentation = {
    var result = standard
    result.spatial.affineProbability = 0.2
    result.spatial.elasticProbability = 0.1
    result.intensity.blurProbability /= 2
    result.intensity.biasProbability /= 2
    result.intensity.contrastProbability /= 2
    result.intensity.gammaProbability /= 2
    result.intensity.noiseProbability /= 2
    return result
  }()

  /// Patches are exact crops.
  public static let none = Augmentation(spatial: .none, intensity: .none)

  /// Cuts a patch of `size` voxels whose voxel `size / 2` is the image's voxel `centre`, and changes it.
  ///
  /// Flip, affine and elastic deformation are one map, so that the image is interpolated only once:
  /// linearly, and the labels by the nearest voxel. Whatever lies outside the image is 0 with label 0.
  public func callAsFunction(
    _ source: LabeledImage, centre: SIMD3<Int>, size: SIMD3<Int>,
    using generator: inout some RandomNumberGenerator
  ) -> Patch {
    let map = spatial.map(from: source.image.grid, centre: centre, size: size, using: &generator)
    var patch = source.patch(of: size, along: map)
    intensity.apply(to: &patch, spacing: source.image.grid.affine.spacing, using: &generator)
    return patch
  }
}
