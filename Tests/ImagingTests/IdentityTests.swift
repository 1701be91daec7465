import Foundation
import Imaging
import TestSupport
import Testing

/// Files of others read as their makers read them, and our files read so by others. The table of what agrees:
///
/// | written by | layouts | types | byte orders | orientations | compressed | read identically by |
/// | --- | --- | --- | --- | --- | --- | --- |
/// | nibabel | NIfTI-1 | all 10 | both | 40 of the 48 | or not | nibabel, SimpleITK, grisea |
/// | nibabel | NIfTI-2 | all 10 | both | the other 8 | or not | nibabel, grisea |
/// | SimpleITK | NIfTI-1 | all 10 | native | 48 | or not | nibabel, SimpleITK, grisea |
/// | grisea | NIfTI-1 | float32, uint8, int16, uint16 | little | 48 | or not | nibabel, SimpleITK, nifti_tool |
///
/// "Identically": voxels are the stored numbers (to float32's rounding, which is all that a `Volume` holds), and
/// affines differ by less than 1e-4 mm, a float32 header's rounding.
@Suite("The identity table")
struct IdentityTests {
  private static let placeTolerance = 1e-4
  private let folder: Workplace

  init() throws { folder = try Workplace() }

  private struct Entry: Codable {
    var name: String
    var shape: [Int]
    var affine: [Double]
    /// Largest difference of a voxel, where the type is coarser than float32.
    var tolerance: Double?
  }

  private static func script(_ name: String) -> String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(name).path
  }

  @Test(
    "files of nibabel and SimpleITK are read as both read them: types, byte orders, 48 orientations",
    .needs(.nibabel), .needs(.simpleITK))
  func readsOthers() throws {
    defer { folder.remove() }
    let made = try ExternalProgram.output([
      Python.program, "-W", "ignore", Self.script("make_identity.py"), folder.path,
    ])
    #expect(made == "2880\n")
    let table = try Data(contentsOf: URL(fileURLWithPath: folder("table.json")))
    for entry in try JSONDecoder().decode([Entry].self, from: table) {
      let image = try NIfTIImage(contentsOf: folder(entry.name))
      let grid = Expected.grid(entry.shape, entry.affine)
      let data = try Data(contentsOf: URL(fileURLWithPath: folder(entry.name + ".f64")))
      let voxels = data.withUnsafeBytes { raw in
        (0..<grid.count).map { raw.loadUnaligned(fromByteOffset: 8 * $0, as: Double.self) }
      }
      #expect(image.volume.grid.shape == grid.shape, "\(entry.name)")
      #expect(image.volume.grid.affine.distance(to: grid.affine) < Self.placeTolerance, "\(entry.name)")
      // A 64-bit integer is rounded once to float64 by NumPy and once more here.
      let agree = zip(image.volume.voxels, voxels).allSatisfy {
        $0 == Float($1) || abs($0 - Float($1)) <= $0.ulp && entry.name.contains("int64")
      }
      #expect(agree && image.volume.voxels.count == voxels.count, "\(entry.name)")
    }
  }

  /// One file for each of the 48 orientations, with types and endings in turn.
  private func writeAll() throws -> [Entry] {
    let types: [NIfTIDatatype] = [.float32, .uint8, .int16, .uint16]
    var entries: [Entry] = []
    for (number, affine) in Self.orientations.enumerated() {
      for type in types {
        let grid = Grid(shape: [3, 4, 5], affine: affine)
        let volume = Volume(
          grid: grid, voxels: (0..<60).map { Float(($0 * 37 + number) % 101) / (number % 2 == 0 ? 1 : 7) })
        let name = "grisea-\(number)-\(type)" + (number % 3 == 0 ? ".nii" : ".nii.gz")
        try volume.write(to: folder(name), datatype: type)
        try volume.voxels.withUnsafeBytes { Data($0) }.write(
          to: URL(fileURLWithPath: folder(name + ".f32")))
        // Half a step of the type over the range 0 to 100/7, and a little for the header's float32 slope.
        let steps = type == .uint8 ? 255.0 : 65535
        let tolerance = type == .float32 || number % 2 == 0 ? 0 : 15 / steps * 0.51
        entries.append(Entry(name: name, shape: [3, 4, 5], affine: affine.upper, tolerance: tolerance))
      }
    }
    try JSONEncoder().encode(entries).write(to: URL(fileURLWithPath: folder("written.json")))
    return entries
  }

  /// Permutations and signs of the axes.
  private static var orientations: [Affine] {
    let permutations: [[Int]] = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]]
    return permutations.flatMap { axes in
      (0..<8).map { signs in
        var columns = [SIMD3<Double>.zero, .zero, .zero]
        for column in 0..<3 {
          columns[column][axes[column]] = [0.75, 1.25, 2.5][column] * (signs >> column & 1 == 1 ? -1 : 1)
        }
        return Affine(i: columns[0], j: columns[1], k: columns[2], origin: [-40.5, 12, 7.5])
      }
    }
  }

  @Test(
    "what is written is read back by nibabel and SimpleITK, in all 48 orientations",
    .needs(.nibabel), .needs(.simpleITK))
  func readByOthers() throws {
    defer { folder.remove() }
    let entries = try writeAll()
    let checked = try ExternalProgram.output([
      Python.program, "-W", "ignore", Self.script("check_written.py"), folder.path,
    ])
    #expect(checked == "\(entries.count)\n")
  }

  @Test(
    "nifti_tool finds nothing wrong with what is written, and the same voxels",
    .needs(.niftiChecker))
  func niftiTool() throws {
    defer { folder.remove() }
    for entry in try writeAll().filter({ $0.name.contains("float32") || $0.name.contains("uint8") }).prefix(
      24)
    {
      let path = folder(entry.name)
      let header = try ExternalProgram.output([Tool.niftiCheckerProgram, "-check_hdr", "-infiles", path])
      #expect(header.contains("IS GOOD"))
      let image = try ExternalProgram.output([Tool.niftiCheckerProgram, "-check_nim", "-infiles", path])
      #expect(image.contains("IS GOOD"))
      guard entry.name.contains("float32") else { continue }
      let words = ["-disp_ci", "2", "3", "4", "0", "0", "0", "0", "-quiet", "-infiles", path]
      let shown = try ExternalProgram.output([Tool.niftiCheckerProgram] + words)
      let voxel = try NIfTIImage(contentsOf: path).volume[2, 3, 4]
      let number = Float(shown.trimmingCharacters(in: .whitespacesAndNewlines))
      #expect(abs((number ?? .nan) - voxel) < 1e-4, "\(entry.name): \(shown)")
    }
  }
}

extension Affine {
  fileprivate var upper: [Double] { (0..<3).flatMap { [i[$0], j[$0], k[$0], origin[$0]] } }
}
