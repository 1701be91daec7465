import Files
import Imaging
import Segmentation
import Synthesis

/// Collects warnings about the files of a training or a calibration, and prints each kind once.
struct TrainingWarnings {
  /// The label table that the user has given; `nil` for the default table.
  let givenTable: String?
  private var warnings: [TrainingDataWarning] = []

  init(givenTable: String?) { self.givenTable = givenTable }

  /// Adds a warning.
  mutating func add(_ warning: TrainingDataWarning) { warnings.append(warning) }

  /// Adds a warning about a label map from which images are synthesized, if it lacks tissues.
  mutating func add(_ head: HeadLabelMap) {
    let missing = head.missingTissues
    if !missing.isEmpty { warnings.append(.lacksTissues(path: head.subject, missing)) }
  }

  /// Prints the warnings.
  /// - Parameters:
  ///   - count: the number of label maps of images.
  ///   - heads: the number of label maps from which images are synthesized.
  ///   - hasValidation: whether there are validation subjects; `nil` where nothing is validated.
  ///   - isSilent: whether only errors are printed.
  /// - Returns: whether the labels can be used: not all of them are empty, and most seem to be of the given table, or the
  ///   user has chosen the table.
  func print(of count: Int, heads: Int = 0, hasValidation: Bool?, isSilent: Bool) -> Bool {
    let (empty, tables) = (emptyMaps, otherTables)
    let isStopped = givenTable == nil && 2 * tables.paths.count > count
    if count > 0, empty.count == count, heads == 0 {
      StandardError.print("no voxel of any label map is GM, WM or CSF: \(Self.list(empty))")
      return false
    }
    if isStopped || (!tables.paths.isEmpty && !isSilent) {
      StandardError.print((isStopped ? "" : "warning: ") + sentence(tables, of: count))
    }
    if !isSilent {
      for line in lines(empty, of: count + heads, hasValidation) { StandardError.print("warning: " + line) }
    }
    return !isStopped
  }

  private func lines(_ empty: [String], of count: Int, _ hasValidation: Bool?) -> [String] {
    var lines: [String] = []
    if !empty.isEmpty {
      lines.append("\(Self.share(empty.count, count)) no voxel of GM, WM or CSF: \(Self.list(empty))")
    }
    for tissue in [Tissue.grayMatter, .whiteMatter, .csf] {
      let paths = warnings.compactMap { warning -> String? in
        guard case .lacksTissues(let path, let tissues) = warning, tissues.contains(tissue) else {
          return nil
        }
        return path
      }
      if !paths.isEmpty {
        lines.append("\(Self.share(paths.count, count)) no voxel of \(tissue.name): \(Self.list(paths))")
      }
    }
    if hasValidation == false {
      lines.append(
        "no validation subjects, so no validation Dice is measured; hold out a fifth of the subjects with --validation 0.2"
      )
    }
    return lines
  }

  private var emptyMaps: [String] {
    warnings.compactMap { if case .empty(let path) = $0 { path } else { nil } }
  }

  private var otherTables: (paths: [String], given: String, fitting: [String]) {
    var found: (paths: [String], given: String, fitting: [String]) = ([], "", [])
    for case .otherTable(let path, let given, let fitting) in warnings {
      found.paths.append(path)
      (found.given, found.fitting) = (given, found.fitting + fitting.filter { !found.fitting.contains($0) })
    }
    return found
  }

  private func sentence(_ tables: (paths: [String], given: String, fitting: [String]), of count: Int)
    -> String
  {
    let words = tables.fitting.joined(separator: " or ")
    return "by the label table \(tables.given) the tissues of \(tables.paths.count) of \(count) label "
      + "\(count == 1 ? "map" : "maps") are not in the order of intensities in a T1-weighted scan (CSF, GM, WM), and by "
      + "\(words) they are; use --label-table \(tables.fitting.first ?? ""), or --label-table \(tables.given) if it is right"
      + ": \(Self.list(tables.paths))"
  }

  /// Returns `1 of 3 label maps has`, `2 of 3 label maps have`.
  private static func share(_ part: Int, _ count: Int) -> String {
    "\(part) of \(count) label \(count == 1 ? "map" : "maps") \(part == 1 ? "has" : "have")"
  }

  /// Returns the first five paths, and the number of the rest.
  private static func list(_ paths: [String]) -> String {
    let rest = paths.count - 5
    return paths.prefix(5).joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
  }
}
