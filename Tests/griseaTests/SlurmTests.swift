import Foundation
import TestSupport
import Testing

/// Batches on a real Slurm: `Tests/slurm.sh` starts one on this machine, and names it in `SLURM_CONF`.
@Suite(
  "Slurm", .serialized,
  .needs(.slurm))
struct SlurmTests {
  private let place: Workplace

  /// Twelve subjects, of which the fifth is cut short.
  private static let subjects = (1...12).map { "sub-\($0)" }
  private static let bad = "sub-5"

  init() throws {
    place = try Workplace()
    try SmallModel.write(to: place)
    for (number, subject) in Self.subjects.enumerated() {
      // Large enough that a task can be ended in the middle of its work.
      let head = SyntheticHead(shape: [80, 76, 72], number: number)
      let bytes = subject == Self.bad ? head.file.prefix(5000) : head.file
      try place.write(bytes, to: "ds/\(subject)/anat/\(subject)_T1w.nii")
    }
    try place.write("{\"Name\": \"heads\", \"BIDSVersion\": \"1.8.0\"}", to: "ds/dataset_description.json")
    try place.write(
      "grisea segment \"${scan}\" --model model.safetensors --output \"${output}/${item}\" --quiet\n",
      to: "one.pipeline")
  }

  private func run(_ program: String, _ words: [String]) throws -> Workplace.Outcome {
    try place.run(program, words, environment: ["SLURM_CONF": slurm ?? ""])
  }

  private var scans: [String] { Self.subjects.map { "ds/\($0)/anat/\($0)_T1w.nii" } }

  private func segment(to output: String, _ more: String = "") throws -> Workplace.Outcome {
    try run(
      "grisea",
      ["segment"] + scans + [
        "--model", "model.safetensors", "--probabilities", "--threads", "1", "--output", output,
      ]
        + more.split(separator: " ").map(String.init))
  }

  /// Subjects with their states and reasons.
  private func table(_ folder: String) throws -> [[String?]] {
    try place.table(folder + "/status.tsv").map { [$0["subject"], $0["stage"], $0["state"], $0["reason"]] }
      .sorted { ($0[0] ?? "") < ($1[0] ?? "") }
  }

  private func job(_ folder: String) throws -> [String: Any] {
    let data = try place.bytes(folder + "/.grisea/slurm/job.json")
    return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  private func attempts(_ folder: String) throws -> [(id: Int, shards: [Int])] {
    try #require(try job(folder)["attempts"] as? [[String: Any]]).map {
      ($0["id"] as? Int ?? 0, $0["shards"] as? [Int] ?? [])
    }
  }

  /// Subjects that a part has settled so far.
  private func settled(_ part: String, in folder: String) -> Int {
    (try? place.table("\(folder)/.grisea/shards/\(part).status.tsv").count) ?? 0
  }

