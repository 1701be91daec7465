import ArgumentParser
import Foundation

@main
struct Grisea: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "grisea",
    abstract: "Finds the gray matter in T1-weighted brain MRI.",
    version: "0.1.0",
    subcommands: [
      Inspect.self, Preprocess.self, Synthesize.self, Train.self, Calibrate.self, Segment.self,
      Evaluate.self,
      Report.self, View.self, Register.self, Encode.self, Reconstruct.self, Associate.self, Export.self,
      Bids.self, Run.self, Status.self, Collect.self,
    ])

  /// Wrong usage is told by the parser, with exit code 64; what then fails is one line that says what, and
  /// exit code 1.
  static func main() {
    StartSettings.apply()
    do {
      var command = try parseAsRoot()
      StandardError.showInputWarnings(
        readsHeads: !(command is Evaluate),
        isSilent: (command as? any ReportingCommand)?.reporting.quiet == true)
      let use = ProcessUse()
      defer {
        if (command as? any ReportingCommand)?.reporting.verbose == true { StandardError.print(use.sentence) }
      }
      try command.run()
    } catch let error where exitCode(for: error) == .failure && !(error is ExitCode) {
      StandardError.print("\(error)")
      exit(withError: ExitCode.failure)
    } catch {
      exit(withError: error)
    }
  }
}
