import ArgumentParser
import Foundation

@main
struct Grisea: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "grisea",
    abstract:
      "Segment the gray matter in T1-weighted brain MRI, and relate it to measures of the participants.",
    version: "0.1.0",
    groupedSubcommands: [
      CommandGroup(
        name: "Segment", subcommands: [Segment.self, Bids.self, Report.self, View.self, Inspect.self]),
      CommandGroup(name: "Evaluate", subcommands: [Evaluate.self]),
      CommandGroup(
        name: "Train",
        subcommands: [Train.self, Calibrate.self, Synthesize.self, Export.self, Preprocess.self]),
      CommandGroup(
        name: "Groups of people",
        subcommands: [
          Normalize.self, BuildTemplate.self, Regions.self, Vbm.self, Register.self, TrainAutoencoder.self,
          TrainClassifier.self, Encode.self, Reconstruct.self,
          Associate.self,
        ]),
      CommandGroup(name: "Batches", subcommands: [Run.self, Status.self, Collect.self]),
    ])

  /// Wrong usage is reported by the parser, with exit code 64; any other failure by one line, with exit code 1.
  static func main() {
    StandardError.openMissingStreams()
    StartSettings.apply()
    let arguments = Array(CommandLine.arguments.dropFirst())
    if let unknown = Misspelling.command(in: arguments) { refuse(unknown) }
    do {
      var command = try parseAsRoot()
      StandardError.showInputWarnings(
        readsHeads: !(command is Evaluate),
        isSilent: (command as? any ReportingCommand)?.reporting.quiet == true)
      let use = ProcessUse()
      defer {
        if (command as? any ReportingCommand)?.reporting.verbose == true { StandardError.print(use.sentence) }
      }
      try (command as? any StageCommand)?.refuseReplacedInputs()
      try command.run()
      try StandardOutput.finish()
    } catch let error where exitCode(for: error) == .failure && !(error is ExitCode) {
      StandardError.print("\(error)")
      exit(withError: ExitCode.failure)
    } catch {
      // The parser names a missing option first, although the misspelled one is the reason.
      if exitCode(for: error) == .validationFailure, let unknown = Misspelling.option(in: arguments) {
        refuse(unknown)
      }
      exit(withError: error)
    }
  }

  private static func refuse(_ unknown: Misspelling) -> Never {
    StandardError.print("\(unknown)")
    exit(withError: ExitCode.validationFailure)
  }
}
