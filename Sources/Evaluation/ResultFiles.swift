import Files
import Foundation
import Imaging

/// The two files of each result of this library: a TSV file, and a JSON file of the same name.
enum ResultFiles {
  /// Returns a number with six decimals (a millionth of Dice, a thousandth of a 1 mm voxel in ml), or `n/a` for a
  /// missing or non-finite value.
  static func cell(_ value: Double?) -> String { TableCell.text(value, "%.6f") }

  /// Returns indented JSON with sorted keys and a line break at the end.
  /// - Throws: `EvaluationError.notEncoded`.
  static func json(_ document: some Encodable) throws(EvaluationError) -> Data {
    do {
      return Data(try JSONText.readable(document).utf8)
    } catch {
      throw .notEncoded(reason: "\(error)")
    }
  }

  /// Writes the TSV to `path` and the JSON beside it.
  /// - Returns: the path of the JSON file.
  /// - Throws: `EvaluationError.jsonOverTSV`; `WriteError` if a file cannot be written.
  static func write(tsv: String, json: Data, to path: String) throws -> String {
    let jsonPath = jsonPath(beside: path)
    guard jsonPath != path else { throw EvaluationError.jsonOverTSV(path) }
    try AtomicFile.write(Data(tsv.utf8), to: path)
    try AtomicFile.write(json, to: jsonPath)
    return jsonPath
  }

  /// Returns the path with the extension `.json`.
  static func jsonPath(beside path: String) -> String {
    (path as NSString).deletingPathExtension + ".json"
  }
}