  /// `scancel` ends a task; `scontrol requeue` does what a pre-emption does: Slurm itself starts it again.
  @Test(
    "with a bad scan, and a task killed in the middle, table and files are those of a local batch",
    arguments: [["scancel"], ["scontrol", "requeue"]])
  func killed(command: [String]) throws {
    #expect(try segment(to: "local").status == 1)
    let submitted = try segment(to: "far", "--executor slurm --tasks 3 --detach")
    #expect(submitted.status == 0, "\(submitted.error)")
    #expect(submitted.output == ["grisea status far", "grisea collect far"])
    let id = try #require(try attempts("far").first?.id)
    let part = "2-of-3"
    try place.wait { settled(part, in: "far") > 0 }
    #expect(try run(command[0], command.dropFirst() + ["\(id)_2"]).status == 0)
    let status = try run("grisea", ["status", "far"])
    #expect(status.status == 0 && status.output.count == 2)
    #expect(status.output[0].hasPrefix("job \(id) (segment): "), "\(status.output)")

    let collected = try run("grisea", ["collect", "far"])
    #expect(collected.status == 1)
    #expect(collected.output == ["11 done, 0 skipped, 1 failed", "far/status.tsv"])
    #expect(collected.error.contains { $0.hasPrefix("\(Self.bad): truncated: ") }, "\(collected.error)")
    let attempts = try attempts("far")
    // Only the task that was killed is handed over again, and none where Slurm does it.
    #expect(attempts.map(\.shards) == (command.count == 1 ? [[1, 2, 3], [2]] : [[1, 2, 3]]))
    #expect(try table("far") == table("local"))
    let (far, local) = (try place.results("far"), try place.results("local"))
    #expect(far.keys.sorted() == local.keys.sorted())
    for (name, content) in local { #expect(far[name] == content, "\(name)") }
    #expect(try place.table("far/volumes.tsv").count == 11)
    // What was done before the kill was not done again.
    let log = String(decoding: try place.bytes("far/.grisea/slurm/task-2.log"), as: UTF8.self)
    #expect(log.contains("skipped: unchanged"), "\(log)")
  }

  @Test("collected once more nothing changes; given again, only what failed is done")
  func again() throws {
    #expect(try segment(to: "far", "--executor slurm --tasks 4 --quiet").status == 1)
    let before = try place.contents("far")
    #expect(
      try run("grisea", ["collect", "far"]).output == ["11 done, 0 skipped, 1 failed", "far/status.tsv"])
    #expect(try place.contents("far") == before)
    try place.write(SyntheticHead(shape: [80, 76, 72], number: 4), to: scans[4])
    #expect(
      try segment(to: "far", "--executor slurm --tasks 2 --quiet").output.first
        == "1 done, 11 skipped, 0 failed")
    #expect(try segment(to: "local").status == 0)
    #expect(try place.results("far") == place.results("local"))
  }

  @Test("preprocessing, a BIDS dataset, and a pipeline for each of many files give the same far away as here")
  func others() throws {
    for (name, words) in [
      ("preprocess", "preprocess \(scans.joined(separator: " ")) --spacing 3 --threads 1 --output OUT"),
      ("bids", "bids ds OUT participant --model model.safetensors --n-cpus 1"),
      ("run", "run one.pipeline --each scan=ds/sub-*/anat/*_T1w.nii --output OUT"),
    ] {
      let outcomes = try ["local", "far"].map { place in
        let more = place == "far" ? " --executor slurm --tasks 3" : ""
        let line = words.replacing("OUT", with: "\(name)-\(place)") + more
        return try run("grisea", line.split(separator: " ").map(String.init))
      }
      #expect(outcomes.map(\.status) == [1, 1], "\(outcomes.map(\.error))")
      #expect(outcomes[1].output.first == "11 done, 0 skipped, 1 failed")
      let states = try ["local", "far"].map { try table("\(name)-\($0)").map { $0[0...2] } }
      #expect(states[0] == states[1] && states[0].count == 12)
      let results = try ["local", "far"].map {
        try place.results("\(name)-\($0)").filter { !$0.key.contains("provenance") }
      }
      #expect(results[0].keys.sorted() == results[1].keys.sorted())
      for (file, content) in results[0] where file != "README.md" {
        #expect(results[1][file] == content, "\(file)")
      }
    }
  }

  @Test(
    "the trainings of a cross-validation are tasks, and their scores those of a local one, waited for or collected"
  )
  func folds() throws {
    try place.writeDataset(1...5)
    let folders = ["local": "", "far": "--executor slurm", "later": "--executor slurm --detach"]
    var printed: [String: [String]] = [:]
    for (folder, executor) in folders {
      let line = SmallModel.training + " --epochs 3 --folds 2 --output \(folder) \(executor)"
      let outcome = try run("grisea", line.split(separator: " ").map(String.init))
      #expect(outcome.status == 0, "\(outcome.error)")
      printed[folder] = outcome.output
    }
    #expect(!place.exists("later/scores.tsv"))
    #expect(try attempts("far").first?.shards == [1, 2])
    // From another folder too.
    printed["later"] = try run("sh", ["-c", "cd data && grisea collect ../later"]).output
    for folder in ["far", "later"] {
      #expect(try table(folder).map { $0[0...2] } == table("local").map { $0[0...2] })
      for file in ["scores.tsv", "scores.json", "fold-1/model.safetensors", "fold-2/model.safetensors"] {
        #expect(try place.bytes("\(folder)/\(file)") == place.bytes("local/" + file), "\(folder)/\(file)")
      }
      // Paths are printed as seen from the folder in which the command runs.
      let shown = folder == "later" ? "../later" : folder
      #expect(
        printed[folder]?.suffix(2) == ["\(shown)/scores.tsv", "\(shown)/scores.json"],
        "\(printed[folder] ?? [])")
    }
  }

  @Test("scores of a cross-validation wait for the fold that failed")
  func failedFold() throws {
    try place.writeDataset(1...4)
    let scan = try place.bytes("data/sub-2_T1w.nii")
    let line = SmallModel.training + " --epochs 2 --folds 2 --output far --executor slurm --detach"
    try place.write(scan.prefix(1000), to: "data/sub-2_T1w.nii")
    #expect(try run("grisea", line.split(separator: " ").map(String.init)).status == 0)
    #expect(try run("grisea", ["collect", "far"]).status == 1)
    #expect(!place.exists("far/scores.tsv"))
    try place.write(scan, to: "data/sub-2_T1w.nii")
    #expect(try run("grisea", line.split(separator: " ").map(String.init)).status == 0)
    let collected = try run("grisea", ["collect", "far", "--quiet"])
    #expect(collected.status == 0, "\(collected.error)")
    #expect(try place.table("far/scores.tsv").count { $0["subject"]?.hasPrefix("sub-") == true } == 12)
  }

  @Test("requests follow from what the stage knows, and sbatch's own options win over them")
  func request() throws {
    let done = try run(
      "grisea",
      ["segment"] + scans + ["--model", "model.safetensors", "--threads", "1", "--output", "asked"]
        + [
          "--max-memory", "2G", "--executor", "slurm", "--tasks", "2", "--detach", "--slurm-options",
          "--hold --time=7",
        ])
    #expect(done.status == 0, "\(done.error)")
    let id = try #require(try attempts("asked").first?.id)
    let shown = try run("scontrol", ["show", "job", "\(id)"]).output.joined(separator: "\n")
    #expect(shown.contains("TimeLimit=00:07:00"), "\(shown)")
    // 2 GB and an eighth, in MiB.
    #expect(shown.contains("mem=2146M") || shown.contains("MinMemoryNode=2146M"), "\(shown)")
    #expect(shown.contains("ArrayTaskId=1-2") && shown.contains("CPUs/Task=1"), "\(shown)")
    let second = try run(
      "grisea",
      ["segment"] + scans + ["--model", "model.safetensors", "--output", "asked", "--executor", "slurm"])
    #expect(second.status == 1)
    #expect(second.error.last?.hasPrefix("asked: its job \(id) has not ended") == true, "\(second.error)")
    #expect(try run("scancel", ["\(id)"]).status == 0)
  }

  @Test("a task runs the user's own words: an operand that is an option's value too stays one")
  func ownWords() throws {
    let words = [
      "preprocess", scans[0], scans[1], "--match", scans[0], "--threads", "1", "--output", "far",
      "--executor", "slurm", "--tasks", "2", "--quiet",
    ]
    let outcome = try run("grisea", words)
    #expect(outcome.status == 0, "\(outcome.error)")
    let script = String(decoding: try place.bytes("far/.grisea/slurm/task.sh"), as: UTF8.self)
    #expect(script.contains("--match \(scans[0])"), "\(script)")
    #expect(try place.grisea(words.prefix(7).joined(separator: " ") + " --output local").status == 0)
    #expect(try place.results("far") == place.results("local"))
  }

  @Test("a refusal by sbatch is reported in the words of sbatch")
  func refused() throws {
    let outcome = try segment(to: "far", "--executor slurm --slurm-options --partition=nowhere")
    #expect(outcome.status == 1)
    #expect(outcome.error == ["sbatch: Batch job submission failed: Invalid partition name specified"])
  }

  @Test(
    "a machine with Slurm's commands and without a cluster is told in a sentence",
    .enabled(
      if: !FileManager.default.fileExists(atPath: "/etc/slurm/slurm.conf"),
      "this machine belongs to a cluster"))
  func unreachable() throws {
    let program = try #require(Workplace.programs) + "/grisea"
    let outcome = try place.run(
      "env",
      [
        "-u", "SLURM_CONF", program, "preprocess", Self.subjects[0] + "_T1w.nii", "--output", "far",
        "--executor", "slurm",
      ])
    #expect(outcome.status == 1)
    #expect(
      outcome.error.last?.hasPrefix("Slurm cannot be reached from this machine (") == true, "\(outcome.error)"
    )
  }
}

