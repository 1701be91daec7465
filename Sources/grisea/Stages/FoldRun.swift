import ArgumentParser
import Batch
import Evaluation
import Files
import Foundation
import Imaging
import NeuralNetwork
import Numerics
import PipelineRunner
import Segmentation
import Statistics

/// The cross-validation of `grisea train --folds`: for each fold a training without its subjects and the segmentation of
/// their images, and the scores of all of them at the end.
struct FoldRun: Sendable {
  /// The stage's name in `status.tsv`.
  static let name = "fold"

  private let training: SegmentationTraining
  private let entries: [TrainingList.Entry]
  private let folds: [[String]]
  private let validation: TrainingList.Validation
  private let output: String
  private let program: ProgramIdentity
  /// The completion records of the trainings.
  private let records: CompletionRecords<NoRow>

  /// Creates the run.
  /// - Parameters:
  ///   - training: the training of one fold, with the images of all subjects.
  ///   - validation: how each training chooses its validation subjects.
  ///   - inputs: the files that all trainings read: the model that they start from, the label table.
  /// - Throws: `ValidationError` where there are too few subjects, `WorkList.Failure`.
  init(
    _ training: SegmentationTraining, count: Int, validation: TrainingList.Validation, output: String,
    inputs: [String]
  ) throws {
    entries = training.images?.entries ?? []
    for name in entries.flatMap({ [$0.image, $0.label] }) where !WorkList.canHold(name) {
      throw WorkList.Failure.unlisted(name)
    }
    guard !entries.contains(where: \.isValidation) else {
      throw ValidationError("--folds decides who is held out; leave out the column split of the table")
    }
    let subjects = Set(entries.map(\.subject)).count
    guard count <= subjects else {
      throw ValidationError("--folds \(count): there are \(subjects) subjects, and each fold needs one")
    }
    try Self.checkNames(entries.map(\.image))
    folds =
      DatasetFolds(
        subjects: entries.map(\.subject), count: count, seed: training.configuration.seed
      ).heldOut
    self.training = training
    self.validation = validation
    self.output = output
    program = try Program.grisea.identity()
    let settings = String(decoding: try JSONText.compact(training.configuration), as: UTF8.self)
    var hashes = FileHashes()
    records = CompletionRecords(
      folder: output, stage: "train",
      recipe: RecipeIdentity(program: program, arguments: [settings, training.table.name, "\(validation)"]),
      shared: try hashes.records(inputs))
  }

  /// Runs the folds that are not up to date, or submits them to Slurm, and writes the scores where all are done.
  /// - Parameter threads: the cores of a task on Slurm, as given; `nil` where not.
  func run(_ executor: ExecutorOptions, threads: Int?) throws {
    if executor.workList == nil {
      try OutputFolder.make(output)
      try refuseForeignFiles()
      try writeFolds()
    }
    let all = folds.indices.map { WorkList.Item(subject: Self.fold($0), operand: table($0)) }
    if executor.submits {
      let request = SlurmRequest(
        threads: threads ?? min(ThreadOptions.available, MachineShare.threadsPerJob),
        memory: MemoryOptions.usual)
      return try ClusterRun(output: output, isSilent: training.isSilent).submit(
        all, stage: Self.name, request: request, executor)
    }
    let names = Set(try executor.items { all }.map(\.subject))
    let subjects = try folds.indices.filter { names.contains(Self.fold($0)) }.map(plan)
    let report = BatchReport("folds", subjects, isSilent: training.isSilent)
    var batch = Batch(
      subjects, version: program.version, status: StatusTable(folder: output, shard: executor.shard))
    batch.overlaps = false
    let summary = try batch.run(stage) { report.show($0) }
    try report.finish(summary)
    if executor.isWhole { try FoldScores(folder: output).write() }
  }

  /// Returns a fold as a subject: up to date where its model and the segmentations of all held-out images are.
  private func plan(_ index: Int) throws -> Batch.Subject {
    let planned = try trainingPlan(index)
    guard !planned.runs else { return planned }
    let segmentation = try segmentation(index)
    guard let first = try segmentation.plan(subjects(index, segmentation)).first(where: \.runs) else {
      return planned
    }
    var subject = planned
    subject.plan = first.plan
    return subject
  }

