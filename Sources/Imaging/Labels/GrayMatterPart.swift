/// A part of the gray matter, as FreeSurfer's totals divide it: `CortexVol`, `SubCortGrayVol` and the cerebellum's cortex.
///
/// Raw values are the labels that grisea writes. The first two are of BIDS' list of common tissues (`dseg`), which ends
/// with 11, the cerebellum with its white matter.
public enum GrayMatterPart: UInt16, Codable, CaseIterable, Sendable {
  case cortical = 8
  /// Thalamus, basal ganglia, hippocampus and amygdala.
  case subcortical = 9
  case cerebellar = 12

  /// As in tables: `cortical_GM`.
  public var name: String { "\(self)_GM" }
}
