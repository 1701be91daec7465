import Batch
import Foundation
import Testing

/// Answers of Slurm's commands, as its documentation shows them, and the script of a task.
@Suite("Texts of Slurm")
struct SlurmTextTests {
  @Test("the tasks of one job are counted by state, whatever other jobs there are")
  func queue() {
    let answer = """
      70|R|None
      71|R|None
      71|CG|None
      71|PD|Resources
      71|PD|Priority
      711|PD|Dependency
      not a line of squeue

      """
    let queue = Slurm.Queue(answer, id: 71)
    #expect(queue.running == 2 && queue.waiting == 2 && queue.reason == "Resources" && !queue.isEmpty)
    #expect(Slurm.Queue(answer, id: 72).isEmpty)
    #expect(Slurm.Queue("", id: 71).isEmpty)
  }

  @Test("the number of a job stands alone, or before its cluster", arguments: ["71\n", "71;north\n"])
  func number(answer: String) { #expect(Slurm.jobNumber(answer) == 71) }

  @Test("anything else is not a number of a job", arguments: ["", "sbatch: warning", "a71"])
  func noNumber(answer: String) { #expect(Slurm.jobNumber(answer) == nil) }

  @Test("tasks last about ten minutes; where the time of a subject is not known, each is a task of its own")
  func tasks() {
    #expect(SlurmRequest(threads: 2, secondsPerSubject: 30).taskCount(for: 100) == 5)
    #expect(SlurmRequest(threads: 2, secondsPerSubject: 0.1).taskCount(for: 100) == 1)
    #expect(SlurmRequest(threads: 2).taskCount(for: 5) == 5)
    #expect(SlurmRequest(threads: 2).taskCount(for: 5000) == 1000)
  }

  @Test("a task's script holds the user's words unchanged, and its shard as options before them")
  func script() throws {
    let job = SlurmJob(stage: "s", version: "1", shardCount: 4, request: SlurmRequest(threads: 2))
    let words = [
      "preprocess", "a.nii.gz", "b.nii.gz", "--match", "a.nii.gz", "--executor", "slurm", "--", "c d",
    ]
    let script = job.script(["/bin/echo"] + words, workList: "list.tsv")
    let line = try #require(script.split(separator: "\n").last)
    #expect(line.contains("'c d'"))
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-c", script]
    process.environment = ["SLURM_ARRAY_TASK_ID": "3"]
    process.standardOutput = pipe
    try process.run()
    let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(
      output
        == "preprocess --work-list list.tsv --shard 3/4 a.nii.gz b.nii.gz --match a.nii.gz --executor slurm -- c d\n"
    )
  }

  @Test("a batch without subjects is not submitted, and nothing is written")
  func noSubjects() throws {
    let job = SlurmJob(stage: "s", version: "1", shardCount: 0, request: SlurmRequest(threads: 2))
    let none = try WorkList([])
    #expect(throws: SlurmError.noSubjects(output: "no/out")) {
      _ = try SlurmBatch(job, none, command: ["true"], output: "no/out", joinResults: { _ in })
    }
    #expect(!FileManager.default.fileExists(atPath: "no/out"))
  }

  @Test("where squeue does not answer nobody says that a job runs")
  func silence() {
    let sentence = "\(SlurmError.silent(id: 7, output: "out"))"
    #expect(sentence.contains("does not answer") && sentence.contains("not known"))
  }
}