/// The configuration file of a Slurm that runs.
private let slurm = ProcessInfo.processInfo.environment["SLURM_CONF"]

@Suite("Slurm that is not there")
struct NoSlurmTests {
  /// What a task of `--executor slurm` runs: the user's own words, with a work list and a shard in addition.
  @Test("a task whose words say --executor slurm works locally on its shard of the work list")
  func task() throws {
    let place = try Workplace()
    for name in ["a", "b", "c"] { try place.write(SyntheticHead(number: name.count), to: "\(name)_T1w.nii") }
    try place.write("a\ta_T1w.nii\nb\tb_T1w.nii\nc\tc_T1w.nii\n", to: "list.tsv")
    let task = try place.run(
      "grisea",
      [
        "preprocess", "--work-list", "list.tsv", "--shard", "1/2", "--match", "a_T1w.nii", "--output", "out",
        "--executor", "slurm", "--tasks", "2", "--detach", "--", "a_T1w.nii", "b_T1w.nii", "c_T1w.nii",
      ], environment: ["PATH": "\(try #require(Workplace.programs))"])
    #expect(task.status == 0, "\(task.error)")
    #expect(task.output == ["a", "c"].map { "out/\($0)_desc-preproc_T1w.nii.gz" })
  }

  @Test("--dry-run submits nothing")
  func dryRun() throws {
    let place = try Workplace()
    try SmallModel.write(to: place)
    try place.write(SyntheticHead(), to: "a_T1w.nii")
    let outcome = try place.grisea(
      "segment a_T1w.nii --model model.safetensors --output out --executor slurm --dry-run")
    #expect(outcome.status == 0 && outcome.output.count == 2, "\(outcome.error)")
    #expect(!place.exists("out"))
  }

  @Test("without Slurm's commands the executor is refused in one sentence")
  func missing() throws {
    let place = try Workplace()
    try SmallModel.write(to: place)
    try place.write(SyntheticHead(), to: "a_T1w.nii")
    let program = try #require(Workplace.programs) + "/grisea"
    let outcome = try place.run(
      program,
      "segment a_T1w.nii --model model.safetensors --output out --executor slurm".split(separator: " ").map(
        String.init),
      environment: ["PATH": "/nowhere"])
    #expect(outcome.status == 1)
    #expect(outcome.error.count == 1 && outcome.error[0].hasPrefix("sbatch: not found; "), "\(outcome.error)")
    #expect(!place.exists("out/.grisea/slurm/job.json"))
  }
}
