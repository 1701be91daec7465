import Imaging

/// The synthesis of training images from label maps, after SynthSeg (Billot et al. 2023), with a prior for T1-weighted
/// contrast.
///
/// A head is deformed, each structure gets intensities, an acquisition blurs, samples, applies a bias field and adds
/// noise, and skull stripping may follow. The ground truth is the deformed label map.
public struct Synthesis: Hashable, Codable, Sendable {
  /// Share of synthetic patches if there are real images too.
  public var share = 1.0
  /// Deformation of the head.
  public var spatial = Synthesis.deformation
  /// Intensities of the structures.
  public var contrast = ContrastPrior()
  /// Acquisition.
  public var acquisition = AcquisitionPrior()
  /// Skull stripping.
  public var stripping = StrippingPrior()
  /// Field of view.
  public var view = ViewPrior()
  /// Share of patches around the middle of the brain, like the windows that contain a whole brain.
  public var centredShare = 0.0
  /// `centredShare` for a model whose field of view is the brain. The other patches prevent the network from relying on
  /// the brain's position, which is unknown before localization.
  public static let brainCentredShare = 0.8
  /// Greatest distance of those patches from the middle along each axis, in mm.
  public var centreOffset = 20.0
  /// Share of patches centered on a voxel of gray matter, white matter or fluid, among the others.
  public var brainShare = 0.7
  /// Share of patches centered on any voxel of the head, among the others. The rest are uniformly distributed.
  public var headShare = 0.2

  /// Creates the default synthesis.
  public init() {}

  /// Every head is rotated, scaled and sheared as in augmentation, and deformed more often.
  private static let deformation: SpatialAugmentation = {
    var spatial = SpatialAugmentation()
    spatial.affineProbability = 0.95
    spatial.elasticProbability = 0.85
    spatial.elasticSpacing = 28
    spatial.elasticDisplacement = 9
    return spatial
  }()

  /// An undeformed head with T1-weighted contrast and a perfect acquisition: one intensity per tissue class.
  package static let plain: Synthesis = {
    var plain = Synthesis()
    plain.spatial = .none
    plain.contrast.arbitraryShare = 0
    plain.contrast.texture = 0
    plain.contrast.deviation = 0...0
    plain.contrast.fold = nil
    plain.contrast.rim = nil
    plain.contrast.membrane = nil
    plain.contrast.regions = nil
    plain.acquisition = .perfect
    plain.stripping.share = 0
    plain.view = .whole
    return plain
  }()
}
