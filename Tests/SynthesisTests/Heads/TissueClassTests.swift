import Imaging
import Synthesis
import Testing

@Suite("TissueClass")
struct TissueClassTests {
  static let cases: [(table: LabelTable, label: UInt16, matter: TissueClass)] = [
    (.freesurfer, 0, .air), (.freesurfer, 2, .whiteMatter), (.freesurfer, 41, .whiteMatter),
    (.freesurfer, 42, .cortex), (.freesurfer, 1024, .cortex), (.freesurfer, 8, .cerebellarCortex),
    (.freesurfer, 46, .cerebellarWhite), (.freesurfer, 49, .thalamus), (.freesurfer, 50, .caudate),
    (.freesurfer, 26, .putamen), (.freesurfer, 13, .pallidum), (.freesurfer, 53, .hippocampus),
    (.freesurfer, 54, .hippocampus), (.freesurfer, 16, .brainStem), (.freesurfer, 28, .mixedFibres),
    (.freesurfer, 24, .fluid), (.freesurfer, 62, .fluid), (.freesurfer, 31, .plexus),
    (.freesurfer, 502, .vessel), (.freesurfer, 506, .eye), (.freesurfer, 507, .softTissue),
    (.freesurfer, 508, .muscle), (.freesurfer, 509, .mucosa), (.freesurfer, 511, .skin),
    (.freesurfer, 512, .brainStem), (.freesurfer, 515, .bone), (.freesurfer, 516, .marrow),
    (.brainweb, 4, .fat), (.brainweb, 5, .muscle), (.brainweb, 6, .skin), (.brainweb, 7, .bone),
    (.brainweb, 8, .vessel), (.brainweb, 9, .fat), (.brainweb, 10, .dura), (.brainweb, 11, .marrow),
    (.bids, 0, .air), (.bids, 1, .cortex), (.bids, 2, .whiteMatter), (.bids, 3, .fluid),
  ]

  @Test("structures look as anatomy has them", arguments: cases)
  func matter(_ c: (table: LabelTable, label: UInt16, matter: TissueClass)) throws {
    let entry = try #require(c.table.entries.last { $0.first <= c.label && c.label <= $0.last })
    #expect(TissueClass(label: c.label, name: entry.name, tissue: entry.tissue) == c.matter)
  }
}
