import Batch
import Files

/// The tables about a whole batch, which are written from the files of its subjects when all tasks or shards have ended.
enum JoinedTables {
  /// Writes the tables of the stages that have ended, and prints the paths of those that a local batch prints too.
  /// - Parameter stages: names in the status table, into which those of the shards have been joined.
  /// - Throws: `StatusTableError`, `VolumeTableError`, and what the file system refuses.
  static func write(stages: Set<String>, in output: String) throws {
    if stages.contains(SegmentationStage.name) { try StructureTable(ofScansIn: output)?.write() }
    if stages.contains(FoldRun.name), let scores = try? FoldScores(folder: output) {
      let rows = try StatusTable(folder: output).rows().filter { $0.stage == FoldRun.name }
      let done = rows.count { $0.state == .done || $0.state == .skipped }
      if done < scores.foldCount {
        StandardError.print(
          "\(done) of \(scores.foldCount) folds are done: the scores are written when all are")
      } else {
        try scores.write()
      }
    }
    if stages.contains(NormalizationStage.name) {
      let table = NormalizationTable(folder: output)
      if !table.rows.isEmpty { print(try table.write()) }
    }
  }
}
