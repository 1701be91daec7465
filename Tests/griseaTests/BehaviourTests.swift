import Foundation
import Imaging
import TestSupport
import Testing

/// From maps of gray matter to what is known of participants: `register`, `train-autoencoder`, `encode`, `associate` and
/// `reconstruct`, one after the other.
@Suite("Brain and behaviour")
struct BehaviourTests {
  private let place: Workplace

  /// Balls of gray matter whose size is the participants' score.
  init() throws {
    place = try Workplace()
    let grid = Grid(shape: [24, 24, 24], affine: Affine(spacing: [6, 6, 6], origin: [-70, -70, -70]))
    var rows = ["participant_id\tscore\tsize"]
    for number in 1...24 {
      let radius = 6 + Double(number * 7 % 24) / 8
      try Self.ball(grid, radius).write(to: folder("sub-\(number)_label-GM_probseg.nii.gz"))
      rows.append("sub-\(number)\t\(radius + Double(number % 3) / 10)\t\(radius > 7.4 ? "large" : "small")")
    }
    try Self.ball(grid, 7.5).write(to: place("template.nii.gz"))
    try place.write(rows.joined(separator: "\n") + "\n", to: "participants.tsv")
  }

  private func folder(_ name: String) throws -> String {
    try FileManager.default.createDirectory(atPath: place("seg"), withIntermediateDirectories: true)
    return place("seg/" + name)
  }

  private static func ball(_ grid: Grid, _ radius: Double) -> Volume {
    var volume = Volume(grid: grid)
    for k in 0..<24 {
      for j in 0..<24 {
        for i in 0..<24 {
          // Longer from front to back, with a mark on one side: no two axes are alike.
          let way = SIMD3(Double(i) - 12, (Double(j) - 12) / 1.2, (Double(k) - 12) * 1.1)
          let mark: Float = i > 16 && k > 12 ? 0.5 : 1
          volume[i, j, k] = mark * Float(1 / (1 + exp(2 * ((way * way).sum().squareRoot() - radius))))
        }
      }
    }
    return volume
  }

  private func succeed(_ words: String) throws -> [String] {
    let outcome = try place.grisea(words)
    try #require(outcome.status == 0, "\(words): \(outcome.error)")
    return outcome.output
  }

  /// Expects that a command does not replace the results of other inputs.
  private func expectRefused(_ words: String) throws {
    let outcome = try place.grisea(words)
    #expect(outcome.status == 1 && outcome.error.count == 1, "\(words): \(outcome.error)")
    #expect(outcome.error.first?.contains("its results would replace those of ") == true)
  }

  @Test("registration.tsv keeps the rows of images that were registered before and are still there")
  func registrations() throws {
    func register(_ numbers: Int...) throws -> [String?] {
      let maps = numbers.map { "seg/sub-\($0)_label-GM_probseg.nii.gz" }.joined(separator: " ")
      _ = try succeed("register \(maps) --template template.nii.gz --spacing 6 --output maps --quiet")
      return try place.table("maps/registration.tsv").map { $0["subject"] }
    }
    #expect(try register(1, 2) == ["sub-1", "sub-2"])
    #expect(try register(3) == ["sub-1", "sub-2", "sub-3"])
    try place.remove("maps/sub-1_space-template_label-GM_probseg.nii.gz")
    #expect(try register(2) == ["sub-2", "sub-3"])
  }

