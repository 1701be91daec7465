import Reports
import Segmentation

/// Plots of the distributions of volumes and quality over the scans.
struct DistributionPlots {
  private let subjects: [ReportSubject]

  private let normalization: NormalizationFlags

  init(_ subjects: [ReportSubject], normalization: NormalizationFlags) {
    self.subjects = subjects
    self.normalization = normalization
  }

  private static let columns =
    ["GM_ml", "WM_ml", "CSF_ml", "ICV_ml", "quality"] + QualityMeasure.columns.map(\.rawValue)

  var section: ReportSection {
    let plots = Self.columns.compactMap { column -> StripPlot? in
      let values = subjects.compactMap { subject in
        subject.volumes?.number(column).map { (name: subject.name, value: $0) }
      }
      return values.isEmpty ? nil : StripPlot(title: SubjectTable.words(column), values: values)
    }
    let normalized = NormalizationFlags.legend.compactMap { column, name, _ -> StripPlot? in
      let values = subjects.compactMap { subject in
        normalization.value(column, of: subject.name).map { (name: subject.name, value: $0) }
      }
      return values.isEmpty ? nil : StripPlot(title: name, values: values)
    }
    return ReportSection(
      id: "distributions", title: "Distributions", [ReportPlots(plots + normalized)])
  }
}
