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
    let ranked = Self.ranked(subjects, seed: seed)
    var count = Int((validationFraction * Double(ranked.count)).rounded())
    if validationFraction > 0 { count = min(max(count, 1), ranked.count - 1) }
    validation = ranked.prefix(max(0, count)).sorted()
    training = ranked.dropFirst(max(0, count)).sorted()
  }

  /// Each subject once, in an order that the seed draws.
  ///
  /// Ranking by a number of (seed, name) rather than shuffling: whoever adds a subject to a study moves few of the
  /// others to the opposite side.
  static func ranked(_ subjects: [String], seed: UInt64) -> [String] {
    Set(subjects).sorted { (rank($0, seed), $0) < (rank($1, seed), $1) }
  }

  /// FNV-1a of the name's UTF-8, mixed with the seed. Swift's own hash differs from run to run.
  private static func rank(_ subject: String, _ seed: UInt64) -> UInt64 {
    let hash = subject.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    return SplitMix64.mix(hash ^ SplitMix64.mix(seed &+ SplitMix64.increment))
  }
}
