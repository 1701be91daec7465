import Files
import Foundation

/// The records of a folder's subjects, one file for each and stage in `.grisea/`: they appear whole or not at all, and
/// commands on several machines that fill one folder never write the same one.
package struct SubjectMemory<Row: Codable & Hashable & Sendable>: Sendable {
  private let folder, stage: String
  package let recipe: RecipeIdentity
  /// Files from which all subjects' results follow, as they were before they were read.
  private let shared: [FileRecord]

  /// - Parameter stage: as `status.tsv` calls it.
  package init(folder: String, stage: String, recipe: RecipeIdentity, shared: [FileRecord] = []) {
    self.folder = folder.joined(".grisea")
    self.stage = stage
    self.recipe = recipe
    self.shared = shared
  }

  private static func path(of subject: String, stage: String, in folder: String) -> String {
    folder.joined("\(subject).\(stage).json")
  }

  private func record(of subject: String) -> SubjectRecord<Row>? {
    Self.record(of: subject, stage: stage, in: folder)
  }

  /// `nil` where there is none that can be understood: then the work is done again.
  private static func record(of subject: String, stage: String, in folder: String) -> SubjectRecord<Row>? {
    guard let data = FileManager.default.contents(atPath: path(of: subject, stage: stage, in: folder)),
      let record = try? JSONDecoder().decode(SubjectRecord<Row>.self, from: data)
    else { return nil }
    return record.format == SubjectRecord<Row>.currentFormat ? record : nil
  }

  /// Remembers how a subject's results, which are all written, came to be.
  /// - Parameter inputs: of the task, as found right before they were read.
  package func keep(_ task: some ScanTask, inputs: [FileRecord], volumes: Row? = nil) throws {
    var hashes = FileHashes()
    let outputs = try hashes.records(task.outputs)
    try keep(
      SubjectRecord(
        subject: task.subject.name, scan: task.subject.scan.absolutePath, recipe: recipe,
        inputs: (inputs + shared).withoutFolders,
        outputs: outputs.withoutFolders, volumes: volumes))
  }

  private func keep(_ record: SubjectRecord<Row>) throws {
    try AtomicFile.makeFolder(folder)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    try AtomicFile.write(encoder.encode(record), to: Self.path(of: record.subject, stage: stage, in: folder))
  }

  /// What must be done about a scan, and why.
  /// - Parameters:
  ///   - force: whether it is done again, changed or not, and whatever it replaces.
  ///   - unchanged: is told what is remembered where there is nothing to do.
  /// - Throws: `ReplacedScanError`.
  package func plan(
    _ task: some ScanTask, force: Bool, unchanged: (SubjectRecord<Row>) -> Void = { _ in }
  ) throws(ReplacedScanError) -> BatchTask {
    if force { return BatchTask(task.subject, .runs(.demanded)) }
    guard task.fault == nil, var record = record(of: task.subject.name) else {
      return BatchTask(task.subject, .runs(.neverRan))
    }
    try Self.check(record, task)
    if let reason = recipe.change(since: record.recipe) ?? difference(from: &record, task) {
      return BatchTask(task.subject, .runs(reason))
    }
    unchanged(record)
    return BatchTask(task.subject, .skips(reason: "unchanged", lines: task.results))
  }

  /// Refuses a scan whose results would replace those of another one.
  ///
  /// Another path alone says nothing, as folders are moved, and other content alone is a scan that has changed: only both
  /// together are another scan.
  private static func check(_ record: SubjectRecord<Row>, _ task: some ScanTask) throws(ReplacedScanError) {
    let scan = task.subject.scan
    guard let owner = record.scan, owner != scan.absolutePath else { return }
    let known = Set(record.inputs.compactMap(\.hash))
    var hashes = FileHashes()
    // A file that cannot be read replaces nothing; why it cannot is found where it is read.
    guard let files = try? hashes.records(task.scanFiles) else { return }
    if files.compactMap(\.hash).contains(where: { !known.contains($0) }) {
      throw ReplacedScanError(scan: scan, owner: owner, folder: task.results.first?.parentFolder ?? "")
    }
  }

  /// Refuses scans whose results would replace those of others in a folder.
  /// - Parameter stage: as `status.tsv` calls it.
  package static func check(
    _ tasks: [some ScanTask], folder: String, stage: String
  ) throws(ReplacedScanError) {
    for task in tasks {
      if let record = record(of: task.subject.name, stage: stage, in: folder.joined(".grisea")) {
        try check(record, task)
      }
    }
  }

  /// The first file that is not as recorded; where all are, the record learns what vouches for them from now on.
  ///
  /// Files are known by content: the bytes that were written say at once that a result is there, whole and on the
  /// scan's grid. A file that lies as it lay when it was hashed costs one system call.
  private func difference(from record: inout SubjectRecord<Row>, _ task: some ScanTask) -> RunReason? {
    let inputs = record.inputs.placed(at: task.inputs + shared.map(\.path))
    let outputs = record.outputs.placed(at: task.outputs)
    var hashes = FileHashes(remembering: inputs + outputs)
    do throws(UnreadableFile) {
      let current = try hashes.records(task.inputs) + shared
      if let reason = RunReason.difference(inputs, current) { return reason }
      if let reason = try RunReason.loss(of: task.outputs, recorded: outputs, hashes: &hashes) {
        return reason
      }
      let before = record
      record.inputs = current.withoutFolders
      record.outputs = try hashes.records(task.outputs).withoutFolders
      // Not being able to write it costs the next batch the hashing that this one has done, and nothing else.
      if record != before { try? keep(record) }
      return nil
    } catch {
      return task.inputs.contains(error.path) ? .inputChanged(error.path) : .outputChanged(error.path)
    }
  }
}

extension [FileRecord] {
  /// By their names without folders, so that results and scans may be moved.
  fileprivate var withoutFolders: [FileRecord] {
    zip(self, Self.names(of: map(\.path))).map {
      FileRecord(path: $1, hash: $0.hash, signature: $0.signature)
    }
  }

  /// What is recorded of files by their names, at the places where they are looked for now; those that no one looks for
  /// keep their names.
  fileprivate func placed(at paths: [String]) -> [FileRecord] {
    let places = Dictionary(zip(Self.names(of: paths), paths)) { first, _ in first }
    return map { FileRecord(path: places[$0.path] ?? $0.path, hash: $0.hash, signature: $0.signature) }
  }

  /// Without folders; where files of several folders have one name, as a scan and its mask may, with their number.
  private static func names(of paths: [String]) -> [String] {
    var counts: [String: Int] = [:]
    return paths.map { path in
      let name = path.lastComponent
      counts[name, default: 0] += 1
      return counts[name] == 1 ? name : "\(counts[name, default: 0])/\(name)"
    }
  }
}
