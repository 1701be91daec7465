import Foundation
import Imaging

/// Good files to begin with.
struct FuzzCorpus {
  struct Entry {
    var input: FuzzInput
    /// The same, inflated, where the file is compressed.
    var inflated: [UInt8]?
  }

  private(set) var entries: [Entry] = []

  /// All scans of a folder, halves of pairs joined.
  init(folder: String) throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    for name in names where !name.contains(".img") && name.contains(where: { $0 == "." }) {
      guard name.hasSuffix(".nii") || name.hasSuffix(".gz") || name.hasSuffix(".hdr") else { continue }
      let bytes = try Self.content(folder + "/" + name)
      let image =
        name.contains(".hdr") ? try Self.content(folder + "/" + name.replacing(".hdr", with: ".img")) : nil
      let isPacked = bytes.starts(with: [0x1f, 0x8b])
      let inflated = isPacked ? try GzipBytes.inflate(bytes) : nil
      entries.append(Entry(input: FuzzInput(bytes, image: image), inflated: inflated))
    }
    guard !entries.isEmpty else {
      print(
        "\(folder) holds no image to begin with; give --corpus a folder of small .nii, .nii.gz or .hdr/.img files"
      )
      exit(64)
    }
  }

  private static func content(_ path: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
  }
}
