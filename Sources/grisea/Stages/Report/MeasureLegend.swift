import Files
import Reports
import Segmentation

/// What the numbers of a report mean: a table of all quality measures with their plausible ranges.
struct MeasureLegend {
  private let hasNormalization: Bool

  /// - Parameter hasNormalization: whether the report has measures of `normalize`.
  init(hasNormalization: Bool) { self.hasNormalization = hasNormalization }

  var section: ReportSection {
    let names = ["Name", "Meaning", "Plausible", "Not plausible"]
    let measures = QualityMeasure.allCases.map { measure in
      let range = measure.range
      return ReportTable.Row([
        SubjectTable.words(measure.rawValue), Self.meaning(measure), Self.plausible(range),
        Self.implausible(range),
      ])
    }
    let others = Self.volumes + (hasNormalization ? NormalizationFlags.legend : [])
    let rows = others.map { ReportTable.Row([$0.name, $0.meaning, "", ""]) }
    return ReportSection(
      id: "legend", title: "What the numbers mean",
      [
        ReportTable(
          caption:
            "Quality measures. The quality is the product of the plausibilities of all measures: 1 inside the "
            + "plausible range, falling to 0 where a value is not plausible",
          columns: names.map { .init($0, isNumber: false) }, rows: rows + measures)
      ])
  }

  /// Returns the meaning of a column of `volumes.tsv`; empty where it is not known.
  static func meaning(_ column: String) -> String {
    if let measure = QualityMeasure(rawValue: column) { return meaning(measure) }
    return (volumes + NormalizationFlags.legend).first { $0.column == column }?.meaning ?? ""
  }

  private static let volumes: [(column: String, name: String, meaning: String)] = [
    (
      "quality", "Quality",
      "Plausibility of the segmentation from 0 to 1, without a reference; check a scan below "
        + "\(SegmentationQuality.threshold)"
    ),
    ("GM_ml", "GM ml", "Volume of gray matter: the voxels with this label"),
    ("WM_ml", "WM ml", "Volume of white matter: the voxels with this label"),
    ("CSF_ml", "CSF ml", "Volume of cerebrospinal fluid: the voxels with this label"),
    ("cortical_GM_ml", "cortical GM ml", "Gray matter volume of the cerebral cortex, where parts were found"),
    (
      "subcortical_GM_ml", "subcortical GM ml",
      "Gray matter volume of thalamus, basal ganglia, hippocampus and amygdala"
    ),
    ("cerebellar_GM_ml", "cerebellar GM ml", "Gray matter volume of the cerebellum"),
  ]

  private static func meaning(_ measure: QualityMeasure) -> String {
    switch measure {
    case .intracranialVolume: "Intracranial volume: volume of the brain mask"
    case .whiteContrast:
      "Difference of the median intensities of white and gray matter over their mean spread; negative if gray matter "
        + "is brighter"
    case .grayContrast: "The same for gray matter and cerebrospinal fluid"
    case .grayShare: "Gray matter volume over intracranial volume"
    case .whiteOverGray: "White matter volume over gray matter volume"
    case .thickness:
      "Gray matter volume over the area of its border with white matter, in mm: about the thickness of the cortex"
    case .width: "Extent of the brain from left to right over that from back to front"
    case .height: "Extent of the brain from bottom to top over that from back to front"
    case .baseStep:
      "Height of the base of the frontal lobes above that of cerebellum and brainstem, in mm; low if axes are exchanged"
    case .centreShift:
      "Distance of the brain's center of gravity behind the middle of its length, over its length; negative if front "
        + "and back are exchanged"
    case .asymmetry: "Difference of gray matter volume left and right over half of their sum"
    case .strayShare:
      "Share of gray and white matter that is not connected with the largest component of its tissue"
    case .pieces: "Number of connected components of gray and white matter per ml"
    case .cutShare:
      "Area of the first or last slice of the brain over that of the largest; high if the brain is cut off"
    case .borderShare: "The same for slices at the border of the field of view"
    case .flatShare: "The same for planes of any direction"
    case .entropy: "Mean uncertainty of the network inside the brain, from 0 to 1"
    }
  }

  private static func plausible(_ range: PlausibleRange) -> String {
    switch (range.low.isFinite, range.high.isFinite) {
    case (true, true): "\(number(range.low)) to \(number(range.high))"
    case (true, false): "from \(number(range.low))"
    case (false, true): "up to \(number(range.high))"
    case (false, false): "all"
    }
  }

  private static func implausible(_ range: PlausibleRange) -> String {
    let parts = [
      range.lowest.isFinite ? "below \(number(range.lowest))" : nil,
      range.highest.isFinite ? "above \(number(range.highest))" : nil,
    ]
    return parts.compactMap { $0 }.joined(separator: ", ")
  }

  private static func number(_ value: Double) -> String { TableCell.text(value, "%g") }
}
