import Files
import Imaging
import Synthesis

/// The names and the colors of the labels of `…_dseg.nii.gz`, in the formats of viewers, and of
/// `…_desc-aseg_dseg.nii.gz`.
///
/// The colors of tissues are those of Okabe and Ito, which people with color vision deficiency can distinguish. The
/// colors of structures are those of FreeSurferColorLUT.
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

  /// `desc-aseg_dseg.tsv`, as BIDS defines it, with FreeSurfer's labels. `mapping` is the label of the tissue in BIDS's
  /// list of common tissues.
  static var structureTable: String {
    let header = [["index", "name", "color", "mapping"], ["0", "Unknown", "#000000", "0"]]
    return TSV.text(
      header
        + BrainStructure.allCases.map { structure in
          let colour = structure.colour
          return [
            "\(structure.rawValue)", structure.name, "#" + (0..<3).map { hexadecimal(colour[$0]) }.joined(),
            "\(structure.part.map { $0 == .cerebellar ? Tissue.grayMatter.rawValue : $0.rawValue } ?? structure.tissue.rawValue)",
          ]
        })
  }

  /// The names of the files in a folder of results, with their texts.
  /// - Parameter structures: whether there are maps of structures.
  private static func files(structures: Bool) -> [(name: String, text: String)] {
    [("dseg.tsv", table), ("dseg.label", itkSnap), ("dseg.lut", fsleyes)]
      + (structures ? [("desc-aseg_dseg.tsv", structureTable)] : [])
  }

  /// Returns the paths of the files in a folder.
  static func paths(in folder: String, structures: Bool = false) -> [String] {
    files(structures: structures).map { folder.joined($0.name) }
  }

  /// Writes the files. A file that does not change is left as it is.
  static func write(to folder: String, structures: Bool = false) throws {
    for (name, text) in files(structures: structures) { try AtomicFile.update(text, to: folder.joined(name)) }
  }

  private static func hexadecimal(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16, uppercase: true)
    return digits.count == 1 ? "0" + digits : digits
  }
}

extension BrainStructure {
  /// The color in FreeSurferColorLUT.
  fileprivate var colour: SIMD3<UInt8> {
    switch self {
    case .leftCerebralWhiteMatter: [245, 245, 245]
    case .rightCerebralWhiteMatter: [0, 225, 0]
    case .leftCerebralCortex, .rightCerebralCortex: [205, 62, 78]
    case .leftLateralVentricle, .rightLateralVentricle: [120, 18, 134]
    case .leftInferiorLateralVentricle, .rightInferiorLateralVentricle: [196, 58, 250]
    case .leftCerebellarWhiteMatter, .rightCerebellarWhiteMatter: [220, 248, 164]
    case .leftCerebellarCortex, .rightCerebellarCortex: [230, 148, 34]
    case .leftThalamus, .rightThalamus: [0, 118, 14]
    case .leftCaudate, .rightCaudate: [122, 186, 220]
    case .leftPutamen, .rightPutamen: [236, 13, 176]
    case .leftPallidum, .rightPallidum: [12, 48, 255]
    case .thirdVentricle: [204, 182, 142]
    case .fourthVentricle: [42, 204, 164]
    case .brainStem: [119, 159, 176]
    case .leftHippocampus, .rightHippocampus: [220, 216, 20]
    case .leftAmygdala, .rightAmygdala: [103, 255, 255]
    case .csf: [60, 60, 60]
    case .leftAccumbens, .rightAccumbens: [255, 165, 0]
    case .leftVentralDiencephalon, .rightVentralDiencephalon: [165, 42, 42]
    }
  }
}
