import ArgumentParser
import LatentSpace
import Statistics

/// What a report tells of brain and behaviour.
struct BehaviourOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("The table that `associate` has written, for a section about it.", valueName: "tsv"))
  var association: String?

  @Option(
    help: ArgumentHelp(
      "With --association: the folder of `reconstruct --changes`, for slices of each target's map.",
      valueName: "dir"))
  var changes: String?

  @Option(help: ArgumentHelp("With --changes: the brain over which they are drawn.", valueName: "nifti"))
  var template: String?

  @Option(
    help: ArgumentHelp(
      "With --association: the table that `train --task reconstruction` has written, for its curves.",
      valueName: "tsv"))
  var latentLog: String?

  func validate() throws {
    guard association != nil || (changes == nil && latentLog == nil) else {
      throw ValidationError("--changes and --latent-log: needed --association, the table that they belong to")
    }
    guard (changes == nil) == (template == nil) else {
      throw ValidationError("--changes and --template: each needs the other")
    }
  }

  /// `nil` where nobody asked for it.
  func report() throws -> BehaviourReport? {
    guard let association else { return nil }
    var report = try BehaviourReport(contentsOf: association)
    if let changes, let template { try report.show(changesIn: changes, over: template) }
    if let latentLog { try report.show(trainingLog: latentLog) }
    return report
  }

  /// All that is read; of an association that an earlier stage makes the targets, and so the maps, are not known yet.
  var files: [String] {
    guard let association else { return [] }
    let targets = (try? BehaviourReport(contentsOf: association))?.targets ?? []
    let maps = changes.map(LatentMapFiles.init(folder:)).map { files in targets.map(files.change) } ?? []
    return [AssociationReport.jsonPath(beside: association)] + [template, latentLog].compactMap { $0 } + maps
  }
}
