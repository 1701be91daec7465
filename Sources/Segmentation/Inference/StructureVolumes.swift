import Files
import Imaging

/// The table of the structures' volumes of one scan, `sub-01_desc-aseg_volumes.tsv`, with a row for each structure.
public struct StructureVolumes: Hashable, Sendable {
  /// The volume of one structure in ml.
  public struct Row: Hashable, Sendable {
    public var structure: BrainStructure
    /// The volume of the voxels with the structure's label.
    public var hard: Double
    /// The sum of the structure's probabilities times the volume of a voxel.
    public var soft: Double
  }

  /// The end of the file's name after the scan's.
  public static let ending = "_desc-aseg_volumes.tsv"
  /// The columns of the file.
  public static let columns = ["index", "name", "volume_ml", "soft_volume_ml"]

  /// The rows, in the order of the structures' labels.
  public var rows: [Row]

  /// The volumes of a segmentation with structures.
  public init(_ segmentation: Segmentation) {
    let volumes = segmentation.structureVolumes
    rows = BrainStructure.allCases.compactMap { structure in
      volumes[structure].map { Row(structure: structure, hard: $0.hard, soft: $0.soft) }
    }
  }

  /// Reads a table. Returns `nil` if it is not one.
  public init?(tsv: String) {
    let cells = TSV.rows(tsv)
    guard cells.first == Self.columns else { return nil }
    rows = []
    for line in cells.dropFirst() {
      guard line.count == Self.columns.count, let label = UInt16(line[0]),
        let structure = BrainStructure(rawValue: label), let hard = Double(line[2]),
        let soft = Double(line[3])
      else { return nil }
      rows.append(Row(structure: structure, hard: hard, soft: soft))
    }
  }

  /// The table as tab-separated text.
  public var tsv: String {
    TSV.text(
      [Self.columns]
        + rows.map { row in
          [
            "\(row.structure.rawValue)", row.structure.name, TableCell.text(row.hard, "%.4f"),
            TableCell.text(row.soft, "%.4f"),
          ]
        })
  }
}
