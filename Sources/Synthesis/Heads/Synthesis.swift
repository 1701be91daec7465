import Imaging

/// How training images are made from label maps alone, after SynthSeg (Billot et al. 2023), with a prior for
/// T1-weighted contrast: what is drawn for each image, and from which ranges.
///
/// A head is deformed, each structure gets intensities, a scanner blurs, samples, shades and adds noise, and
/// a skull stripping may follow. The truth is the deformed label map.
public struct Synthesis: Hashable, Codable, Sendable {
  /// Of patches, where there are real images to train on too.
  public var share = 1.0
  public var spatial = Synthesis.deformation
  public var contrast = ContrastPrior()
  public var acquisition = AcquisitionPrior()
  public var stripping = StrippingPrior()
  public var view = ViewPrior()
  /// Of the patches: around the middle of the brain, as windows that hold a whole brain lie,
  public var centredShare = 0.0
  /// The share for a model whose field of view is the brain. The others keep it from relying on the brain's place
  /// before it is found.
  public static let brainCentredShare = 0.8
  /// up to this far from it along each axis, in mm.
  public var centreOffset = 20.0
  /// Of the others: centred on a voxel of gray matter, white matter or fluid.
  public var brainShare = 0.7
  /// Of the others: centred on any voxel of the head. The rest lie anywhere.
  public var headShare = 0.2

  public init() {}

  /// Every head is turned, scaled and sheared as in augmentation, and more often bent.
  private static let deformation: SpatialAugmentation = {
    var spatial = SpatialAugmentation()
    spatial.affineProbability = 0.95
    spatial.elasticProbability = 0.85
    spatial.elasticSpacing = 28
    spatial.elasticDisplacement = 9
    return spatial
  }()

  /// A head as it is, of T1-weighted contrast, seen perfectly: the truth's map and one value per matter.
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