  /// Returns a fold as the subject of its training.
  private func trainingPlan(_ index: Int) throws -> Batch.Subject {
    let files = modelFiles(index)
    var subject = Batch.Subject(
      name: Self.fold(index), path: table(index), stem: folder(index), scanFiles: [])
    let taught = entries.filter { !folds[index].contains($0.subject) }
    subject.companions = [table(index)] + taught.flatMap { ScanName.files(of: $0.image) + [$0.label] }
    subject.outputs = [files.model, files.log]
    subject.results = [files.model]
    return try records.plan(subject, force: false).subject
  }

  private var stage: Stage<Int, Batch.Products> {
    Stage(
      name: Self.name,
      read: { subject, _ in folds.indices.first { Self.fold($0) == subject.name } },
      work: { try process($0) }, write: { _, products in products })
  }

  /// Trains and segments what is not up to date in a fold.
  private func process(_ index: Int) throws -> Batch.Products {
    let subject = try trainingPlan(index)
    if subject.runs {
      var hashes = FileHashes()
      let inputs = Result { try hashes.records(subject.inputs) }
      var task = training
      task.images = try TrainingList(
        pairs: table(index), validation: validation, seed: training.configuration.seed)
      do { _ = try task.run(to: modelFiles(index), resuming: true, replacing: true) } catch is ExitCode {
        throw FoldFailure.training
      }
      try records.keep(subject, inputs: inputs.get())
    }
    let segmentation = try segmentation(index)
    let planned = try segmentation.plan(subjects(index, segmentation))
    let share = JobShare(count: 1, threads: training.threads)
    let summary = try segmentation.run(planned, jobs: share) { event in
      if case .failed(_, let line) = event { StandardError.print(line) }
    }
    guard summary.isComplete else { throw FoldFailure.segmentation(failed: summary.failures.count) }
    try LabelDescription.write(to: folder(index))
    return .init(lines: subject.results)
  }

  /// The segmentation of a fold's held-out images, as `grisea segment` does it by default.
  private func segmentation(_ index: Int) throws -> SegmentationStage {
    let path = modelFiles(index).model
    let network = try SegmentationModel(nameOrPath: path)
    let memory = JobMemory(
      limit: MemoryOptions.share(of: ProcessMemory.availableByteCount, jobs: 1),
      preferred: MemoryOptions.usual,
      option: MemoryOption(.maxMemory, isGiven: false))
    let outputs = SegmentationOutputs(volumes: folder(index).joined(VolumeTable.fileName))
    return try SegmentationStage(
      SegmentationRecipe(path, network, outputs, memory), model: network, folder: folder(index),
      memory: memory.option)
  }

  /// Refuses images whose segmentations would have the same name in one folder: they are paired with references by name.
  private static func checkNames(_ images: [String]) throws {
    var owners: [String: String] = [:]
    for image in images {
      let stem = ScanName(path: image).stem
      if let owner = owners.updateValue(image, forKey: stem) {
        throw ValidationError("\(owner) and \(image) would both be written as \(stem)_…; rename one of them")
      }
    }
  }

  private func subjects(_ index: Int, _ segmentation: SegmentationStage) -> [Batch.Subject] {
    let scans = entries.filter { folds[index].contains($0.subject) }.map(\.image)
    return segmentation.subjects(scans.map { WorkList.Item(subject: ScanName(path: $0).stem, operand: $0) })
  }

  // MARK: Files

  private static func fold(_ index: Int) -> String { "fold-\(index + 1)" }
  private func folder(_ index: Int) -> String { output.joined(Self.fold(index)) }
  private func table(_ index: Int) -> String { folder(index) + ".tsv" }
  private func list(_ index: Int) -> String { folder(index) + ".held-out" }
  private func modelFiles(_ index: Int) -> Trainer.Files {
    Trainer.Files(model: folder(index).joined("model.safetensors"))
  }

