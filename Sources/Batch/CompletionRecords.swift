import Files
import Foundation

/// The completion records of a folder's subjects: one file for each subject and stage in `.grisea/`.
///
/// Each appears whole or not at all, and commands on several machines that fill one folder never write the same one.
package struct CompletionRecords<Row: Codable & Hashable & Sendable>: Sendable {
  private let folder, stage: String
  /// What decides all subjects' results beside the files.
  package let recipe: RecipeIdentity
  /// Files that all subjects' results depend on, as they were before they were read.
  private let shared: [FileRecord]

  /// Creates the records of a stage in the folder of its results.
  /// - Parameter stage: the name in `status.tsv`.
  package init(folder: String, stage: String, recipe: RecipeIdentity, shared: [FileRecord] = []) {
    self.folder = folder.joined(".grisea")
    self.stage = stage
    self.recipe = recipe
    self.shared = shared
  }

  private func path(of subject: String) -> String { folder.joined("\(subject).\(stage).json") }

  /// Returns the record of a subject, or `nil` if no record can be read, so that the work is done again.
  private func record(of subject: String) -> CompletionRecord<Row>? {
    guard let data = FileManager.default.contents(atPath: path(of: subject)),
      let record = try? JSONDecoder().decode(CompletionRecord<Row>.self, from: data)
    else { return nil }
    return record.format == CompletionRecord<Row>.currentFormat ? record : nil
  }

  /// Records that a subject's results are complete.
  /// - Parameters:
  ///   - inputs: the subject's inputs, as found right before they were read.
  ///   - volumes: the row that the stage adds to a table of results.
  /// - Throws: `UnreadableFile`, and what the file system refuses.
  package func keep(_ subject: Batch.Subject, inputs: [FileRecord], volumes: Row? = nil) throws {
    var hashes = FileHashes()
    let outputs = try hashes.records(subject.outputs).withoutFolders
    // What was made before and is not asked for now, of the same inputs, is still up to date.
    let before = record(of: subject.name).flatMap { isOutdated($0, inputs) ? nil : $0.outputs } ?? []
    try keep(
      CompletionRecord(
        subject: subject.name, scan: subject.path.absolutePath, recipe: recipe,
        inputs: (inputs + shared).withoutFolders,
        outputs: outputs + before.filter { old in !outputs.contains { $0.path == old.path } },
        volumes: volumes))
  }

  /// Whether results were made of other inputs, or in another way, than those that are made now.
  private func isOutdated(_ record: CompletionRecord<Row>, _ inputs: [FileRecord]) -> Bool {
    recipe.change(since: record.recipe) != nil
      || Set(record.inputs.map(\.hash)) != Set((inputs + shared).map(\.hash))
  }

  private func keep(_ record: CompletionRecord<Row>) throws {
    try AtomicFile.makeFolder(folder)
    try AtomicFile.write(JSONText.compact(record), to: path(of: record.subject))
  }

  /// Removes the results in a subject's record that are not made again, if they are of another scan, model or option than
  /// the new ones. Files that have changed since, and are thus not those that were recorded, stay.
  /// - Parameter inputs: the subject's inputs, as found right before they were read.
  package func removeOutdated(of subject: Batch.Subject, inputs: [FileRecord]) throws {
    guard let record = record(of: subject.name), let folder = subject.outputs.first?.parentFolder,
      isOutdated(record, inputs)
    else { return }
    let kept = Set(subject.outputs.map(\.lastComponent))
    var hashes = FileHashes()
    for output in record.outputs where !kept.contains(output.path) && !output.path.contains("/") {
      let path = folder.joined(output.path)
      guard let hash = output.hash, (try? hashes.record(path))?.hash == hash else { continue }
      try FileManager.default.removeItem(atPath: path)
    }
  }

  /// Returns the row of a subject's record, if there is one.
  package func row(of subject: Batch.Subject) -> Row? { record(of: subject.name)?.volumes }

  /// Decides what must be done about a subject, and why.
  /// - Parameter force: whether it is done again, changed or not, and whatever it replaces.
  /// - Returns: the subject with its plan, and the row of its record where there is nothing to do.
  /// - Throws: `ReplacedScanError`.
  package func plan(
    _ subject: Batch.Subject, force: Bool
  ) throws(ReplacedScanError) -> (subject: Batch.Subject, row: Row?) {
    var subject = subject
    subject.plan = .runs(force ? .demanded : .neverRan)
    guard !force, subject.fault == nil, var record = record(of: subject.name) else { return (subject, nil) }
    try Self.check(record, subject)
    if let reason = recipe.change(since: record.recipe) ?? difference(from: &record, subject) {
      subject.plan = .runs(reason)
      return (subject, nil)
    }
    subject.plan = .skips(reason: "unchanged")
    return (subject, record.volumes)
  }

  /// Returns the rows of all records of a stage in a folder, in the order of the records' names, and the paths of the
  /// records that cannot be read.
  package static func rows(in folder: String, stage: String) -> (rows: [Row], unreadable: [String]) {
    let folder = folder.joined(".grisea")
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    var (rows, unreadable): ([Row], [String]) = ([], [])
    for name in names.sorted() where name.hasSuffix(".\(stage).json") && !name.hasPrefix(".") {
      let path = folder.joined(name)
      if let data = FileManager.default.contents(atPath: path),
        let record = try? JSONDecoder().decode(CompletionRecord<Row>.self, from: data),
        record.format == CompletionRecord<Row>.currentFormat
      {
        if let row = record.volumes { rows.append(row) }
      } else {
        unreadable.append(path)
      }
    }
    return (rows, unreadable)
  }

  /// Refuses subjects whose results would replace those of others.
  /// - Throws: `ReplacedScanError`.
  package func check(_ subjects: [Batch.Subject]) throws(ReplacedScanError) {
    for subject in subjects {
      if let record = record(of: subject.name) { try Self.check(record, subject) }
    }
  }

  /// Refuses a scan whose results would replace those of another one.
  ///
  /// Another path alone is no proof, as folders are moved, and other content alone is a scan that has changed: only both
  /// together are another scan.
  private static func check(
    _ record: CompletionRecord<Row>, _ subject: Batch.Subject
  ) throws(ReplacedScanError) {
    guard let owner = record.scan, owner != subject.path.absolutePath else { return }
    let known = Set(record.inputs.compactMap(\.hash))
    var hashes = FileHashes()
    // A file that cannot be read replaces nothing; the reason is found where it is read.
    guard let files = try? hashes.records(subject.scanFiles) else { return }
    if files.compactMap(\.hash).contains(where: { !known.contains($0) }) {
      throw ReplacedScanError(
        scan: subject.path, owner: owner, folder: subject.results.first?.parentFolder ?? "")
    }
  }

  /// Returns the first difference between the files and their record. If they do not differ, the record is updated with
  /// the files' present signatures.
  ///
  /// Files are compared by content: the bytes that were written prove at once that a result exists, is whole and lies on
  /// the scan's grid. A file with the signature of the record costs one system call.
  private func difference(from record: inout CompletionRecord<Row>, _ subject: Batch.Subject) -> RunReason? {
    let inputs = record.inputs.placed(at: subject.inputs + shared.map(\.path))
    let outputs = record.outputs.placed(at: subject.outputs)
    var hashes = FileHashes(remembering: inputs + outputs)
    do throws(UnreadableFile) {
      let current = try hashes.records(subject.inputs) + shared
      if let reason = RunReason.difference(inputs, current) { return reason }
      if let reason = try RunReason.loss(of: subject.outputs, recorded: outputs, hashes: &hashes) {
        return reason
      }
      let before = record
      record.inputs = current.withoutFolders
      // Outputs that were made before and are not asked for now stay in the record: they are still up to date.
      let wanted = try hashes.records(subject.outputs).withoutFolders
      record.outputs = wanted + record.outputs.filter { old in !wanted.contains { $0.path == old.path } }
      // If it cannot be written, the next batch repeats the hashing of this one, and nothing else.
      if record != before { try? keep(record) }
      return nil
    } catch {
      return subject.inputs.contains(error.path) ? .inputChanged(error.path) : .outputChanged(error.path)
    }
  }
}

