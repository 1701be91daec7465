import ArgumentParser
import LatentSpace
import Statistics

/// The section of a report about brain and behaviour.
struct BehaviourOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("Add a section about this table of `grisea associate`.", valueName: "tsv"))
  var association: String?

  @Option(
    help: ArgumentHelp(
      "With --association: draw slices of the maps in this folder of `reconstruct --changes`.",
      valueName: "dir"))
  var changes: String?

  @Option(help: ArgumentHelp("With --changes: draw them over this brain.", valueName: "nifti"))
  var template: String?

  @Option(
    help: ArgumentHelp(
      "With --association: plot the curves of this table of `train-autoencoder`.",
      valueName: "tsv"))
  var latentLog: String?

  func validate() throws {
    guard association != nil || (changes == nil && latentLog == nil) else {
      throw ValidationError("--changes and --latent-log need --association, the table that they belong to")
    }
    guard (changes == nil) == (template == nil) else {
      throw ValidationError("--changes and --template need each other")
    }
  }

  /// Reads the section; `nil` without --association.
  func report() throws -> BehaviourReport? {
    guard let association else { return nil }
    var report = try BehaviourReport(contentsOf: association)
    if let changes, let template { try report.show(changesIn: changes, over: template) }
    if let latentLog { try report.show(trainingLog: latentLog) }
    return report
  }

  /// The files that are read. The targets of an association that an earlier stage writes, and so the maps, are not known
  /// yet.
  var files: [String] {
    guard let association else { return [] }
    let targets = (try? BehaviourReport(contentsOf: association))?.targets ?? []
    let maps = changes.map(LatentMapFiles.init(folder:)).map { files in targets.map(files.change) } ?? []
    return [AssociationReport.jsonPath(beside: association)] + [template, latentLog].compactMap { $0 } + maps
  }
}
