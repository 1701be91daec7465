import Foundation
import Imaging
import TestSupport

/// Heads made by formula: white matter inside gray matter inside fluid, in air.
///
/// The scans' bytes are put together here, field by field as the NIfTI-1 standard numbers them, and not by
/// `Imaging`, so that what `grisea` reads and copies is judged by something else than itself.
struct SyntheticHead {
  /// Voxels along i, j, k.
  var shape = SIMD3(32, 30, 28)
  /// Makes heads differ: it moves the middle and changes the noise.
  var number = 1
  /// Numbers of time points; more than 1 make a series, which `grisea` must refuse.
  var timePoints = 1

  static let voxelMillilitres = 0.008

  /// 0 air, 1 GM, 2 WM, 3 CSF, by the distance in voxels from the middle.
  var labels: [UInt16] {
    let middle = SIMD3<Float>(shape) / 2 + SIMD3(Float(number % 3) - 1, 0.5, 0)
    return voxels { position in
      let d = position - middle
      return switch (d * d).sum().squareRoot() {
      case ..<7: 2
      case ..<10: 1
      case ..<12: 3
      default: 0
      }
    }
  }

  /// A whole `.nii` file: int16 with slope ½ and intercept 10, sform and qform that differ and have codes 4 and 1.
  var file: Data {
    var bytes = Data(count: 352)
    func put<Value>(_ value: Value, _ offset: Int) {
      withUnsafeBytes(of: value) { bytes.replaceSubrange(offset..<offset + $0.count, with: $0) }
    }
    func put(_ values: [Float], at offset: Int) {
      for (index, value) in values.enumerated() { put(value, offset + 4 * index) }
    }
    let dimensions = [timePoints > 1 ? 4 : 3, shape.x, shape.y, shape.z, timePoints, 1, 1, 1]
    put(Int32(348), 0)
    for (index, size) in dimensions.enumerated() { put(Int16(size), 40 + 2 * index) }
    put(Int16(4), 70)  // datatype int16
    put(Int16(16), 72)
    put([-1, 2, 2, 2], at: 76)  // qfac and voxel sizes
    put([352, 0.5, 10], at: 108)  // voxel offset, slope, intercept
    put(UInt8(2), 123)  // mm
    put(Int16(1), 252)
    put(Int16(4), 254)
    put([0.1, 0.2, 0.05, 31, -29, -27], at: 256)  // quaternion and offset
    put([-2, 0, 0, 30, 0, 2, 0, -28, 0, 0, 2, -26], at: 280)  // rows of the sform
    bytes.replaceSubrange(344..<347, with: Data("n+1".utf8))
    let gray: [Int16] = [20, 600, 900, 250]
    var state = UInt32(truncatingIfNeeded: number &* 7919)
    for _ in 0..<timePoints {
      for label in labels {
        state = state &* 1_664_525 &+ 1_013_904_223
        let value = gray[Int(label)] + Int16(state >> 27)
        withUnsafeBytes(of: value) { bytes.append(contentsOf: $0) }
      }
    }
    return bytes
  }

  private func voxels<Value>(_ value: (SIMD3<Float>) -> Value) -> [Value] {
    (0..<shape.x * shape.y * shape.z).map { index in
      value(SIMD3(Float(index % shape.x), Float(index / shape.x % shape.y), Float(index / shape.x / shape.y)))
    }
  }
}

extension Workplace {
  /// Writes a scan under this name.
  func write(_ head: SyntheticHead, to name: String) throws { try write(head.file, to: name) }

  /// Writes labels on the grid of a scan that is there.
  func write(_ labels: [UInt16], like scan: String, to name: String) throws {
    try write(Data(), to: name)
    let header = try NIfTIHeader(contentsOf: self(scan))
    try LabelMap(grid: header.grid, labels: labels).write(to: self(name), like: header)
  }

  /// Writes labels in a row.
  func write(_ labels: [UInt16], _ name: String, spacing: Double = 1) throws {
    try write(Data(), to: name)
    let grid = Grid(shape: [labels.count, 1, 1], affine: Affine(spacing: SIMD3(repeating: spacing)))
    try LabelMap(grid: grid, labels: labels).write(to: self(name))
  }

  /// Compresses a file, with the system's own program.
  func gzip(_ name: String) throws { _ = try run("gzip", ["-n", name]) }

  /// A data set to train on: `data/sub-1_T1w.nii`, `data/sub-1_dseg.nii.gz` and so on.
  func writeDataset(_ numbers: ClosedRange<Int>) throws {
    for number in numbers {
      let head = SyntheticHead(number: number)
      try write(head, to: "data/sub-\(number)_T1w.nii")
      try write(head.labels, like: "data/sub-\(number)_T1w.nii", to: "data/sub-\(number)_dseg.nii.gz")
    }
  }

  /// A BIDS dataset of scans: `ds/sub-1/anat/sub-1_T1w.nii` and so on, each head another one.
  func writeHeads(of subjects: [String]) throws {
    for (number, subject) in subjects.enumerated() {
      try write(SyntheticHead(number: number), to: "ds/\(subject)/anat/\(subject)_T1w.nii")
    }
    try write("{\"Name\": \"heads\", \"BIDSVersion\": \"1.8.0\"}", to: "ds/dataset_description.json")
  }

  /// Files that `grisea` must refuse, and what it must say of each.
  func writeBadScans() throws -> [(name: String, reason: String)] {
    try write(SyntheticHead(), to: "truncated.nii")
    try gzip("truncated.nii")
    let whole = try bytes("truncated.nii.gz")
    try write(whole.prefix(whole.count / 2), to: "truncated.nii.gz")
    try write("no image\n", to: "text.nii")
    try write(SyntheticHead(shape: [8, 8, 8], timePoints: 7), to: "series.nii")
    try write("", to: "empty.nii")
    try FileManager.default.createDirectory(atPath: self("folder.nii"), withIntermediateDirectories: true)
    return [
      ("truncated.nii.gz", "truncated: the header specifies 53,760 bytes of voxels, the file holds "),
      (
        "text.nii",
        "is not NIfTI: it starts with the text \"no image\", and a header starts with the number 348 (NIfTI-1, Analyze), 540"
      ),
      ("series.nii", "is a 4D series of 7 time points, one 3D scan is needed"),
      ("empty.nii", "is empty (0 bytes); a NIfTI file starts with a header of 348 bytes"),
      ("folder.nii", "is a folder; name a .nii or .nii.gz file in it"),
      ("missing.nii.gz", "no such file"),
    ]
  }
}