  @Test("the whole chain runs, and its tables and maps are there")
  func chain() throws {
    let printed = try succeed(
      "register seg/*_probseg.nii.gz --template template.nii.gz --spacing 6 --output maps --quiet")
    #expect(printed.count == 25 && printed.last == "maps/registration.tsv")
    let table = try place.table("maps/registration.tsv")
    #expect(table.count == 24)
    for row in table {
      #expect(try #require(Double(row["ratio_after"] ?? "")) > 0.9)
      #expect(row["dice_after"] == "n/a")
    }
    try FileManager.default.createDirectory(atPath: place("other"), withIntermediateDirectories: true)
    try FileManager.default.copyItem(
      atPath: place("seg/sub-2_label-GM_probseg.nii.gz"), toPath: place("other/sub-1_label-GM_probseg.nii.gz")
    )
    try expectRefused(
      "register other/sub-1_label-GM_probseg.nii.gz --template template.nii.gz --spacing 6 --output maps --quiet"
    )
    let maps = "maps/*_probseg.nii.gz"
    let trained = try succeed(
      "train-autoencoder --images \(maps) --method pca --latent-size 3 --validation 0.25 --output pca.safetensors --quiet"
    )
    #expect(!place.exists("pca.log.tsv"))
    #expect(trained.count == 3 && trained[1].hasPrefix("held out 6 maps: mean squared error "))
    // Registered maps have one size; scans as they are have the score's.
    _ = try succeed(
      "train-autoencoder --images seg/*_probseg.nii.gz --latent-size 3 --epochs 6 --levels 2 --validation 0.25 --validation-interval 3 --output ae.safetensors --quiet"
    )
    let log = try place.table("ae.log.tsv")
    #expect(log.map { $0["held_out"] == "n/a" } == [true, true, false, true, true, false])
    #expect(try #require(Double(log[5]["loss"] ?? "")) < (try #require(Double(log[0]["loss"] ?? ""))))
    _ = try succeed("encode seg/*_probseg.nii.gz --model ae.safetensors --output features.tsv")
    #expect(try place.table("features.tsv").count == 24)
    let report = try succeed(
      "associate --features features.tsv --participants participants.tsv --target score,size --permutations 99 --output scores.tsv --quiet"
    )
    #expect(report.suffix(4) == ["scores.tsv", "scores.json", "scores_patterns.tsv", "scores_slopes.tsv"])
    #expect(report.contains { $0.contains("the sample is small: with 24 subjects") })
    let scores = try place.table("scores.tsv")
    #expect(scores.map { $0["measure"] ?? "" } == ["r", "R2", "MAE", "AUC", "balanced_accuracy"])
    #expect(scores[0]["p"] == "0.010000" && scores[0]["q"] == "0.010000")
    _ = try succeed(
      "reconstruct --model ae.safetensors --features scores_patterns.tsv --changes --output out")
    try expectRefused(
      "reconstruct --model pca.safetensors --features scores_patterns.tsv --changes --output out")
    let change = try NIfTIImage(contentsOf: place("out/score_change.nii.gz")).volume
    // Larger where the score is higher: gray matter comes on at the ball's surface.
    #expect(change[12, 20, 12] + change[12, 4, 12] > 0.05)
    _ = try succeed(
      "reconstruct --model ae.safetensors --features scores_slopes.tsv --saliency seg/*_probseg.nii.gz --output out"
    )
    let saliency = try NIfTIImage(contentsOf: place("out/score_saliency.nii.gz")).volume
    // Along its pattern a prediction rises.
    #expect(zip(saliency.voxels, change.voxels).reduce(0) { $0 + $1.0 * $1.1 } > 0)
    _ = try succeed("reconstruct --model ae.safetensors --features features.tsv --output back")
    _ = try succeed("reconstruct --model ae.safetensors --along z1,z3 --output along")
    #expect(place.exists("along/z1_change.nii.gz") && place.exists("along/z3_change.nii.gz"))
    let unknown = try place.grisea("reconstruct --model ae.safetensors --along z4 --output along")
    #expect(unknown.error == ["the model has no feature z4; its features are z1 to z3"])
    #expect(place.exists("back/sub-1_desc-reconstructed_probseg.nii.gz"))
  }

