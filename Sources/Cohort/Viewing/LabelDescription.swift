import Imaging

/// What the labels of `…_dseg.nii.gz` are called and how viewers colour them, in the formats that they read.
///
/// Colours that the colour-blind tell apart, after Okabe and Ito.
public enum LabelDescription {
  private static let labels: [(tissue: Tissue, name: String, colour: SIMD3<UInt8>)] = [
    (.grayMatter, "Gray Matter", [230, 159, 0]), (.whiteMatter, "White Matter", [240, 240, 240]),
    (.csf, "Cerebrospinal Fluid", [86, 180, 233]),
  ]

  /// `dseg.tsv` by the rules of BIDS; `mapping` is its own list of common tissues.
  static var table: String {
    let rows = labels.map { label in
      let colour = (0..<3).map { hexadecimal(label.colour[$0]) }.joined()
      let index = "\(label.tissue.rawValue)"
      return [index, label.name, label.tissue.name, "#" + colour, index].joined(separator: "\t")
    }
    let header = ["index\tname\tabbreviation\tcolor\tmapping", "0\tBackground\tBG\t#000000\t0"]
    return (header + rows).map { $0 + "\n" }.joined()
  }

  /// For ITK-SNAP: index, red, green, blue, opacity, visibility of voxels and of surfaces, name.
  static var itkSnap: String {
    let rows = labels.map { label in
      "\(label.tissue.rawValue) \(label.colour.x) \(label.colour.y) \(label.colour.z) 1 1 1 \"\(label.name)\""
    }
    return (["0 0 0 0 0 0 0 \"Clear Label\""] + rows).map { $0 + "\n" }.joined()
  }

  /// For FSLeyes: index, red, green and blue from 0 to 1, name.
  static var fsleyes: String {
    labels.map { label in
      let colour = (0..<3).map { "\(Float(label.colour[$0]) / 255)" }.joined(separator: " ")
      return "\(label.tissue.rawValue) \(colour) \(label.name)\n"
    }.joined()
  }

  /// Names of the files in a folder of results, each with its text.
  static var files: [(name: String, text: String)] {
    [("dseg.tsv", table), ("dseg.label", itkSnap), ("dseg.lut", fsleyes)]
  }

  /// The files' paths in a folder.
  public static func paths(in folder: String) -> [String] { files.map { folder.joined($0.name) } }

  /// Writes those files that differ from what is there.
  public static func write(to folder: String) throws {
    for (name, text) in files { try WholeText.update(text, to: folder.joined(name)) }
  }

  private static func hexadecimal(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16, uppercase: true)
    return digits.count == 1 ? "0" + digits : digits
  }
}
