import ArgumentParser

/// `--jobs`
struct JobOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "How many scans to work on at the same time. (default: as cores and memory allow)", valueName: "count"))
  var jobs: Int?

  func validate() throws {
    if let jobs, jobs < 1 { throw ValidationError("--jobs \(jobs): needed a number of at least 1") }
  }
}
