import Batch
import Files

/// A batch of subjects with completion records: what `preprocess`, `normalize` and `template` have in common.
struct RecordedBatch<Row: Codable & Hashable & Sendable>: Sendable {
  /// The stage's name in `status.tsv`.
  let name: String
  let records: CompletionRecords<Row>
  let version: String
  private let folder: String
  private let shard: Shard?

  /// - Parameters:
  ///   - folder: of the results, of `status.tsv` and of the completion records.
  ///   - recipe: what decides the results beside the files.
  ///   - shared: files that all subjects' results depend on.
  ///   - shard: the shard of the batch that this process does; `nil` for all of it.
  init(
    _ name: String, folder: String, program: ProgramIdentity, recipe: some Encodable,
    shared: [FileRecord] = [], shard: Shard?
  ) throws {
    self.name = name
    self.folder = folder
    self.shard = shard
    version = program.version
    let arguments = [String(decoding: try JSONText.compact(recipe), as: UTF8.self)]
    records = CompletionRecords(
      folder: folder, stage: name, recipe: RecipeIdentity(program: program, arguments: arguments),
      shared: shared)
  }

  /// Refuses scans whose results would replace those of others, as `plan` does.
  func check(_ subjects: [Batch.Subject]) throws(ReplacedScanError) { try records.check(subjects) }

  /// Decides what must be done about each subject, and why.
  /// - Parameter force: whether everything is done again, changed or not, and whatever it replaces.
  /// - Throws: `ReplacedScanError`.
  func plan(_ subjects: [Batch.Subject], force: Bool) throws(ReplacedScanError) -> [Batch.Subject] {
    var planned: [Batch.Subject] = []
    for subject in subjects { planned.append(try records.plan(subject, force: force).subject) }
    return planned
  }

  /// Works on the planned subjects.
  /// - Parameter steps: called once for each job.
  /// - Throws: `StatusTableError`. A scan that fails is not an error but a row of the table.
  func run<Input, Output>(
    _ subjects: [Batch.Subject], jobs: JobShare, memory: JobMemory,
    report: @escaping @Sendable (Batch.Event) -> Void,
    _ steps: @escaping @Sendable () -> Stage<Input, Output>
  ) throws(StatusTableError) -> Batch.Summary {
    let folders = subjects.flatMap(\.outputs).map(\.parentFolder) + [folder, folder.joined(".grisea")]
    for folder in Set(folders) { AtomicFile.removeAbandoned(in: folder) }
    var batch = Batch(subjects, version: version, status: StatusTable(folder: folder, shard: shard))
    batch.memoryLimit = min(memory.preferred, memory.limit)
    batch.overlaps = jobs.threads > 1
    return try batch.run(jobs: jobs, steps, named: name, report: report)
  }
}
