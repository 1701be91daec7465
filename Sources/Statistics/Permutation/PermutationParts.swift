import Files
import Foundation
import Numerics

/// Parts of a plan as files, which tasks on several machines write and one process joins.
package struct PermutationParts {
  package let folder: String
  /// Of the analysis that the parts belong to.
  package let fingerprint: String

  package init(folder: String, fingerprint: String) {
    self.folder = folder
    self.fingerprint = fingerprint
  }

  private struct File: Codable {
    var fingerprint: String
    var part, parts: Int
    var maxima: [PermutationMaximum]
    var counts: [Int32]
  }

  private func path(_ number: Int, of count: Int) -> String {
    "\(folder)/permutations_part-\(number)of\(count).json"
  }

  /// Writes one part and returns the path of its file.
  /// - Throws: `WriteError`, `EncodingError`.
  package func write(_ result: PermutationResult, number: Int, of count: Int) throws -> String {
    let file = File(
      fingerprint: fingerprint, part: number, parts: count, maxima: result.maxima, counts: result.counts)
    let path = path(number, of: count)
    try AtomicFile.makeFolder(folder)
    try AtomicFile.write(JSONText.compact(file), to: path)
    return path
  }

  package func joined(_ count: Int, plan: PermutationPlan) throws(StatisticsError) -> PermutationResult {
    var (parts, found): ([PermutationResult], [Int]) = ([], [])
    for number in 1...max(1, count) {
      let path = path(number, of: count)
      guard let data = FileManager.default.contents(atPath: path) else { continue }
      guard let file = try? JSONDecoder().decode(File.self, from: data), file.fingerprint == fingerprint
      else { throw .differentShards(path: path) }
      parts.append(PermutationResult(maxima: file.maxima, counts: file.counts))
      found.append(number)
    }
    guard found.count == count else { throw .missingShards(found: found, count: count) }
    return try PermutationResult.joined(parts, plan: plan)
  }
}
