import Files
import Foundation
import Imaging

/// A TSV and a JSON of the same name beside it: how every result of this module is written.
enum ResultFiles {
  /// Six digits after the point: a millionth of Dice, a tenth of a voxel of 1 mm in ml and less. `n/a` for what has no
  /// value, or none that is finite.
  static func cell(_ value: Double?) -> String { TableCell.text(value, "%.6f") }

  static func tsv(_ rows: [[String]]) -> String {
    rows.map { $0.joined(separator: "\t") + "\n" }.joined()
  }

  /// - Throws: `EvaluationError.notEncoded`.
  static func json(_ document: some Encodable) throws(EvaluationError) -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    do {
      return try encoder.encode(document) + Data("\n".utf8)
    } catch {
      throw .notEncoded(reason: "\(error)")
    }
  }

  /// - Returns: the path of the JSON.
  /// - Throws: `EvaluationError.jsonOverTSV`, `.noFolder`, `.notWritten`.
  static func write(tsv: String, json: Data, to path: String) throws -> String {
    let jsonPath = jsonPath(beside: path)
    guard jsonPath != path else { throw EvaluationError.jsonOverTSV(path) }
    try AtomicFile.write(Data(tsv.utf8), to: path)
    try AtomicFile.write(json, to: jsonPath)
    return jsonPath
  }

  static func jsonPath(beside path: String) -> String {
    (path as NSString).deletingPathExtension + ".json"
  }
}
