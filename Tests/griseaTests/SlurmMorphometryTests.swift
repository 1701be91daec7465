import Foundation
import Imaging
import TestSupport
import Testing

/// `normalize`, `template` and `vbm` on a real Slurm (`Tests/slurm.sh`).
@Suite("Morphometry on Slurm", .serialized, .needs(.slurm))
struct SlurmMorphometryTests {
  private let place: Workplace

  init() throws {
    place = try Workplace()
    try place.writeTemplate()
    for number in 0..<4 {
      let head = TissueHeads(shift: [Double(4 * number), -4, 2], phase: 0.1 * Double(number))
      try place.write(head, stem: "maps/sub-\(number)/anat/sub-\(number)")
    }
  }

  private func grisea(_ line: String) throws -> Workplace.Outcome {
    try place.run(
      "grisea", line.split(separator: " ").map(String.init), environment: ["SLURM_CONF": configuration ?? ""])
  }

  /// The results of two folders, without what a batch keeps for itself.
  private func expectSameBytes(_ one: String, _ other: String, except names: Set<String> = []) throws {
    let (local, far) = (try place.results(one), try place.results(other))
    let kept = local.filter { !names.contains($0.key) }
    #expect(!kept.isEmpty)
    for (name, bytes) in kept { #expect(far[name] == bytes, "\(name)") }
  }

  @Test("normalized maps, fields and the table are those of the local batch")
  func normalize() throws {
    let line = "normalize maps/sub-*/anat/*_label-GM_probseg.nii.gz --template tpl-shell --threads 1 --output"
    #expect(try grisea("\(line) local").status == 0)
    let far = try grisea("\(line) far --executor slurm --tasks 2")
    #expect(far.status == 0, "\(far.error)")
    #expect(far.output == ["4 done, 0 skipped, 0 failed", "far/status.tsv", "far/normalization.tsv"])
    try expectSameBytes("local", "far")
  }

  @Test("the rounds of a template are jobs, one after the other, and give the local template")
  func template() throws {
    let line =
      "template maps/sub-*/anat/*_label-GM_probseg.nii.gz --standard tpl-shell --threads 1 --subset 3 --output"
    let local = try grisea("\(line) local/tpl-cohort")
    #expect(local.status == 0, "\(local.error)")
    let far = try grisea("\(line) far/tpl-cohort --executor slurm --tasks 3")
    #expect(far.status == 0, "\(far.error)")
    let name = "tpl-cohort_res-3_label-GM_probseg.nii.gz"
    #expect(far.output.first == "far/tpl-cohort/\(name)", "\(far.output)")
    #expect(try place.bytes("far/tpl-cohort/\(name)") == place.bytes("local/tpl-cohort/\(name)"))
    // Each round is a stage with a row for each scan, on both ways.
    let stages = try place.table("far/tpl-cohort/status.tsv").compactMap { $0["stage"] }
    #expect(stages.sorted() == (0..<4).flatMap { round in Array(repeating: "template-\(round)", count: 3) })
    #expect(far.error.count { $0.hasPrefix("job ") } == 4, "\(far.error)")
    #expect(!place.exists("far/tpl-cohort/.grisea/template"))
  }

  @Test("permutations that were divided over tasks give the local result, waited for or collected")
  func vbm() throws {
    var rows = "participant_id\tage\n"
    let grid = Grid(shape: [12, 12, 12], affine: Affine(spacing: [3, 3, 3], origin: [-16.5, -16.5, -16.5]))
    for number in 0..<12 {
      rows += "sub-\(10 + number)\t\(20 + number * 5 % 12)\n"
      let noise = Samples.noise(grid.count, seed: UInt64(number)).map { 0.6 + $0 / 50 }
      try Volume(grid: grid, voxels: noise).write(to: place("sub-\(10 + number)_probseg.nii.gz"))
    }
    try place.write(rows, to: "participants.tsv")
    let line =
      "vbm *_probseg.nii.gz --participants participants.tsv --test age --permutations 101 --seed 3 --threads 1 --output"
    let local = try grisea("\(line) local")
    #expect(local.status == 0, "\(local.error)")
    let far = try grisea("\(line) far --executor slurm --tasks 3")
    #expect(far.status == 0, "\(far.error)")
    #expect(far.output.prefix(2) == ["3 done, 0 skipped, 0 failed", "far/status.tsv"])
    #expect(far.output.suffix(2) == [local.output[0], "far/vbm.json"])
    #expect(try grisea("\(line) later --executor slurm --tasks 2 --detach").status == 0)
    #expect(!place.exists("later/clusters.tsv"))
    let collected = try grisea("collect later")
    #expect(collected.status == 0, "\(collected.error)")
    #expect(collected.output.last == "later/vbm.json")
    // vbm.json names the folder of the results.
    for folder in ["far", "later"] { try expectSameBytes("local", folder, except: ["vbm.json"]) }
  }
}

private let configuration = ProcessInfo.processInfo.environment["SLURM_CONF"]
