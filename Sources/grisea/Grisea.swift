import ArgumentParser
import Foundation

@main
struct Grisea: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "grisea",
    abstract: "Finds the gray matter in T1-weighted brain MRI.",
    version: "0.1.0",
    subcommands: [
      Inspect.self, Preprocess.self, Train.self, Segment.self, Evaluate.self, Run.self,
    ])

  static func main() async {
    ThreadWaiting.sleepInsteadOfSpinning()
    await main(nil)
  }
}
