import Foundation
import Imaging
import TestSupport
import Testing

/// `vbm` on maps with an effect that was put in.
@Suite("grisea vbm")
struct VbmTests {
  private let place: Workplace

  init() throws {
    place = try Workplace()
    try place.writeAgeMaps(count: 16, table: "participants.tsv")
  }

  private func vbm(_ more: String) throws -> Workplace.Outcome {
    try place.grisea(
      "vbm *_desc-modulated_probseg.nii.gz --participants participants.tsv --permutations 100 --seed 3 \(more)"
    )
  }

  @Test("a planted loss is found where it was put in, and the result is printed as a sentence")
  func planted() throws {
    let outcome = try vbm("--test age --covariates sex --output out")
    #expect(outcome.status == 0, "\(outcome.error)")
    #expect(outcome.output.first?.hasPrefix("1 cluster with p_FWE ≤ 0.05") == true, "\(outcome.output)")
    #expect(outcome.output.last == "out/vbm.json")
    for text in [
      "design: 16 scans, rank 3, 13 degrees of freedom", "mask: 4096 voxels", "memory: at most", "100",
    ] {
      #expect(outcome.error.contains { $0.contains(text) }, "\(text): \(outcome.error)")
    }
    let row = try #require(try place.table("out/clusters.tsv").first)
    #expect(row["sign"] == "-")
    for axis in ["center_x", "center_y", "center_z"] {
      let center = try #require(row[axis].flatMap(Double.init))
      // The middle of the six voxels from −22.5 mm on.
      #expect(abs(center + 15) < 1.5, "\(axis)")
    }
    // A loss of 1 % a year of a mean that itself is 99.5 % of the whole.
    let percent = try #require(row["effect_percent"].flatMap(Double.init))
    #expect(abs(percent + 1) < 0.4)
    #expect(try place.text("out/vbm.json").contains("\"Program\" : \"grisea"))
  }

  @Test("nothing where there is nothing: no row, and a sentence with the smallest p")
  func empty() throws {
    let outcome = try vbm("--test sex --covariates age --output out")
    #expect(outcome.status == 0)
    #expect(outcome.output.first?.hasPrefix("no voxel has p_FWE ≤ 0.05; the smallest is") == true)
    #expect(try place.table("out/clusters.tsv").isEmpty)
  }

  @Test("shards that are joined give the bytes of the whole, by any number of threads")
  func shards() throws {
    let words = "--test age --cluster p0.01 --one-sided negative"
    #expect(try vbm("\(words) --output whole").status == 0)
    for shard in 1...3 {
      #expect(try vbm("\(words) --shard \(shard)/3 --threads 1 --output parts").status == 0)
    }
    let joined = try vbm("\(words) --join 3 --output parts")
    #expect(joined.status == 0, "\(joined.error)")
    for (name, bytes) in try place.results("whole") where name != "vbm.json" {
      #expect(try place.bytes("parts/\(name)") == bytes, "\(name)")
    }
  }

  @Test(
    "wrong usage is refused before anything is read",
    arguments: [
      "--test age --cluster 2 --output out", "--test age --tfce --cluster 0.01 --output out",
      "--test age --shard 1/2 --join 2 --output out", "--test age --atlas only.nii.gz --output out",
    ])
  func usage(words: String) throws { #expect(try vbm(words).status == 64) }

  @Test("a column that no table has is named, with those that there are")
  func column() throws {
    let outcome = try vbm("--test height --output out")
    #expect(outcome.status == 1)
    #expect(outcome.error.contains { $0.contains("height") && $0.contains("age") }, "\(outcome.error)")
  }
}
