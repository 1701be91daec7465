import Imaging
import Testing

@Suite("Structures of the brain")
struct BrainStructureTests {
  @Test("there are 32, each with its tissue and the structure of the other side")
  func structures() {
    #expect(BrainStructure.allCases.count == 32)
    for structure in BrainStructure.allCases {
      #expect(structure.mirrored.mirrored == structure)
      #expect(structure.mirrored.tissue == structure.tissue && structure.tissue != .background)
      #expect((structure.side == nil) == (structure.mirrored == structure))
      #expect((structure.part == nil) == (structure.tissue != .grayMatter))
      #expect(structure.name.hasPrefix("Left-") == (structure.side == .left))
    }
    #expect(BrainStructure.leftHippocampus.mirrored == .rightHippocampus)
    #expect(BrainStructure.rightAccumbens.name == "Right-Accumbens-area")
  }

  @Test("every label of tissue in FreeSurfer's table has a structure of the same tissue, but for those named")
  func table() {
    // Substantia nigra lies in the ventral diencephalon, which is WM.
    let exceptions: Set<UInt16> = [27, 59]
    for entry in LabelTable.freesurfer.entries where entry.tissue != .background {
      guard let candidates = BrainStructure.candidates(label: entry.first) else {
        Issue.record("\(entry.name) has no structure")
        continue
      }
      let structure =
        switch candidates {
        case .one(let structure), .sides(let structure, _): structure
        }
      #expect(structure.tissue == entry.tissue || exceptions.contains(entry.first), "\(entry.name)")
      if case .one = candidates, entry.name.hasPrefix("Right-") {
        #expect(structure.side != .left, "\(entry.name)")
      }
    }
    #expect(BrainStructure.candidates(label: 0) == nil && BrainStructure.candidates(label: 515) == nil)
  }

  @Test("labels without a side get the side of their hemisphere, whatever the direction of the axes")
  func sides() {
    let grid = Grid(shape: [8, 3, 1], affine: .identity)
    for isReversed in [false, true] {
      var labels = [UInt16](repeating: 0, count: 24)
      labels.replaceSubrange(
        8..<16, with: isReversed ? [42, 41, 77, 255, 77, 77, 2, 3] : [3, 2, 77, 255, 77, 77, 41, 42])
      let found = StructureMap(LabelMap(grid: grid, labels: labels)).labels[8..<16]
      #expect(Array(found) == (isReversed ? [42, 41, 41, 41, 2, 2, 2, 3] : [3, 2, 2, 2, 41, 41, 41, 42]))
    }
  }
}
