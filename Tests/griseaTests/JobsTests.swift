import Foundation
import TestSupport
import Testing

@Suite("--jobs of segment and bids")
struct JobsTests {
  private let place: Workplace
  private static let subjects = (1...7).map { "sub-\($0)" }

  init() throws {
    place = try Workplace()
    try SmallModel.write(to: place)
    try place.writeHeads(of: Self.subjects)
    try place.write("no image", to: "ds/sub-4/anat/sub-4_T1w.nii")
  }

  private func segment(_ words: String) throws -> Workplace.Outcome {
    let scans = Self.subjects.map { "ds/\($0)/anat/\($0)_T1w.nii" }.joined(separator: " ")
    return try place.grisea("segment \(scans) --model model.safetensors --probabilities \(words)")
  }

  @Test("several jobs leave the files and the table that one leaves", arguments: [2, 3, 20])
  func jobs(count: Int) throws {
    #expect(try segment("--jobs 1 --threads 1 --output one").status == 1)
    let outcome = try segment("--jobs \(count) --threads 1 --output out")
    #expect(outcome.status == 1)
    #expect(outcome.error.contains("1 of 7 failed:"))
    let (one, several) = (try place.results("one"), try place.results("out"))
    #expect(one.keys.sorted() == several.keys.sorted())
    for (name, content) in one { #expect(several[name] == content, "\(name)") }
    #expect(try place.states() == place.states("one/status.tsv"))
    #expect(try segment("--jobs \(count) --output out").error.contains("6 skipped: unchanged"))
  }

  @Test("without --jobs, cores and memory decide together; Slurm's memory is no more than the task was given")
  func share() throws {
    let said = "jobs at the same time"
    let two = try segment("--threads 8 --max-memory 200M --output a")
    #expect(two.error.contains("2 \(said), 4 threads each"), "\(two.error)")
    let one = try segment("--threads 7 --max-memory 200M --output b")
    #expect(!one.error.contains { $0.contains(said) }, "\(one.error)")
    let words =
      "segment ds/sub-1/anat/sub-1_T1w.nii ds/sub-2/anat/sub-2_T1w.nii --model model.safetensors --output "
    for (memory, jobs) in [("300", 0), ("450", 1)] {
      let outcome = try place.grisea(
        words + "c\(memory) --threads 8 --max-memory 200M", environment: ["SLURM_MEM_PER_NODE": memory])
      #expect(outcome.status == 0)
      #expect(outcome.error.count { $0.contains(said) } == jobs, "\(outcome.error)")
    }
  }

  @Test("bids takes as many jobs as --n-cpus and --mem-mb allow, and writes the same")
  func bids() throws {
    let command = "bids ds OUT participant --model model.safetensors --n-cpus "
    #expect(try place.grisea(command.replacing("OUT", with: "one") + "1").status == 1)
    // Four cores for each job, 4 GB for each: three.
    let outcome = try place.grisea(command.replacing("OUT", with: "out") + "16 --mem-mb 12000")
    #expect(outcome.status == 1)
    #expect(outcome.error.contains("3 jobs at the same time, 5 threads each"), "\(outcome.error)")
    let (one, several) = (try place.results("one"), try place.results("out"))
    #expect(one.keys.sorted() == several.keys.sorted())
    for (name, content) in one where name != "README.md" { #expect(several[name] == content, "\(name)") }
  }
}
