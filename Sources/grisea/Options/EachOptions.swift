import ArgumentParser

/// The options of `run` for many files.
struct EachOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Run the pipeline for each file that this quoted pattern matches, as \"${name}\". May be repeated for one name.",
      valueName: "name=pattern"))
  var each: [String] = []

  @Option(
    name: .shortAndLong,
    help:
      "With --each: write status.tsv and the records to this folder, \"${output}\" in the pipeline. It is created if it does not exist."
  )
  var output: String?

  @OptionGroup var jobs: JobOptions

  var isGiven: Bool { !each.isEmpty }

  func validate() throws {
    guard isGiven else {
      guard output == nil, jobs.jobs == nil else {
        throw ValidationError("--output and --jobs need --each; for a single run use --set output=…")
      }
      return
    }
    do { _ = try ItemVariable(each) } catch { throw ValidationError("\(error)") }
    guard output != nil else {
      throw ValidationError("--each needs --output, the folder of status.tsv and of the records")
    }
  }
}
