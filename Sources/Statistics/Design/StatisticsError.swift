/// Why a design, a model or an analysis cannot be made.
public enum StatisticsError: Error, Hashable, Sendable {
  // Tables
  case unreadable(path: String)
  case noParticipants(path: String, found: String)
  case ragged(path: String, line: Int, found: Int, needed: Int)
  case repeatedParticipant(path: String, participant: String)
  case noColumn(name: String, found: [String])

  // Designs
  case badTerm(term: String)
  case noKnownParticipants(columns: [String])
  case constantColumn(name: String)
  case tooManyLevels(name: String, levels: Int, participants: Int)
  case mixedColumn(name: String, words: [String])
  case notEstimable(contrast: String)
  case noDegreesOfFreedom(participants: Int, rank: Int)
  case tooFewPermutations(found: Int, needed: Int)

  // Maps
  case noMaps
  case differentGrids(path: String, first: String)
  case emptyMap(path: String)
  case twoMapsOfScan(scan: String, maps: [String])
  case repeatedScans(participant: String, maps: [String])
  case emptyMask(rule: String)
  case badAtlas(path: String, reason: String)
  case memory(needed: Int, limit: Int?)
  case scratch(folder: String, errno: Int32)

  // Shards
  case missingShards(found: [Int], count: Int)
  case differentShards(path: String)
}

extension StatisticsError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unreadable(let path): "\(path): cannot be read"
    case .noParticipants(let path, let found):
      "\(path): needed `participant_id` as the first column, found `\(found)`"
    case .ragged(let path, let line, let found, let needed):
      "\(path):\(line): found \(found) cells, needed \(needed)"
    case .repeatedParticipant(let path, let participant): "\(path): \(participant) has more than one row"
    case .noColumn(let name, let found):
      "no table has a column `\(name)`; found \(found.joined(separator: ", "))"
    case .badTerm(let term):
      "`\(term)` is no term of a design; needed a column, or columns joined by `*` (with main effects) or `:`"
    case .noKnownParticipants(let columns):
      "no participant has a map and a value in each of \(columns.joined(separator: ", "))"
    case .constantColumn(let name): "`\(name)` has the same value for all participants; leave it out"
    case .tooManyLevels(let name, let levels, let participants):
      "`\(name)` has \(levels) different words for \(participants) participants; needed at most half as many"
    case .mixedColumn(let name, let words): MixedColumn.sentence(name: name, words: words)
    case .notEstimable(let contrast):
      "`\(contrast)` cannot be estimated: it depends on the other columns of the design; leave one of them out"
    case .noDegreesOfFreedom(let participants, let rank):
      "\(participants) participants leave no degrees of freedom for a design of rank \(rank)"
    case .tooFewPermutations(let found, let needed):
      "the design and its blocks allow \(found) different permutations, needed at least \(needed) for p = 0.05"
    case .noMaps: "found no maps"
    case .differentGrids(let path, let first):
      "\(path): has another grid than \(first); needed maps on one grid"
    case .emptyMap(let path): "\(path): all voxels are 0; leave the map out, or make it again"
    case .twoMapsOfScan(let scan, let maps):
      "two maps are of the scan \(scan): \(maps.joined(separator: " and ")); name one map of each scan"
    case .repeatedScans(let participant, let maps):
      "\(participant) has several scans, such as \(maps.joined(separator: " and ")), which are not independent; name one "
        + "scan of each participant, or add --blocks participant_id (with --within-blocks for a test within participants)"
    case .emptyMask(let rule): "no voxel is in the mask (\(rule))"
    case .badAtlas(let path, let reason): "\(path): \(reason)"
    case .memory(let needed, let limit):
      limit.map {
        "needed \(needed >> 20) MB of memory, found a limit of \($0 >> 20) MB; raise --max-memory"
      } ?? "needed \(needed >> 20) MB of memory, which the machine does not give; set --max-memory"
    case .scratch(let folder, let errno): "\(folder): no scratch file can be kept there (errno \(errno))"
    case .missingShards(let found, let count):
      "found parts \(found.map(String.init).joined(separator: ", ")) of \(count); run the others first"
    case .differentShards(let path):
      "\(path): belongs to another analysis (design, maps, seed or options differ)"
    }
  }
}
