/// A part of the gray matter as divided by FreeSurfer's totals: `CortexVol`, `SubCortGrayVol` and the cerebellar
/// cortex.
///
/// The raw values are the labels in grisea's output. The first two are those of the common tissues of BIDS (`dseg`).
/// The list of BIDS ends with 11, the cerebellum including its white matter, so that 12 is grisea's own.
public enum GrayMatterPart: UInt16, Codable, CaseIterable, Sendable {
  /// The cerebral cortex.
  case cortical = 8
  /// Thalamus, basal ganglia, hippocampus and amygdala.
  case subcortical = 9
  /// The cerebellar cortex.
  case cerebellar = 12

  /// The name in tables, for example `cortical_GM`.
  public var name: String { "\(self)_GM" }
}
