import Files
import Foundation

/// A table of participants as BIDS writes it (`participants.tsv`, `group_volumes.tsv`): a row for each participant,
/// named in the first column, `n/a` where a value is not known.
public struct ParticipantTable: Hashable, Sendable {
  public let path: String
  /// All columns but the first.
  public let columns: [String]
  /// The known cells of each participant.
  private let cells: [String: [String: String]]

  private static let keys: Set = ["participant_id", "subject", "scan"]
  private static let missing: Set = ["", "n/a", "na", "nan"]

  /// - Throws: `StatisticsError`.
  public init(contentsOf path: String) throws(StatisticsError) {
    guard let bytes = FileManager.default.contents(atPath: path) else { throw .unreadable(path: path) }
    try self.init(text: String(decoding: bytes, as: UTF8.self), path: path)
  }

  /// - Throws: `StatisticsError`.
  public init(text: String, path: String) throws(StatisticsError) {
    let lines = TSV.rows(text).map { $0.map { $0.trimmingCharacters(in: .whitespaces) } }
    guard let header = lines.first, Self.keys.contains(header[0].lowercased()) else {
      throw .noParticipants(path: path, found: lines.first?.first ?? "")
    }
    var cells: [String: [String: String]] = [:]
    for (number, line) in lines.enumerated().dropFirst() {
      guard line.count == header.count else {
        throw .ragged(path: path, line: number + 1, found: line.count, needed: header.count)
      }
      let participant = Self.participant(line[0])
      guard cells[participant] == nil else {
        throw .repeatedParticipant(path: path, participant: participant)
      }
      let known = zip(header, line).dropFirst().filter { !Self.missing.contains($0.1.lowercased()) }
      cells[participant] = Dictionary(known) { first, _ in first }
    }
    self.path = path
    columns = Array(header.dropFirst())
    self.cells = cells
  }

  /// `sub-01` of a path or name such as `derivatives/sub-01/anat/sub-01_ses-2_T1w.nii.gz`; a name without the entity
  /// `sub` as it is.
  public static func participant(_ name: String) -> String {
    let file = name.split(separator: "/").last.map(String.init) ?? name
    return file.hasPrefix("sub-") ? String(file.prefix { $0 != "_" && $0 != "." }) : file
  }

  /// A participant's value in a column, if it is known.
  public func cell(_ participant: String, _ column: String) -> String? { cells[participant]?[column] }
}
