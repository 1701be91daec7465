import ArgumentParser

@main
struct Grisea: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "grisea",
    abstract: "Finds the gray matter in T1-weighted brain MRI.",
    version: "0.1.0",
    subcommands: [Inspect.self, Preprocess.self])
}
