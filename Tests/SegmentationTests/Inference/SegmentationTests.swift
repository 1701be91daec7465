import Foundation
import Imaging
import Segmentation
import TestSupport
import Testing

@Suite("Segmentation")
struct SegmentationTests {
  private func segmentation(_ labels: LabelMap, gray: Float = 0.25) -> Segmentation {
    Segmentation(
      labels: labels, probabilities: [.grayMatter: Volume(grid: labels.grid, repeating: gray)])
  }

  @Test("the largest piece stays, joined by faces; what hangs on by a corner and specks go")
  func largestComponent() {
    var labels = LabelMap(grid: Grid(shape: [8, 8, 8], affine: .identity))
    labels[1, 1, 1] = 1
    labels[2, 2, 2] = 2
    labels[3, 2, 2] = 3
    labels[3, 3, 2] = 1
    labels[6, 6, 6] = 1
    labels[6, 6, 7] = 1
    var result = segmentation(labels)
    result.keepLargestComponent()
    var wanted = labels
    for speck in [SIMD3(1, 1, 1), [6, 6, 6], [6, 6, 7]] { wanted[speck.x, speck.y, speck.z] = 0 }
    #expect(result.labels == wanted)
    for index in labels.labels.indices {
      let isSpeck = labels.labels[index] != wanted.labels[index]
      #expect(result.probabilities[.grayMatter]?.voxels[index] == (isSpeck ? 0 : 0.25))
    }
  }

  @Test("nothing but background stays as it is")
  func nothing() {
    var result = segmentation(LabelMap(grid: Grid(shape: [3, 3, 3], affine: .identity)))
    result.keepLargestComponent()
    #expect(result.labels.labels.allSatisfy { $0 == 0 })
    #expect(result.probabilities[.grayMatter]?.voxels.allSatisfy { $0 == 0.25 } == true)
  }

  @Test(
    "a volume in ml is the voxels' number times the affine's determinant",
    arguments: [
      (Affine.identity, 1.0), (Affine(spacing: [0.5, 0.5, 2]), 0.5), (Affine(spacing: [-0.9, 1, 1.2]), 1.08),
      // Sheared: the determinant of a triangular matrix is its diagonal's product, 1 · 2 · 3.
      (Affine(i: [1, 0, 0], j: [0.7, 2, 0], k: [0.3, 0.4, 3], origin: [9, 9, 9]), 6.0),
    ] as [(Affine, Double)])
  func volume(affine: Affine, cubicMillimetres: Double) {
    var labels = LabelMap(grid: Grid(shape: [10, 10, 10], affine: affine))
    for index in 0..<300 { labels.labels[index] = index < 200 ? 1 : 3 }
    let result = segmentation(labels)
    #expect(abs(result.volume(of: .grayMatter) - 0.2 * cubicMillimetres) < 1e-12)
    #expect(result.volume(of: .whiteMatter) == 0)
    #expect(abs(result.volume(of: .csf) - 0.1 * cubicMillimetres) < 1e-12)
  }

  @Test("a mask is 1 where the label is the tissue")
  func mask() {
    let grid = Grid(shape: [4, 1, 1], affine: .identity)
    let result = segmentation(LabelMap(grid: grid, labels: [0, 1, 2, 1]))
    #expect(result.mask(of: .grayMatter) == LabelMap(grid: grid, labels: [0, 1, 0, 1]))
    #expect(result.mask(of: .csf) == LabelMap(grid: grid, labels: [0, 0, 0, 0]))
  }

  @Test("entropy is 0 where the network is certain, 1 where all is alike, and what the formula gives between")
  func entropy() {
    let grid = Grid(shape: [4, 1, 1], affine: .identity)
    func volume(_ voxels: [Float]) -> Volume { Volume(grid: grid, voxels: voxels) }
    let result = Segmentation(
      labels: LabelMap(grid: grid, labels: [0, 1, 1, 1]),
      probabilities: [
        .grayMatter: volume([0, 1, 0.25, 0.5]), .whiteMatter: volume([0, 0, 0.25, 0.5]),
        .csf: volume([0, 0, 0.25, 0]),
      ])
    // Two equal halves of four kinds: ln 2 / ln 4.
    for (found, wanted) in zip(result.entropy.voxels, [0, 0, 1, 0.5] as [Float]) {
      #expect(abs(found - wanted) < 1e-6)
    }
    // Voxels of 1 mm³.
    #expect(abs(result.softVolume(of: .grayMatter) - 1.75 / 1000) < 1e-9)
  }

  @Test("all files of a scan are written on its grid, and a row of the table")
  func files() throws {
    let workplace = try Workplace()
    let grid = Grid(
      shape: [5, 4, 3], affine: Affine(i: [0, 0, 1.5], j: [-1, 0, 0], k: [0, 2, 0], origin: [4, -5, 6]))
    try Volume(grid: grid, repeating: 3).write(to: workplace("sub-1_T1w.nii.gz"))
    let scan = try NIfTIImage(contentsOf: workplace("sub-1_T1w.nii.gz"))
    let labels = LabelMap(grid: grid, labels: (0..<60).map { $0 % 4 })
    let result = segmentation(labels)
    let files = SegmentationFiles(
      scan: "sub-1_T1w.nii.gz", folder: workplace.path, probabilities: true, picture: false)
    try result.write(to: files, like: scan.header, subject: "sub-1")
    let written = try NIfTIImage(contentsOf: files.labels)
    #expect(written.volume.grid == scan.volume.grid)
    #expect(try written.labelMap().labels == labels.labels)
    #expect(try NIfTIImage(contentsOf: files.mask).labelMap().labels == labels.labels.map { $0 == 1 ? 1 : 0 })
    let gray = try NIfTIImage(contentsOf: try #require(files.probabilities[.grayMatter]))
    #expect(gray.volume.voxels.allSatisfy { $0 == 0.25 })
    #expect(
      try NIfTIImage(contentsOf: files.brainMask).labelMap().labels == labels.labels.map { $0 > 0 ? 1 : 0 })
    // Voxels are 3 mm³: 15 of each tissue, 60 with a probability of 1/4 of gray matter alone, and 45 of brain without
    // holes. Of quality nothing was given.
    let cells = try workplace.text("volumes.tsv").split(separator: "\n").last?.split(separator: "\t")
    #expect(cells?.prefix(8) == ["sub-1", "0.045", "0.045", "0.045", "0.045", "0.000", "0.000", "0.135"])
    #expect(cells?.dropFirst(8).allSatisfy { $0 == "n/a" } == true)
  }
}
