/// A quality measure of a segmentation that needs no reference. The raw values are columns of `volumes.tsv`.
///
/// The plausible volumes, sizes and shapes are those of adults. Everything is measured on the scan's own grid, from the
/// labels, the scan's intensities and the network's probabilities.
public enum QualityMeasure: String, Codable, CaseIterable, Sendable {
  /// Volume of the brain mask in ml.
  case intracranialVolume = "ICV_ml"
  /// Contrast of white and gray matter: (median WM − median GM) / √((σ²WM + σ²GM) / 2), with σ half the distance
  /// between the 16th and 84th percentile. Negative if the order is wrong for T1w.
  case whiteContrast = "WM_GM_contrast"
  /// Contrast of gray matter and fluid, defined in the same way; no value if less than 1 ml of fluid was found.
  case grayContrast = "GM_CSF_contrast"
  /// Volume of GM over the intracranial volume.
  case grayShare = "GM_share"
  /// Volume of WM over that of GM.
  case whiteOverGray = "WM_over_GM"
  /// Volume of GM over the area of its border with WM, in mm, which approximates the mean thickness of the cortex. The
  /// area of voxel faces is 1.5 times the true area, which is corrected. Noise makes the border longer.
  case thickness = "thickness_mm"
  /// Extent of the brain from left to right over that from back to front, along world axes.
  case width = "width_over_length"
  /// Extent of the brain from bottom to top over that from back to front, along world axes.
  case height = "height_over_length"
  /// Height of the frontal lobes' base above that of cerebellum and brainstem, in mm. If it is not positive, front and
  /// back, or top and bottom, are swapped in the header. It cannot detect swapped left and right.
  case baseStep = "base_step_mm"
  /// Distance of the brain's center of gravity behind the middle of its length, over the length. It is positive because
  /// the occipital lobes and the cerebellum are larger than the frontal lobes; negative if front and back are swapped.
  case centreShift = "centre_behind_middle"
  /// Asymmetry of GM, 2 |L − R| / (L + R), left and right of the brain's center of gravity along the world's x axis.
  case asymmetry
  /// Share of GM and WM outside the largest component of each tissue (26 neighbors).
  case strayShare = "stray_share"
  /// Number of connected components of GM and WM (26 neighbors) per ml of both.
  case pieces = "pieces_per_ml"
  /// Area of the brain's first or last slice along a voxel axis over that of the largest slice, the maximum of all six.
  /// It is large if the brain is cut off, at the border of the field of view or inside it.
  case cutShare = "cut_share"
  /// The same ratio for the slices at the border of the field of view; 0 unless the brain touches it.
  case borderShare = "border_share"
  /// Area of the outermost cross-section over the largest parallel one, the maximum over all directions (`FlatEnd`). It
  /// is large if a plane, however oblique, cuts the brain.
  case flatShare = "flat_share"
  /// Mean normalized entropy of the tissue probabilities inside the brain.
  case entropy

  /// The columns that the table has for the quality only.
  public static let columns = allCases.filter { $0 != .intracranialVolume }

  /// The values that are plausible, and those that are implausible.
  ///
  /// The intracranial volume of healthy adults is 1469 ± 102 ml in men and 1289 ± 111 ml in women (Matsumae et al.
  /// 1996, Journal of Neurosurgery 84:982); skull-stripped scans show less of it, and heads in template space have
  /// more. All other ranges contain the values of visually inspected heads with a margin on both sides (listed in the
  /// README). They do not depend on the model, except for `entropy`, which is lower for better models: with both
  /// built-in models it is at most 0.27 in real scans, and 0.28 in simulated scans with slices of up to 3 mm, noise and
  /// bias fields.
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

  /// The measure as the subject of a sentence.
  var words: String {
    switch self {
    case .intracranialVolume: "the intracranial volume in ml"
    case .whiteContrast: "the contrast between white and gray matter"
    case .grayContrast: "the contrast between gray matter and fluid"
    case .grayShare: "gray matter's share of the intracranial volume"
    case .whiteOverGray: "the ratio of white to gray matter"
    case .thickness: "the gray matter's mean thickness in mm"
    case .width: "the brain's width over its length"
    case .height: "the brain's height over its length"
    case .baseStep: "the height in mm of the front of the brain's base above its rear"
    case .centreShift: "the distance of the brain's center of gravity behind its middle over its length"
    case .asymmetry: "the difference between left and right gray matter"
    case .strayShare: "the share of tissue outside the largest components"
    case .pieces: "the number of connected components per ml of tissue"
    case .cutShare: "the area of the brain's end slice over its largest slice"
    case .borderShare: "the area of the brain's slice at the border of the field of view over the largest"
    case .flatShare: "the area of the brain's flat end over its largest cross-section"
    case .entropy: "the mean entropy of the probabilities"
    }
  }
}