extension String {
  /// The path from the root on, without following links: the name by which a file is known from every folder.
  package var absolutePath: String { URL(filePath: self).standardizedFileURL.path }
}

extension [FileRecord] {
  /// The records by their names without folders, so that results and scans may be moved.
  fileprivate var withoutFolders: [FileRecord] {
    zip(self, Self.names(of: map(\.path))).map {
      FileRecord(path: $1, hash: $0.hash, signature: $0.signature)
    }
  }

  /// The records at the paths where their files are expected now; a file that is not expected keeps its name.
  fileprivate func placed(at paths: [String]) -> [FileRecord] {
    let places = Dictionary(zip(Self.names(of: paths), paths)) { first, _ in first }
    return map { FileRecord(path: places[$0.path] ?? $0.path, hash: $0.hash, signature: $0.signature) }
  }

  /// The names without folders; where files of several folders have one name, as a scan and its mask may, with a number.
  private static func names(of paths: [String]) -> [String] {
    var counts: [String: Int] = [:]
    return paths.map { path in
      let name = path.lastComponent
      counts[name, default: 0] += 1
      return counts[name] == 1 ? name : "\(counts[name, default: 0])/\(name)"
    }
  }
}

/// How a subject's results were made: what the next batch compares with what it finds.
package struct CompletionRecord<Row: Codable & Hashable & Sendable>: Codable, Hashable, Sendable {
  /// The version of the format; raised when the meaning of a member changes.
  package static var currentFormat: Int { 2 }

  /// The version of the format in which this record was written.
  package var format = Self.currentFormat
  /// The subject's name in tables.
  package var subject: String
  /// The scan's absolute path; records of earlier versions have none.
  package var scan: String?
  /// What else decides the results.
  package var recipe: RecipeIdentity
  /// The files of the scan and what else was read for it, as found right before they were read, by their names without
  /// folders.
  package var inputs: [FileRecord]
  /// The results, as found right after they were written, by their names without folders.
  package var outputs: [FileRecord]
  /// The row that the stage adds to a table of results; `nil` where it adds none.
  package var volumes: Row?
}

