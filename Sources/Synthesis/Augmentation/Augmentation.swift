import Imaging

/// Random augmentation of training patches that are cut from images.
///
/// Each transform is applied to a patch with its own probability, and its strength is drawn from its range.
public struct Augmentation: Hashable, Codable, Sendable {
  /// Spatial transforms.
  public var spatial: SpatialAugmentation
  /// Intensity transforms.
  public var intensity: IntensityAugmentation

  /// Creates an augmentation.
  public init(spatial: SpatialAugmentation, intensity: IntensityAugmentation) {
    self.spatial = spatial
    self.intensity = intensity
  }

  /// All transforms with their default probabilities and ranges.
  public static let standard = Augmentation(
    spatial: SpatialAugmentation(), intensity: IntensityAugmentation())

  /// Reduced probabilities for fine-tuning a model that already generalizes: most patches are exact crops or nearly so.
  /// The probabilities of rotation and scaling are those of nnU-Net (Isensee et al. 2021), that of elastic deformation
  /// is half of it, and those of intensity transforms are half the default.
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

  /// No augmentation: patches are exact crops.
  public static let none = Augmentation(spatial: .none, intensity: .none)

  /// Cuts a patch of `size` voxels whose voxel `size / 2` is the image's voxel `centre`, and augments it.
  ///
  /// Flip, affine and elastic transform are combined into one map, so that the image is interpolated only once:
  /// linearly, and the labels by nearest neighbor. Outside the image, intensity and label are 0.
  /// - Parameters:
  ///   - source: the image and its labels.
  ///   - centre: voxel of the image.
  ///   - size: voxels of the patch along i, j, k.
  ///   - generator: draws the transforms.
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
