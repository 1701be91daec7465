import Batch
import Files
import Foundation
import Imaging
import LatentSpace
import Morphometry
import Numerics
import Statistics

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

/// Registers images to a template, one after the other, and collects a table of the results.
struct RegistrationBatch: Sendable {
  /// A line of the table.
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
  private(set) var rows: [Row] = []

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

  /// Adds a row to the table.
  mutating func add(_ row: Row) { rows.append(row) }

  /// The text of the table. `volume_change` is the factor by which the transform to the template enlarges the brain.
  var tsv: String {
    let head = "subject\tratio_before\tratio_after\tvolume_change\tdice_before\tdice_after\n"
    return head
      + rows.map { row in
        let numbers: [Double?] = [
          row.result.before, row.result.after, 1 / abs(row.result.transform.determinant), row.diceBefore,
          row.diceAfter,
        ]
        let cells = numbers.map { TableCell.text($0, "%.4f") }
        return ([row.subject] + cells).joined(separator: "\t") + "\n"
      }.joined()
  }

  /// Writes the table.
  /// - Throws: `AssociationError.unwritable`.
  func write(to path: String) throws(AssociationError) {
    do throws(WriteError) { try AtomicFile.write(tsv, to: path) } catch {
      throw .unwritable(path: path, reason: error.reason)
    }
  }
}
