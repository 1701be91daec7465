import Foundation
import Imaging

/// A folder with one good scan and the files that go wrong in practice.
struct BadInputs {
  let folder: TemporaryFolder
  static let good = "sub-01_T1w.nii.gz"
  /// Name, and what the error must say.
  static let bad: [(name: String, reason: String)] = [
    ("truncated.nii.gz", "truncated: "), ("text.nii", "is not NIfTI: it starts with the text \"no image\""),
    ("series.nii", "is a 4D series of 7 time points, one 3D scan is needed"), ("empty.nii", "is empty"),
    ("folder.nii", "is a folder"), ("missing.nii.gz", "no such file"),
  ]

  init() throws {
    folder = try TemporaryFolder()
    let affine = Affine(i: [-1, 0, 0], j: [0, 0, 1.5], k: [0, 2, 0], origin: [30, -40, -20])
    let grid = Grid(shape: [90, 60, 50], affine: affine)
    let scan = Volume(grid: grid, voxels: (0..<grid.count).map { Float($0 * 7919 % 1000) })
    try scan.write(to: folder.file(Self.good), datatype: .int16)
    let packed = try Data(contentsOf: URL(fileURLWithPath: folder.file(Self.good)))
    try write(packed.prefix(packed.count / 2), "truncated.nii.gz")
    try write(Data("no image\n".utf8), "text.nii")
    try write(Data(), "empty.nii")
    try FileManager.default.createDirectory(
      atPath: folder.file("folder.nii"), withIntermediateDirectories: true)
    try scan.write(to: folder.file("plain.nii"))
    var series = try Data(contentsOf: URL(fileURLWithPath: folder.file("plain.nii")))
    series[40] = 4
    series[48] = 7
    try write(series, "series.nii")
  }

  private func write(_ data: Data, _ name: String) throws {
    try data.write(to: URL(fileURLWithPath: folder.file(name)))
  }
}
