/// Which subjects train the network and which judge it.
///
/// The split is by subject, never by scan: two scans of one brain on both sides would make the validation
/// a test of memory.
public struct DatasetSplit: Hashable, Codable, Sendable {
  /// Subjects to train on, ascending.
  public let training: [String]
  /// Subjects to validate on, ascending.
  public let validation: [String]

  /// Holds back a fraction of the subjects, rounded to whole subjects.
  ///
  /// The order and repetitions of `subjects` do not matter. Any fraction above 0 holds back at least one
  /// subject and leaves at least one for training, where there are two or more; a single subject trains.
  public init(subjects: [String], validationFraction: Double, seed: UInt64) {
    precondition((0..<1).contains(validationFraction), "the validation fraction is at least 0 and below 1")
    let all = Set(subjects)
    var count = Int((validationFraction * Double(all.count)).rounded())
    if validationFraction > 0 { count = min(max(count, 1), all.count - 1) }
    // Ranking by a number of (seed, name) rather than shuffling: whoever adds a subject to a study moves
    // few of the others to the opposite side.
    let ranked = all.sorted { (DatasetSplit.rank($0, seed), $0) < (DatasetSplit.rank($1, seed), $1) }
    validation = ranked.prefix(max(0, count)).sorted()
    training = ranked.dropFirst(max(0, count)).sorted()
  }

  /// FNV-1a of the name's UTF-8, mixed with the seed. Swift's own hash differs from run to run.
  private static func rank(_ subject: String, _ seed: UInt64) -> UInt64 {
    let hash = subject.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    return SplitMix64.mix(hash ^ SplitMix64.mix(seed &+ SplitMix64.increment))
  }
}
