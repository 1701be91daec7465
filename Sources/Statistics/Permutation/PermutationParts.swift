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

  /// The path of the written file.
  package func write(_ result: PermutationResult, number: Int, of count: Int) throws(StatisticsError)
    -> String
  {
    let file = File(
      fingerprint: fingerprint, part: number, parts: count, maxima: result.maxima, counts: result.counts)
    let path = path(number, of: count)
    try FileManager.default.makeFolder(folder)
    guard let data = try? JSONEncoder().encode(file),
      (try? AtomicFile.write([Array(data)], to: path)) != nil
    else { throw .unwritable(path: path) }
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

extension FileManager {
  /// Makes a folder and those above it.
  package func makeFolder(_ path: String) throws(StatisticsError) {
    do { try createDirectory(atPath: path, withIntermediateDirectories: true) } catch {
      throw .unwritable(path: path)
    }
  }
}