/// The row of a stage that adds none to a table of results.
package struct NoRow: Codable, Hashable, Sendable {}

/// What decides results beside the files that are read for them.
package struct RecipeIdentity: Codable, Hashable, Sendable {
  /// The program, by version and by its bytes. Another build of one version counts as another program: results that are
  /// out of date are worse than some that are made twice.
  package var program: ProgramIdentity
  /// The arguments that decide a result's bytes, in a fixed order.
  package var arguments: [String]
  /// The hash of the model file, where there is one.
  package var model: ContentHash?

  /// Creates an identity.
  package init(program: ProgramIdentity, arguments: [String], model: ContentHash? = nil) {
    self.program = program
    self.arguments = arguments
    self.model = model
  }

  /// Returns why results of an earlier recipe must be made again; `nil` where the recipes are equal.
  package func change(since old: RecipeIdentity) -> RunReason? {
    if old.program != program {
      return .programChanged(from: old.program.version, to: program.version)
    }
    if old.model != model { return .modelChanged }
    return old.arguments == arguments ? nil : .argumentsChanged
  }
}

/// An input whose results would replace those of another input with the same name.
public struct ReplacedScanError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The path of the input, as typed.
  public let scan: String
  /// The absolute path of the input whose results exist.
  public let owner: String
  /// The folder of the results.
  public let folder: String

  /// The sentence for the user.
  public var description: String {
    "\(scan): its results would replace those of \(owner) in \(folder.isEmpty ? "." : folder); "
      + "choose another --output, or replace them with --force"
  }
}
