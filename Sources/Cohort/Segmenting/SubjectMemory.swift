import Foundation
import Imaging
import Provenance
import Segmentation

/// The records of a folder's subjects, one file for each in `.grisea/`: they appear whole or not at all, and commands
/// on several machines that fill one folder never write the same one.
struct SubjectMemory: Sendable {
  /// What a subject's results are worth.
  struct Judgement: Sendable {
    /// Why they must be made; `nil` where nothing has changed.
    var reason: RunReason?
    var record: SubjectRecord?
  }

  private let folder: String

  init(folder: String) { self.folder = folder.joined(".grisea") }

  private func path(of subject: String) -> String { folder.joined(subject + ".segment.json") }

  /// `nil` where there is none that can be understood: then the work is done again.
  private func record(of subject: String) -> SubjectRecord? {
    guard let data = FileManager.default.contents(atPath: path(of: subject)),
      let record = try? JSONDecoder().decode(SubjectRecord.self, from: data)
    else { return nil }
    return record.format == SubjectRecord.currentFormat ? record : nil
  }

  /// Writes a subject's record.
  func keep(_ record: SubjectRecord) throws {
    mkdir(folder, 0o777)
    let path = path(of: record.subject)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    try WholeText.write(encoder.encode(record), to: path)
  }

  /// Compares a subject's record with its scan, its files and what would be done now.
  ///
  /// Files are known by content: the bytes that were written say at once that a result is there, whole and on the
  /// scan's grid. A file that lies as it lay when it was hashed costs one system call.
  func judgement(
    on task: SegmentationTask, _ recipe: SegmentationRecipe, arguments: [String]
  ) -> Judgement {
    guard var record = record(of: task.subject.name) else { return Judgement(reason: .neverRan) }
    let reason = change(of: record, recipe, arguments) ?? difference(from: &record, task)
    return Judgement(reason: reason, record: record)
  }

  private func change(
    of record: SubjectRecord, _ recipe: SegmentationRecipe, _ arguments: [String]
  ) -> RunReason? {
    if record.program != recipe.program {
      return .programChanged(from: record.program.version, to: recipe.program.version)
    }
    if record.model != recipe.model.hash { return .modelChanged }
    return record.arguments == arguments ? nil : .argumentsChanged
  }

  /// The first file that is not as recorded; where all are, the record learns what vouches for them from now on.
  private func difference(from record: inout SubjectRecord, _ task: SegmentationTask) -> RunReason? {
    let paths = ScanName.files(of: task.subject.scan)
    let inputs = Self.records(record.inputs, at: paths)
    let outputs = Self.records(record.outputs, at: task.outputs)
    var hashes = FileHashes(remembering: inputs + outputs)
    do throws(UnreadableFile) {
      let current = try hashes.records(paths)
      if let reason = RunReason.difference(inputs, current) { return reason }
      if let reason = try RunReason.loss(of: task.outputs, recorded: outputs, hashes: &hashes) {
        return reason
      }
      let before = record
      record.inputs = current.map(\.withoutFolder)
      record.outputs = try hashes.records(task.outputs).map(\.withoutFolder)
      // Not being able to write it costs the next batch the hashing that this one has done, and nothing else.
      if record != before { try? keep(record) }
      return nil
    } catch {
      return paths.contains(error.path) ? .inputChanged(error.path) : .outputChanged(error.path)
    }
  }

  /// What is recorded of files by their names, at the places where they are looked for now.
  private static func records(_ records: [FileRecord], at paths: [String]) -> [FileRecord] {
    let known = Dictionary(records.map { ($0.withoutFolder.path, $0) }) { first, _ in first }
    return paths.compactMap { path in
      known[(path as NSString).lastPathComponent].map {
        FileRecord(path: path, hash: $0.hash, signature: $0.signature)
      }
    }
  }
}

extension FileRecord {
  var withoutFolder: FileRecord {
    FileRecord(path: (path as NSString).lastPathComponent, hash: hash, signature: signature)
  }
}
