import ArgumentParser
import Batch
import Evaluation
import Files
import Foundation
import Imaging
import Numerics
import Segmentation
import Statistics

/// `grisea train --folds`: a pipeline of `train` and `segment` that is written to the output folder and run for each
/// fold, and the scores of all that was held out.
struct FoldRun {
  private let train: Train
  private let count: Int
  private let entries: [TrainingList.Entry]

  /// - Throws: `TrainingListError`, and `ValidationError` where there are too few subjects.
  init(_ train: Train, count: Int) throws {
    self.train = train
    self.count = count
    var list = train.list
    list.validation = "0"
    entries = try list.list(seed: train.seed.seed)?.entries ?? []
    for name in entries.flatMap({ [$0.image, $0.label] }) where !WorkList.canHold(name) {
      throw WorkList.Failure.unlisted(name)
    }
    guard !entries.contains(where: \.isValidation) else {
      throw ValidationError("--folds decides who is held out; leave out the table's column split")
    }
    let subjects = Set(entries.map(\.subject)).count
    guard count <= subjects else {
      throw ValidationError("--folds \(count): there are \(subjects) subjects, and each fold needs one")
    }
    try ScanLoop.validateNames(entries.map(\.image))
  }

  func run() throws {
    if train.executor.workList == nil {
      try OutputFolder.make(train.output)
      try refuseForeignFiles()
      try writeFolds()
    }
    var options = try EachOptions.parse(
      tables.flatMap { ["--each", "pairs=\($0)"] } + ["--output", train.output])
    options.jobs.jobs = 1
    try EachRun(
      pipeline: path(Self.pipelineName), settings: [], options: options, executor: train.executor,
      isSilent: train.reporting.quiet, finish: scoring
    ).run()
    if train.executor.isWhole { try Evaluate.parse(Array(scoring.dropFirst())).run() }
  }

  /// The tables that stand in the end.
  static func scores(in output: String) -> [String] {
    let table = (output as NSString).appendingPathComponent("scores.tsv")
    return [table, ScoreTable.jsonPath(beside: table)]
  }

  private var folds: [[String]] {
    DatasetFolds(subjects: entries.map(\.subject), count: count, seed: train.seed.seed).heldOut
  }

  private func path(_ name: String) -> String { (train.output as NSString).appendingPathComponent(name) }

  /// The tables of what each fold learns from, the lists of what it holds out, and the pipeline first, by which the
  /// files are known for those of a cross-validation. What is as it should be keeps its times.
  private func writeFolds() throws {
    try AtomicFile.update(pipeline, to: path(Self.pipelineName))
    for (index, heldOut) in folds.enumerated() {
      let (held, taught) = (
        entries.filter { heldOut.contains($0.subject) }, entries.filter { !heldOut.contains($0.subject) }
      )
      let rows = taught.map { [Self.absolute($0.image), Self.absolute($0.label), $0.subject] }
      let table = [["image", "label", "subject"]] + rows
      try OutputFolder.make(path("fold-\(index + 1)"))
      try AtomicFile.update(Self.text(table), to: path("fold-\(index + 1).tsv"))
      try WorkList(held.map { .init(subject: ScanName(path: $0.image).stem, operand: $0.image) })
        .write(to: path("fold-\(index + 1).held-out"))
    }
    try AtomicFile.update(pairs, to: path(Self.pairs))
  }

  private var tables: [String] { (1...count).map { path("fold-\($0).tsv") } }

  private static let pipelineName = "fold.pipeline"
  /// How the pipeline begins, whatever the number of folds.
  private static let mark = "# Written by grisea train --folds"

  /// A file in the place of one of the cross-validation's.
  struct ForeignFile: Error, CustomStringConvertible {
    let path: String

    var description: String {
      "\(path): is there already, and grisea train --folds has not written it; choose another --output, or move the file"
    }
  }

  /// Refuses to replace files of the user: in a folder of a cross-validation are only its own of these names.
  private func refuseForeignFiles() throws(ForeignFile) {
    let lists = (1...count).map { path("fold-\($0).held-out") }
    let files = tables + lists + [path(Self.pairs), path(Self.pipelineName)]
    guard let found = files.first(where: { FileManager.default.fileExists(atPath: $0) }) else { return }
    // Read after what was found: another part of this command, which begins now, writes it first.
    let pipeline = FileManager.default.contents(atPath: path(Self.pipelineName)) ?? Data()
    if !String(decoding: pipeline, as: UTF8.self).hasPrefix(Self.mark) { throw ForeignFile(path: found) }
  }

  /// This command's training with other images, and the segmentation of those that it leaves out.
  private var pipeline: String {
    let own = ExecutorOptions.own
    let words = CommandWords(Array(CommandLine.arguments.dropFirst(2))).removing(
      own.options.union(["--folds", "--output", "-o", "--images", "--labels", "--pairs"]),
      flags: own.flags.union(["--resume"])
    ).words
    return """
      \(Self.mark) \(count), and run for each fold-*.tsv.
      grisea train \(ShellWords.line(words)) --resume --pairs "${pairs}" \\
        --output "${output}/${item}/model.safetensors"
      grisea segment --work-list "${output}/${item}.held-out" --model "${output}/${item}/model.safetensors" \\
        --output "${output}/${item}"

      """
  }

  private static func absolute(_ path: String) -> String { URL(filePath: path).standardizedFileURL.path }

  /// The command that compares what each model has found in the scans that it did not see with their labels.
  private var scoring: [String] {
    [
      "evaluate", "--pairs", path(Self.pairs), "--reference-table", train.list.labelTable, "--output",
      Self.scores(in: train.output)[0],
    ]
  }

  /// What each model is to find, and what it should be.
  private static let pairs = "held-out.tsv"

  private var pairs: String {
    let rows = folds.enumerated().flatMap { index, heldOut in
      entries.filter { heldOut.contains($0.subject) }.map { entry in
        let files = SegmentationFiles(
          scan: entry.image, folder: "fold-\(index + 1)", probabilities: false, picture: false)
        return [files.labels, Self.absolute(entry.label)]
      }
    }
    return Self.text([["prediction", "reference"]] + rows)
  }

  private static func text(_ rows: [[String]]) -> String {
    rows.map { $0.joined(separator: "\t") + "\n" }.joined()
  }
}
