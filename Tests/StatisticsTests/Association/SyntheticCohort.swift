import Numerics
import Statistics
import TestSupport

/// Subjects with features of independent noise, a few of which a score follows.
struct SyntheticCohort {
  var features: [[Double]]
  var score: [Double]
  /// Of two classes, by another direction.
  var isPatient: [Double]

  init(subjects: Int, features count: Int, noise: Double = 1, seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    func normal() -> Double { Double(NormalDistribution.standard.next(using: &generator)) }
    features = (0..<subjects).map { _ in (0..<count).map { 3 * Double($0) + Double($0 + 1) * normal() } }
    score = features.map { $0[0] + ($0[1] - 3) / 2 + noise * normal() }
    isPatient = features.map { ($0[2] - 6) / 3 + noise * normal() > 0.6 ? 1 : 0 }
  }

  var matrix: Matrix { Matrix(features, columns: features[0].count) }

  /// The tables of features and participants, with ids `sub-001` and so on.
  func tables() throws -> (features: DataTable, participants: ParticipantTable) {
    let ids = features.indices.map { "sub-" + String(1001 + $0).dropFirst() }
    let head = ["participant_id"] + features[0].indices.map { "f\($0)" }
    let rows = zip(ids, features).map { [$0] + $1.map { "\($0)" } }
    let people = ids.indices.map { [ids[$0], "\(score[$0])", isPatient[$0] == 1 ? "patient" : "control"] }
    return (
      try DataTable(text: Table.text([head] + rows), path: "features.tsv"),
      try ParticipantTable(
        text: Table.text([["participant_id", "score", "group"]] + people), path: "participants.tsv")
    )
  }
}
