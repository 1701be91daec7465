import ArgumentParser

/// `--each`, `--output` and `--jobs` of `run`.
struct EachOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Run the pipeline for each file that a pattern matches, quoted, as the value of \"${name}\". May be repeated for one name.",
      valueName: "name=pattern"))
  var each: [String] = []

  @Option(
    name: .shortAndLong,
    help:
      "With --each: the folder of status.tsv and of the records, \"${output}\" in the pipeline; it is made if its parent exists."
  )
  var output: String?

  @OptionGroup var jobs: JobOptions

  var isGiven: Bool { !each.isEmpty }

  func validate() throws {
    guard isGiven else {
      guard output == nil, jobs.jobs == nil else {
        throw ValidationError("--output and --jobs go with --each; a single run has --set output=…")
      }
      return
    }
    do { _ = try ItemVariable(each) } catch { throw ValidationError("\(error)") }
    guard output != nil else {
      throw ValidationError("--each needs --output, the folder of status.tsv and of the records")
    }
  }
}
