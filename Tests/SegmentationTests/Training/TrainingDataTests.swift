import Files
import Foundation
import Imaging
import Segmentation
import Synthesis
import TestSupport
import Testing

/// Three images of 20³ voxels of 2 mm, and one file that is none.
@Suite("TrainingData")
struct TrainingDataTests {
  private let workplace: Workplace
  private let entries: [TrainingList.Entry]

  init() throws {
    workplace = try Workplace()
    try workplace.write("no image", to: "images/sub-4_T1w.nii")
    let grid = Grid(shape: [20, 20, 20], affine: Affine(spacing: SIMD3(repeating: 2)))
    for number in 1...3 {
      try Volume(grid: grid).write(to: workplace("images/sub-\(number)_T1w.nii"))
      try workplace.write("", to: "labels/sub-\(number)_dseg.nii")
    }
    try workplace.write("", to: "labels/sub-4_dseg.nii")
    entries = try TrainingList(
      images: workplace("images/*.nii"), labels: workplace("labels/*.nii"), validation: .none, seed: 0
    ).entries
  }

  private func check(spacing: Double, limit: Int?) throws {
    try TrainingData.checkSize(
      of: entries, [], preprocessing: Preprocessing(spacing: SIMD3(repeating: spacing)), limit: limit)
  }

  @Test("images that take more than they may are refused by their headers, with the bytes that they take")
  func memory() throws {
    // At 0.5 mm 80³ voxels, of four bytes each and two of their label.
    let held = 3 * 80 * 80 * 80 * 6
    let error = #expect(throws: TrainingDataError.self) { try check(spacing: 0.5, limit: held - 1) }
    guard case .memory(files: 4, let needed, limit: held - 1) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(needed >= held)
    #expect(throws: TrainingDataError.self) { try check(spacing: 0.5, limit: needed - 1) }
    try check(spacing: 0.5, limit: needed)
    try check(spacing: 0.5, limit: nil)
    try check(spacing: 2, limit: held / 8)
  }

  @Test(
    "label maps count too, and more voxels than can be numbered are refused, however much memory there is")
  func heads() throws {
    let table = try LabelTable(nameOrPath: "bids")
    let heads = [LabelMapSource(path: workplace("images/sub-1_T1w.nii"), table: table)]
    #expect(throws: TrainingDataError.self) {
      try TrainingData.checkSize(
        of: [], heads, preprocessing: Preprocessing(spacing: SIMD3(repeating: 0.5)),
        limit: 80 * 80 * 80 * 2 - 1)
    }
    // 2000³ voxels.
    #expect(throws: TrainingDataError.tooManyVoxels(path: heads[0].path, count: 8_000_000_000)) {
      try TrainingData.checkSize(
        of: [], heads, preprocessing: Preprocessing(spacing: SIMD3(repeating: 0.02)), limit: nil)
    }
  }

  @Test("the hash of the data changes with the bytes of a label map and with the label table")
  func sourceHash() throws {
    func hash(_ table: LabelTable = .bids) throws -> ContentHash {
      try TrainingData.sourceHash(of: entries, labelTable: table, labelMaps: [])
    }
    let before = try hash()
    #expect(try hash() == before)
    #expect(try hash(.freesurfer) != before)
    try workplace.write("other", to: "labels/sub-2_dseg.nii")
    #expect(try hash() != before)
  }

  @Test("fluid is added where the labels have background and the model finds a tissue, and nowhere else")
  func fluid() throws {
    // By the formula of the network, 0 is background, 0.5 and 0.9 are tissues.
    let intensities: [Float] = [0, 0, 0.5, 0.5, 0.9, 0.9]
    let labels: [UInt16] = [0, 2, 0, 1, 0, 1]
    let expected: [UInt16] = [0, 2, 3, 1, 3, 1]
    let grid = Grid(shape: [6, 4, 4], affine: Affine(spacing: [1, 1, 1]))
    func rows<Value>(_ row: [Value]) -> [Value] { (0..<16).flatMap { _ in row } }
    let example = TrainingData.Example(
      subject: "sub-1",
      image: LabeledImage(
        image: Volume(grid: grid, voxels: rows(intensities)),
        labels: LabelMap(grid: grid, labels: rows(labels))))
    var data = TrainingData(training: [example], validation: [example])
    try data.addFluid(
      by: TinyModel.pointwise(tile: [8, 8, 8]), outputs: OutputLabel.tissues, precision: .float32)
    for image in [data.training[0].image, data.validation[0].image] {
      #expect(image.labels.labels == rows(expected))
      #expect(image.image == example.image.image)
    }
  }
}
