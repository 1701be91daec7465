import Files
import Imaging
import Synthesis

/// The names and the colors of the labels of `…_dseg.nii.gz`, in the formats of viewers.
///
/// The colors are those of Okabe and Ito, which people with color vision deficiency can distinguish.
enum LabelDescription {
  private static let labels: [(value: UInt16, name: String, abbreviation: String, colour: SIMD3<UInt8>)] = [
    (Tissue.grayMatter.rawValue, "Gray Matter", "GM", [230, 159, 0]),
    (Tissue.whiteMatter.rawValue, "White Matter", "WM", [240, 240, 240]),
    (Tissue.csf.rawValue, "Cerebrospinal Fluid", "CSF", [86, 180, 233]),
    (GrayMatterPart.cortical.rawValue, "Cortical Gray Matter", "CGM", [240, 228, 66]),
    (GrayMatterPart.subcortical.rawValue, "Subcortical Gray Matter", "SGM", [213, 94, 0]),
    (GrayMatterPart.cerebellar.rawValue, "Cerebellar Gray Matter", "CBGM", [0, 158, 115]),
  ]

  /// `dseg.tsv`, as BIDS defines it. `mapping` is the label in BIDS's list of common tissues, in which the gray matter of
  /// the cerebellum is gray matter.
  static var table: String {
    let rows = labels.map { label in
      let colour = (0..<3).map { hexadecimal(label.colour[$0]) }.joined()
      let index = "\(label.value)"
      let isListed = label.value != GrayMatterPart.cerebellar.rawValue
      let mapping = isListed ? index : "\(Tissue.grayMatter.rawValue)"
      return [index, label.name, label.abbreviation, "#" + colour, mapping].joined(separator: "\t")
    }
    let header = ["index\tname\tabbreviation\tcolor\tmapping", "0\tBackground\tBG\t#000000\t0"]
    return (header + rows).map { $0 + "\n" }.joined()
  }

  /// The label file of ITK-SNAP: index, red, green, blue, opacity, visibility of voxels and of surfaces, name.
  static var itkSnap: String {
    let rows = labels.map { label in
      "\(label.value) \(label.colour.x) \(label.colour.y) \(label.colour.z) 1 1 1 \"\(label.name)\""
    }
    return (["0 0 0 0 0 0 0 \"Clear Label\""] + rows).map { $0 + "\n" }.joined()
  }

  /// The lookup table of FSLeyes: index, red, green and blue from 0 to 1, name.
  static var fsleyes: String {
    labels.map { label in
      let colour = (0..<3).map { "\(Float(label.colour[$0]) / 255)" }.joined(separator: " ")
      return "\(label.value) \(colour) \(label.name)\n"
    }.joined()
  }

  /// The names of the files in a folder of results, with their texts.
  static var files: [(name: String, text: String)] {
    [("dseg.tsv", table), ("dseg.label", itkSnap), ("dseg.lut", fsleyes)]
  }

  /// Returns the paths of the files in a folder.
  static func paths(in folder: String) -> [String] { files.map { folder.joined($0.name) } }

  /// Writes the files. A file that does not change is left as it is.
  static func write(to folder: String) throws {
    for (name, text) in files { try AtomicFile.update(text, to: folder.joined(name)) }
  }

  private static func hexadecimal(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16, uppercase: true)
    return digits.count == 1 ? "0" + digits : digits
  }
}