  @Test("sessions of one person become maps of their own; rows of one name are refused before writing")
  func sessions() throws {
    _ = try succeed(
      "train-autoencoder --images seg/*_probseg.nii.gz --method pca --latent-size 2 --output pca.safetensors --quiet"
    )
    for person in 1...2 {
      for session in 1...2 {
        try place.write(
          place.bytes("seg/sub-\(2 * person + session)_label-GM_probseg.nii.gz"),
          to: "two/sub-\(person)_ses-\(session)_label-GM_probseg.nii.gz")
      }
    }
    _ = try succeed("encode two/*_probseg.nii.gz --model pca.safetensors --output f.tsv")
    let printed = try succeed("reconstruct --model pca.safetensors --features f.tsv --output back")
    #expect(Set(printed).count == 4 && printed.allSatisfy { place.exists($0) }, "\(printed)")
    try place.write("participant_id\tz1\tz2\nsub-1\t0\t1\nsub-1\t1\t0\n", to: "same.tsv")
    let refused = try place.grisea("reconstruct --model pca.safetensors --features same.tsv --output same")
    #expect(refused.status == 1)
    #expect(refused.error.first?.hasPrefix("several rows have the name sub-1 ") == true, "\(refused.error)")
    #expect(!place.exists("same"))
  }

  @Test("classes are learned end to end, with scores, a map of saliency and a model that encodes")
  func classification() throws {
    let printed = try succeed(
      "train-classifier --images seg/*_probseg.nii.gz --participants participants.tsv --target size --epochs 4 --permutations 1 --output c.safetensors --quiet"
    )
    #expect(printed[0].hasPrefix("size (small against large), 24 scans"))
    #expect(printed.suffix(4) == ["c.safetensors", "c_saliency.nii.gz", "c_scores.tsv", "c_scores.json"])
    _ = try succeed("encode seg/*_probseg.nii.gz --model c.safetensors --output p.tsv")
    #expect(try place.table("p.tsv").allSatisfy { 0...1 ~= Double($0["probability"] ?? "") ?? -1 })
  }

  static let faults: [(words: String, status: Int32, message: String)] = [
    (
      "encode seg/sub-1_label-GM_probseg.nii.gz --model participants.tsv --output f.tsv", 1,
      "participants.tsv: "
    ),
    ("encode no-*.nii.gz --model m --output no/f.tsv", 1, "no-*.nii.gz: no file found"),
    ("register seg/sub-1_label-GM_probseg.nii.gz --template no.nii --output maps", 1, "no.nii: "),
    (
      "associate --features participants.tsv --participants participants.tsv --target score", 1,
      "participants.tsv: column size has the value 'small'; needed a number"
    ),
    (
      "associate --features participants.tsv --participants participants.tsv --target iq", 1,
      "found no column iq in the tables of participants"
    ),
    (
      "associate --features f --participants p --target t --baseline x", 64,
      "Error: --baseline x: needed a name"
    ),
    (
      "train-autoencoder --images a --labels b --output o", 64,
      "Error: Unknown option '--labels'"
    ),
    (
      "associate --features f --participants p --target t --baseline x=y:", 64,
      "Error: --baseline x=y:: needed a name"
    ),
    (
      "associate --features participants.tsv --participants participants.tsv --target score --baseline a=participants.tsv:iq",
      1, "participants.tsv: found no column iq; the columns are participant_id, score, size"
    ),
    (
      "train-classifier --images a --participants p --target t --covariates age --output o", 64,
      "Error: --covariates age: a network sees maps only"
    ),
    (
      "train-classifier --images a --participants p --output o", 64,
      "Error: Missing expected argument '--target <column>'"
    ),
    (
      "train-autoencoder --images a --method pca --epochs 3 --output o", 64,
      "Error: --epochs: needs a network; --method pca has none"
    ),
    (
      "train --task reconstruction --images a --latent-size 3 --output o", 64,
      "Error: --task reconstruction: moved to its own command; use `grisea train-autoencoder`"
    ),
    (
      "train --task classification --images a --participants p --target t --output o", 64,
      "Error: --task classification: moved to its own command; use `grisea train-classifier`"
    ),
  ]

  @Test("what cannot be done is reported in one line", arguments: faults)
  func unusable(words: String, status: Int32, message: String) throws {
    let outcome = try place.grisea(words)
    #expect(outcome.status == status)
    #expect(outcome.error.first?.hasPrefix(message) == true, "\(outcome.error)")
    #expect(outcome.output.isEmpty)
  }
}
