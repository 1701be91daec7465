import Batch
import Files
import Foundation
import Imaging
import LatentSpace
import Morphometry
import Numerics
import Reports

/// The paths of registered images, such as `sub-01_space-template_label-GM_probseg.nii.gz`, and of `registration.tsv`.
struct RegistrationFiles: Sendable {
  let folder: String

  var table: String { folder.joined("registration.tsv") }

  /// Returns the name of an image: its file's without the ending.
  static func name(of image: String) -> String {
    String(image.lastComponent.dropLast(ScanName.ending(of: image)?.count ?? 0))
  }

  /// Returns the path of a registered image. The entity `space` is before `label` and `desc`, as BIDS defines.
  /// - Parameter item: the image, and its name without the ending.
  func path(of item: WorkList.Item) -> String {
    let ending = ScanName.ending(of: item.operand) ?? ".nii.gz"
    let name = item.subject + ([".mgz", ".mgh", ".mgh.gz"].contains(ending) ? ".nii.gz" : ending)
    var parts = name.split(separator: "_").map(String.init)
    let later: Set = ["res", "den", "label", "desc"]
    let place =
      parts.firstIndex { later.contains(String($0.prefix { $0 != "-" })) } ?? max(0, parts.count - 1)
    parts.insert("space-template", at: place)
    return folder.joined(parts.joined(separator: "_"))
  }
}

/// `registration.tsv`: the registration of all images in a folder, one row for each.
struct RegistrationTable: Sendable {
  private static let columns = [
    "subject", "ratio_before", "ratio_after", "volume_change", "dice_before", "dice_after", "file",
  ]

  private let path: String
  private var rows: [[String]] = []

  /// Reads the rows of earlier runs whose registered images still exist. Without a table there are none.
  /// - Throws: `ReportError.unreadable`.
  init(_ files: RegistrationFiles) throws(ReportError) {
    path = files.table
    guard FileManager.default.fileExists(atPath: path) else { return }
    let kept = try ResultTable(contentsOf: path).rows.filter { row in
      row["file"].map { FileManager.default.fileExists(atPath: files.folder.joined($0)) } ?? false
    }
    rows = kept.map { row in Self.columns.map { row[$0] ?? TableCell.missing } }
  }

  /// Adds the row of a registered image, or replaces the row that an earlier run has added for the same file.
  ///
  /// `volume_change` is the factor by which the transform to the template enlarges the brain.
  /// - Parameter file: the name of the registered image.
  mutating func add(_ row: RegistrationBatch.Row, file: String) {
    let numbers: [Double?] = [
      row.result.before, row.result.after, 1 / abs(row.result.transform.determinant), row.diceBefore,
      row.diceAfter,
    ]
    let name = WorkList.canHold(file) ? file : TableCell.missing
    let cells = [row.subject] + numbers.map { TableCell.text($0, "%.4f") } + [name]
    if let place = rows.firstIndex(where: { $0.last?.hasSameBytes(as: file) == true }) {
      rows[place] = cells
    } else {
      rows.append(cells)
    }
  }

  /// Writes the table.
  /// - Throws: `WriteError`.
  func write() throws(WriteError) { try AtomicFile.write(TSV.text([Self.columns] + rows), to: path) }
}

/// Registers images to a template, one after the other.
struct RegistrationBatch: Sendable {
  /// What a registered image adds to the table.
  struct Row: Hashable, Sendable {
    var subject: String
    var result: AffineRegistration.Result
    /// The Dice of voxels above 0.5 with the template's gray matter; `nil` without a label map.
    var diceBefore, diceAfter: Double?
  }

  private let space: CommonSpace
  private let grayMatter: Volume?
  /// The full width at half maximum of the smoothing in mm.
  private let smoothing: Double

  /// Reads the template.
  /// - Parameters:
  ///   - template: the path of the template.
  ///   - spacing: the voxel size of the registered images in mm.
  ///   - smoothing: the full width at half maximum in mm of a Gaussian by which they are smoothed.
  ///   - labels: the path of the template's label map, with the labels of BIDS.
  /// - Throws: `NIfTIError`, `LatentError.emptyImage`.
  init(template: String, spacing: Double, smoothing: Double = 0, labels: String? = nil) throws {
    let image = try NIfTIImage(contentsOf: template)
    guard let space = CommonSpace(template: image.volume, spacing: spacing) else {
      throw LatentError.emptyImage(path: template)
    }
    self.space = space
    self.smoothing = smoothing
    grayMatter = try labels.map { path in
      let map = try NIfTIImage(contentsOf: path).labelMap()
      let mask = Volume(grid: map.grid, voxels: map.labels.map { $0 == Tissue.grayMatter.rawValue ? 1 : 0 })
      return mask.smoothed(for: space.grid).resampled(onto: space.grid)
    }
  }

  /// Registers an image.
  /// - Parameter name: the name of the image without an ending.
  /// - Returns: the registered image, and its row of the table.
  /// - Throws: `LatentError.emptyImage`.
  func register(_ image: NIfTIImage, named name: String) throws(LatentError) -> (Volume, Row) {
    guard let result = space.register(image.volume),
      let volume = space.bring(image.volume, by: result.transform),
      let before = space.bring(image.volume, by: .identity)
    else { throw .emptyImage(path: image.path) }
    let row = Row(
      subject: ScanName(path: name).subject.description, result: result,
      diceBefore: dice(before), diceAfter: dice(volume))
    return (volume.smoothed(width: smoothing), row)
  }

  private func dice(_ map: Volume) -> Double? {
    grayMatter.flatMap { MaskOverlap(map.voxels, $0.voxels, above: 0.5).dice }
  }
}