  /// Writes the description of the folds first, which marks the folder as that of a cross-validation; then the images that
  /// each fold learns from, those that it holds out, and the pairs to score. Files that do not change keep their times.
  private func writeFolds() throws {
    let name = training.table.name
    let table = LabelTable.named(name) == nil ? name.absolutePath : name
    try AtomicFile.update(
      JSONText.readable(FoldScores.Description(folds: folds.count, labelTable: table)),
      to: output.joined(FoldScores.Description.fileName))
    for index in folds.indices {
      let taught = entries.filter { !folds[index].contains($0.subject) }
      let rows = taught.map { [$0.image.absolutePath, $0.label.absolutePath, $0.subject] }
      try OutputFolder.make(folder(index))
      try AtomicFile.update(Self.text([["image", "label", "subject"]] + rows), to: self.table(index))
      let held = entries.filter { folds[index].contains($0.subject) }
      try WorkList(held.map { .init(subject: ScanName(path: $0.image).stem, operand: $0.image) })
        .write(to: list(index))
    }
    try AtomicFile.update(pairs, to: output.joined(FoldScores.pairs))
  }

  /// The table of what each model finds in its held-out images, and of the labels.
  private var pairs: String {
    let rows = folds.indices.flatMap { index in
      entries.filter { folds[index].contains($0.subject) }.map { entry in
        let stem = Self.fold(index).joined(ScanName(path: entry.image).stem)
        return [SegmentationOutputs().files(stem: stem).labels, entry.label.absolutePath]
      }
    }
    return Self.text([["prediction", "reference"]] + rows)
  }

  private static func text(_ rows: [[String]]) -> String {
    rows.map { $0.joined(separator: "\t") + "\n" }.joined()
  }

  /// Refuses to replace files of the user: only in the folder of a cross-validation are files of these names its own.
  private func refuseForeignFiles() throws(FoldFailure) {
    let files = folds.indices.flatMap { [table($0), list($0)] } + [output.joined(FoldScores.pairs)]
    guard let found = files.first(where: { FileManager.default.fileExists(atPath: $0) }) else { return }
    // Read after the search: another shard that starts now writes the description first.
    guard (try? FoldScores(folder: output)) != nil else { throw .foreignFile(found) }
  }
}

/// Why a fold, or a cross-validation, cannot be done.
enum FoldFailure: Error, CustomStringConvertible {
  /// The data of the training cannot be used; the reasons have been printed.
  case training
  /// Held-out images that could not be segmented.
  case segmentation(failed: Int)
  /// A file of the user where the cross-validation would write one.
  case foreignFile(String)

  var description: String {
    switch self {
    case .training: "the training stopped because of its data; see the messages above"
    case .segmentation(let failed):
      "\(failed) held-out images could not be segmented; see status.tsv of the fold"
    case .foreignFile(let path):
      "\(path): this file exists and `grisea train --folds` has not written it; choose another --output, or move the file"
    }
  }
}

/// The scores of a finished cross-validation: what its models have found in the images that they did not see, compared with
/// the labels.
struct FoldScores {
  /// What the folder's `folds.json` says.
  struct Description: Codable, Hashable {
    static let fileName = "folds.json"

    var folds: Int
    /// The name or the absolute path of the labels' table.
    var labelTable: String
  }

  /// The table of pairs.
  static let pairs = "held-out.tsv"

  private let folder: String
  private let description: Description

  /// Reads the description of a cross-validation's folder.
  /// - Throws: `UnreadableFile`, `DecodingError`.
  init(folder: String) throws {
    let path = folder.joined(Description.fileName)
    guard let data = FileManager.default.contents(atPath: path) else {
      throw UnreadableFile(path: path, code: ENOENT)
    }
    self.folder = folder
    description = try JSONDecoder().decode(Description.self, from: data)
  }

  /// The number of folds of the cross-validation.
  var foldCount: Int { description.folds }

  /// The files of the scores in a folder.
  static func files(in folder: String) -> [String] {
    let table = folder.joined("scores.tsv")
    return [table, ScoreTable.jsonPath(beside: table)]
  }

  /// Prints and writes the scores.
  func write() throws {
    var scoring = Scoring(sets: [folder.joined(Self.pairs)])
    scoring.referenceTable = description.labelTable
    scoring.settings = ScoreSettings(resampling: Resampling(seed: 0, count: 10_000, confidence: 0.95))
    try scoring.run(output: Self.files(in: folder)[0])
  }
}
