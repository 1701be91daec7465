import ArgumentParser

/// `--force`, which was called `--anew`.
struct ForceOptions: ParsableArguments {
  @Flag(
    name: [.long, .customLong("anew")],
    help:
      "Do all scans again, those too whose results are there and unchanged, and replace results of other scans with the same name."
  )
  var force = false
}

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
