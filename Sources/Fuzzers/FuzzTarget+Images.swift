import Foundation
import Imaging

extension FuzzTarget {
  /// The scans of a folder, halves of pairs joined.
  static func images(of folder: String) throws -> FuzzTarget {
    let originals = try originals(in: folder)
    guard !originals.isEmpty else { throw NoImages(folder: folder) }
    return FuzzTarget(
      name: "images", damaged: { try ImageDamage.damaged($0.element(of: originals), &$0) },
      read: { input, _ in
        let image = try NIfTIImage(bytes: input.bytes, image: input.image, path: "fuzzed.nii")
        _ = ScanSummary(image).text
      },
      // Each byte of a file may be a voxel, and is then a float32.
      allocationPerByte: 4)
  }

  struct NoImages: Error, CustomStringConvertible {
    let folder: String

    var description: String {
      "\(folder) holds no image to begin with; give --corpus a folder of small .nii, .nii.gz, .mgz or .hdr/.img files"
    }
  }

  private static func originals(in folder: String) throws -> [ImageDamage.Original] {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    return try names.filter { !$0.contains(".img") }.compactMap { name in
      guard [".nii", ".gz", ".hdr", ".mgz", ".mgh"].contains(where: name.hasSuffix) else { return nil }
      let bytes = try content(folder + "/" + name)
      let image =
        name.contains(".hdr") ? try content(folder + "/" + name.replacing(".hdr", with: ".img")) : nil
      let input = FuzzInput(bytes, image: image)
      return .init(
        input: input, inflated: bytes.starts(with: [0x1f, 0x8b]) ? try GzipBytes.inflate(bytes) : nil)
    }
  }

  static func content(_ path: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(filePath: path))) }
}
