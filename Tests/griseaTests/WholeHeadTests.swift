import Foundation
import TestSupport
import Testing

/// A real scan with skull and skin, and where FreeSurfer's surfaces say that its cortex is: the subject that comes with
/// pycortex's source. GRISEA_S1 names its folder, `filestore/db/S1`; Tests/run.sh fetches it.
@Suite("A whole head with FreeSurfer's cortex")
struct WholeHeadTests {
  private static let subject = ProcessInfo.processInfo.environment["GRISEA_S1"]

  /// The tissues of `seg-parts_dseg`, where a reference knows the cerebral cortex alone.
  private static let table = """
    index\tname\ttissue
    0\tnone\tbackground
    2\tWM\tbackground
    3\tCSF\tbackground
    8\tcortical\tGM
    9\tsubcortical\tbackground
    12\tcerebellar\tbackground

    """

  private let place: Workplace

  init() throws { place = try Workplace() }

  @Test(
    "the cortex is where the surfaces have it",
    .needs(.pycortexHead),
    .needs(.nibabel))
  func cortex() throws {
    let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "freesurfer_ribbon.py")
    let ribbon = try place.run(Python.program, [script.path, try #require(Self.subject), "head"])
    #expect(ribbon.status == 0, "\(ribbon.error)")
    let segmentation = try place.grisea("segment head/sub-S1_T1w.nii.gz --parts --output found")
    #expect(segmentation.status == 0, "\(segmentation.error)")
    try place.write(Self.table, to: "cortex.tsv")
    let outcome = try place.grisea(
      "evaluate --prediction found/sub-S1_seg-parts_dseg.nii.gz --reference head/sub-S1_dseg.nii.gz "
        + "--label-table cortex.tsv --reference-table bids --json")
    #expect(outcome.status == 0, "\(outcome.error)")
    let scores = try JSONSerialization.jsonObject(with: Data(outcome.output.joined().utf8)) as? [String: Any]
    let subjects = scores?["subjects"] as? [String: [String: [String: Any]]]
    let dice = try #require(subjects?["sub-S1"]?["GM"]?["dice"] as? Double)
    #expect(dice >= 0.9)
  }
}
