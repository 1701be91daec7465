/// What can be said of a segmentation without a reference; raw values are columns of `volumes.tsv`.
///
/// Volumes, sizes and shapes are those of adults. All of it is measured on the scan's own grid, from the labels, the
/// scan's intensities and the network's probabilities.
public enum QualityMeasure: String, Codable, CaseIterable, Sendable {
  /// The brain mask's volume in ml.
  case intracranialVolume = "ICV_ml"
  /// How much brighter white matter is than gray, in their spread: (median WM − median GM) / √((σ²WM + σ²GM) / 2),
  /// σ being half of what lies between the 16th and the 84th percentile. Negative where the order is wrong.
  case whiteContrast = "WM_GM_contrast"
  /// The same of gray matter and fluid; without a value where less than 1 ml of fluid was found.
  case grayContrast = "GM_CSF_contrast"
  /// GM's share of the intracranial volume.
  case grayShare = "GM_share"
  /// WM over GM, in volume.
  case whiteOverGray = "WM_over_GM"
  /// Volume of GM over the area of its border with WM, in mm: near the cortex's mean thickness. Faces of voxels make
  /// an area half as large again as it is, which is taken into account. Noise makes borders long.
  case thickness = "thickness_mm"
  /// The brain's extent from side to side over that from back to front, along world axes.
  case width = "width_over_length"
  /// The brain's extent from bottom to top over that from back to front, along world axes.
  case height = "height_over_length"
  /// How much higher the frontal lobes' base lies than that of cerebellum and brainstem, in mm: where it does not, front
  /// and back, or top and bottom, are not where the header says. Left and right cannot be told so.
  case baseStep = "base_step_mm"
  /// How far the brain's centre of gravity lies behind the middle of its length, over the length: the occipital lobes and
  /// the cerebellum are more than the frontal lobes. Where it lies in front, front and back are exchanged.
  case centreShift = "centre_behind_middle"
  /// GM left and right of the brain's centre of gravity, along the world's x axis: 2 |L − R| / (L + R).
  case asymmetry
  /// Share of GM and WM that is not connected, over corners too, with the largest part of its tissue.
  case strayShare = "stray_share"
  /// Connected parts of GM and of WM, over corners too, per ml of both.
  case pieces = "pieces_per_ml"
  /// The brain's first or last slice along a voxel axis over its largest there, the most of all six: a brain that was
  /// cut off, by the border of the field of view or within it, ends with a large one.
  case cutShare = "cut_share"
  /// The same of the slices at the border of the field of view: 0 unless the brain touches it.
  case borderShare = "border_share"
  /// The cross-section with which the brain ends over its largest one, in the direction in which that is most: a plane
  /// that cuts it, however oblique, leaves a large one (`FlatEnd`).
  case flatShare = "flat_share"
  /// Mean entropy of the tissue probabilities inside the brain, as a share of the largest possible.
  case entropy

  /// The columns that stand in the table for quality's sake alone.
  public static let columns = allCases.filter { $0 != .intracranialVolume }

  /// What casts no doubt, and what is not believed.
  ///
  /// The intracranial volume of healthy adults is 1469 ± 102 ml in men and 1289 ± 111 ml in women (Matsumae et al. 1996,
  /// Journal of Neurosurgery 84:982); stripped scans show less of it, and heads in the space of a template have more. All
  /// other ranges hold what was found in heads that were looked at, with room on either side (the README says which);
  /// they belong to no model but for `entropy`, which better models lower: of both models inside the program it is at most
  /// 0.27 in real scans, and 0.28 in simulated ones of slices up to 3 mm, noise and bias fields.
  public var range: PlausibleRange {
    switch self {
    case .intracranialVolume: PlausibleRange(lowest: 700, low: 1000, high: 2000, highest: 2500)
    case .whiteContrast: PlausibleRange(lowest: 0.4, low: 1.2)
    case .grayContrast: PlausibleRange(lowest: 0, low: 1)
    case .grayShare: PlausibleRange(lowest: 0.25, low: 0.36, high: 0.64, highest: 0.78)
    case .whiteOverGray: PlausibleRange(lowest: 0.35, low: 0.5, high: 1, highest: 1.4)
    case .thickness: PlausibleRange(lowest: 1.2, low: 2, high: 5, highest: 6.5)
    case .width: PlausibleRange(lowest: 0.6, low: 0.7, high: 0.95, highest: 1.05)
    case .height: PlausibleRange(lowest: 0.5, low: 0.62, high: 0.98, highest: 1.1)
    case .baseStep: PlausibleRange(lowest: 5, low: 20)
    case .centreShift: PlausibleRange(lowest: -0.02, low: 0)
    case .asymmetry: PlausibleRange(high: 0.1, highest: 0.4)
    case .strayShare: PlausibleRange(high: 0.06, highest: 0.2)
    case .pieces: PlausibleRange(high: 1, highest: 4)
    case .cutShare, .borderShare: PlausibleRange(high: 0.1, highest: 0.35)
    case .flatShare: PlausibleRange(high: 0.24, highest: 0.4)
    case .entropy: PlausibleRange(high: 0.28, highest: 0.32)
    }
  }

  /// As the subject of a sentence.
  var words: String {
    switch self {
    case .intracranialVolume: "the intracranial volume in ml"
    case .whiteContrast: "the contrast of white against gray matter"
    case .grayContrast: "the contrast of gray matter against fluid"
    case .grayShare: "gray matter's share of the intracranial volume"
    case .whiteOverGray: "the ratio of white to gray matter"
    case .thickness: "the gray matter's mean thickness in mm"
    case .width: "the brain's width over its length"
    case .height: "the brain's height over its length"
    case .baseStep: "the step in mm from the rear up to the front of the brain's base"
    case .centreShift: "the share of its length by which the brain's centre of gravity lies behind the middle"
    case .asymmetry: "the difference between left and right gray matter"
    case .strayShare: "the share of tissue in stray pieces"
    case .pieces: "the number of pieces per ml of tissue"
    case .cutShare: "the share of the brain's largest slice at which it ends"
    case .borderShare: "the share of the brain's largest slice at the border of the field of view"
    case .flatShare: "the share of the brain's largest cross-section at which it ends in a plane"
    case .entropy: "the network's mean doubt"
    }
  }
}
