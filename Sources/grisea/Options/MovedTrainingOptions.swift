import ArgumentParser

/// Options that `train` had when it trained autoencoders and classifiers too: each is refused with the command that has
/// it now.
struct MovedTrainingOptions: ParsableArguments {
  @Option(help: .hidden) var task: String?
  @Option(help: .hidden) var method: String?
  @Option(help: .hidden) var latentSize: String?
  @Option(help: .hidden) var participants: [String] = []
  @Option(help: .hidden) var target: String?
  @Option(help: .hidden) var group: String?
  @Option(help: .hidden) var permutations: String?

  func validate() throws {
    switch task {
    case "reconstruction": try refuse("--task reconstruction", TrainAutoencoder.self)
    case "classification": try refuse("--task classification", TrainClassifier.self)
    case let task?:
      throw ValidationError(
        "--task \(task): `grisea train` trains segmentation models only; leave out --task")
    case nil: break
    }
    if method != nil { try refuse("--method", TrainAutoencoder.self) }
    if latentSize != nil { try refuse("--latent-size", TrainAutoencoder.self) }
    for (option, isGiven) in [
      ("--participants", !participants.isEmpty), ("--target", target != nil), ("--group", group != nil),
      ("--permutations", permutations != nil),
    ] where isGiven { try refuse(option, TrainClassifier.self) }
  }

  private func refuse(_ option: String, _ command: any ParsableCommand.Type) throws {
    throw ValidationError(
      "\(option): moved to its own command; use `grisea \(command.configuration.commandName ?? "")`")
  }
}
