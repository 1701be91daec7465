import Files
import Foundation

/// A table of participants as BIDS writes it (`participants.tsv`, `sessions.tsv`, `group_volumes.tsv`): a row for each
/// participant, named in the first column, `n/a` where a value is not known. With a column `session_id`, or with sessions
/// in the names of the first column, it has a row for each session.
public struct ParticipantTable: Hashable, Sendable {
  public let path: String
  /// All columns but the first.
  public let columns: [String]
  /// The known cells of each participant, or of each session of a participant.
  private let cells: [String: [String: String]]
  /// The sessions of each participant, by the keys of their cells.
  private let sessions: [String: [String]]

  private static let keys: Set = ["participant_id", "subject", "scan"]
  private static let session = "session_id"
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
    let place = header.firstIndex { $0.lowercased() == Self.session }
    var cells: [String: [String: String]] = [:]
    var sessions: [String: [String]] = [:]
    for (number, line) in lines.enumerated().dropFirst() {
      guard line.count == header.count else {
        throw .ragged(path: path, line: number + 1, found: line.count, needed: header.count)
      }
      let participant = Self.participant(line[0])
      let session = place.map { line[$0] }.flatMap { Self.missing.contains($0.lowercased()) ? nil : $0 }
      let key = session.map { participant + "_ses-" + $0.trimmingPrefix("ses-") } ?? Self.scan(line[0])
      guard cells[key] == nil else { throw .repeatedParticipant(path: path, participant: key) }
      sessions[participant, default: []].append(key)
      let known = zip(header, line).dropFirst().filter { !Self.missing.contains($0.1.lowercased()) }
      cells[key] = Dictionary(known) { first, _ in first }
    }
    self.path = path
    columns = Array(header.dropFirst())
    self.cells = cells
    self.sessions = sessions
  }

  /// `sub-01` of a path or name such as `derivatives/sub-01/anat/sub-01_ses-2_T1w.nii.gz`; a name without the entity
  /// `sub` as it is.
  public static func participant(_ name: String) -> String {
    let file = name.split(separator: "/").last.map(String.init) ?? name
    return file.hasPrefix("sub-") ? String(file.prefix { $0 != "_" && $0 != "." }) : file
  }

  /// `sub-01_ses-2` of a path or name such as `derivatives/sub-01/ses-2/anat/sub-01_ses-2_T1w.nii.gz`; the participant
  /// alone where the name has no session.
  public static func scan(_ name: String) -> String {
    let participant = participant(name)
    let file = name.split(separator: "/").last ?? ""
    let session = file.split(separator: "_").dropFirst().first { $0.hasPrefix("ses-") }
    return session.map { "\(participant)_\($0.prefix { $0 != "." })" } ?? participant
  }

  /// A scan's value in a column, if it is known: that of its session, or else that of its participant. A scan without a
  /// session has the value of its participant's only row.
  /// - Parameter scan: `sub-01` or `sub-01_ses-2`.
  public func cell(_ scan: String, _ column: String) -> String? {
    let participant = Self.participant(scan)
    let only = scan == participant ? sessions[participant].flatMap { $0.count == 1 ? $0[0] : nil } : nil
    return (cells[scan] ?? cells[participant] ?? only.flatMap { cells[$0] })?[column]
  }
}
