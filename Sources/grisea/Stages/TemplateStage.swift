import Batch
import Files
import Foundation
import Imaging
import Morphometry

/// Makes the template of a group in rounds: the stage of `template`.
///
/// A round places each scan on the template of the round before, as a batch, here or on a cluster. When all scans are
/// placed, one process averages them. Placements and averages are files in `.grisea/template/`, so that a run that was
/// interrupted goes on, and tasks give the bytes of one process.
struct TemplateStage: Sendable {
  /// Where a scan lies on the template of a round.
  private struct Placement: Codable {
    var affine: Affine
    /// The maps of the scan, for the mean.
    var gray, white: String
  }

  private struct Recipe: Encodable {
    var round: Int
    var standard: ContentHash
    var settings: RegistrationSettings
    var stiffness: [Double]
  }

  let builder: TemplateBuilder
  private let hash: ContentHash
  private let output: String
  private let program: ProgramIdentity

  /// - Parameter standard: the template whose space and grid the new one gets.
  init(standard: NormalizationTemplate, output: String, program: ProgramIdentity) {
    builder = TemplateBuilder(standard: standard.maps)
    hash = standard.hash
    self.output = output
    self.program = program
  }

  /// The number of rounds: an affine one, and one for each stiffness.
  var rounds: Int { builder.stiffness.count + 1 }

  private var folder: String { output.joined(".grisea/template") }

  /// The name of a round in `status.tsv`.
  static func name(round: Int) -> String { "template-\(round)" }

  // MARK: - Work lists

  /// Returns the scans of a round as items of a work list; the operand names the round too.
  static func items(_ maps: [String], round: Int) -> [WorkList.Item] {
    NormalizationStage.items(maps).map {
      WorkList.Item(subject: $0.subject, operand: "\(round):\($0.operand)")
    }
  }

  /// Returns the round and the maps of a task's items.
  static func task(_ items: [WorkList.Item]) -> (round: Int, maps: [String])? {
    let parts = items.map { $0.operand.split(separator: ":", maxSplits: 1).map(String.init) }
    guard parts.allSatisfy({ $0.count == 2 }), let round = parts.first.flatMap({ Int($0[0]) }) else {
      return nil
    }
    return (round, parts.map { $0[1] })
  }

  // MARK: - One round

  /// Returns the scans of a round with what must be done about each.
  func plan(_ maps: [String], round: Int) throws -> [Batch.Subject] {
    let subjects = NormalizationStage.items(maps).map { item in
      var subject = Batch.Subject(
        name: item.subject, path: item.operand, scanFiles: ScanName.files(of: item.operand))
      subject.outputs = [placement(item.subject, round), velocity(item.subject, round)]
      subject.addWhiteMatter()
      return subject
    }
    return try batch(round, shard: nil).plan(subjects, force: false)
  }

  /// Places scans on the template of the round before.
  func run(
    _ subjects: [Batch.Subject], round: Int, shard: Shard? = nil, jobs: JobShare, memory: JobMemory,
    report: @escaping @Sendable (Batch.Event) -> Void
  ) throws -> Batch.Summary {
    let batch = try batch(round, shard: shard)
    let builder = builder
    let normalizer = try round > 0 ? builder.normalizer(round: round - 1, template: mean(round - 1)) : nil
    return try batch.run(subjects, jobs: jobs, memory: memory, report: report) {
      var stage = Stage<RecordedHead, (head: RecordedHead, placement: HeadPlacement)>(
        name: batch.name,
        read: { subject, room in try RecordedHead(subject, room: room) },
        work: { head in
          let found = normalizer.map { $0.placement(of: head.maps) } ?? builder.start(head.maps)
          guard let found else {
            throw NormalizationError.noTissue(path: head.inputs.first?.path ?? "")
          }
          return (head, found)
        },
        write: { subject, found in
          try write(found.placement, of: subject, round)
          try batch.records.keep(subject, inputs: found.head.inputs)
          return .init(lines: [])
        })
      stage.memory = { head in try head.need(onto: builder.standard.grid, memory) }
      return stage
    }
  }

  private func batch(_ round: Int, shard: Shard?) throws -> RecordedBatch<NoRow> {
    var hashes = FileHashes()
    return try RecordedBatch(
      Self.name(round: round), folder: output, program: program,
      recipe: Recipe(
        round: round, standard: hash, settings: builder.settings, stiffness: builder.stiffness),
      shared: round > 0 ? try hashes.records(means(round - 1)) : [], shard: shard)
  }

  private func write(_ placement: HeadPlacement, of subject: Batch.Subject, _ round: Int) throws {
    guard let white = NormalizationFiles.white(beside: subject.path) else {
      throw NormalizationError.noWhiteMatter(gray: subject.path)
    }
    try AtomicFile.makeFolder(folder)
    let record = Placement(affine: placement.affine, gray: subject.path, white: white)
    try AtomicFile.write(JSONText.compact(record), to: self.placement(subject.name, round))
    try placement.velocity.volume.write(to: velocity(subject.name, round))
  }

  // MARK: - The mean of a round

  /// Averages the placed scans of a round, in their order; the last round is laid onto the standard space.
  /// - Returns: the mean, which is the template after the last round.
  func average(_ maps: [String], round: Int) throws -> TissueMaps {
    let names = NormalizationStage.items(maps).map(\.subject)
    let placements = try names.map { try read($0, round) }
    let mean = try mean(placements, last: nil)
    guard round == rounds - 1 else {
      for (map, path) in zip([mean.gray, mean.white], means(round)) { try map.write(to: path) }
      return mean
    }
    return try self.mean(placements, last: builder.layOnStandard(mean))
  }

  private typealias Placed = (head: HeadPlacement, files: Placement)

  private func read(_ name: String, _ round: Int) throws -> Placed {
    let path = placement(name, round)
    guard let data = FileManager.default.contents(atPath: path) else {
      throw UnreadableFile(path: path, code: ENOENT)
    }
    let record = try JSONDecoder().decode(Placement.self, from: data)
    let file = velocity(name, round)
    guard let velocity = StationaryVelocityField(try VectorVolume(contentsOf: file)) else {
      throw NormalizationError.templateGrid(path: file)
    }
    return (HeadPlacement(affine: record.affine, velocity: velocity), record)
  }

  private func mean(_ placements: [Placed], last: Diffeomorphism?) throws -> TissueMaps {
    guard let centre = HeadPlacement.meanVelocity(placements.map(\.head)) else {
      throw NormalizationError.noTissue(path: output)
    }
    var mean = TemplateMean(grid: builder.standard.grid, centre: centre, last: last)
    for placement in placements {
      let maps = try TissueMaps(gray: placement.files.gray, white: placement.files.white)
      mean.add(maps, at: placement.head)
    }
    guard let maps = mean.maps else { throw NormalizationError.noTissue(path: output) }
    return maps
  }

  /// Reads the mean of a round.
  private func mean(_ round: Int) throws -> TissueMaps {
    let paths = means(round)
    return try TissueMaps(gray: paths[0], white: paths[1])
  }

  /// Removes the files of the rounds.
  func removeRounds() throws {
    try FileManager.default.removeItem(atPath: folder)
  }

  // MARK: - Paths

  private func means(_ round: Int) -> [String] {
    ["gray", "white"].map { folder.joined("round-\(round)_\($0).nii") }
  }

  private func placement(_ name: String, _ round: Int) -> String {
    folder.joined("round-\(round)_\(name).json")
  }

  private func velocity(_ name: String, _ round: Int) -> String {
    folder.joined("round-\(round)_\(name)_velocity.nii")
  }
}
