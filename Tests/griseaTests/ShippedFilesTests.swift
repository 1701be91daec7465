import Foundation
import TestSupport
import Testing

/// What the project shows its users must be what the program takes.
@Suite("Pipelines")
struct ShippedFilesTests {
  private static let project = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  private static let pipelines: [String] = {
    let names = try? FileManager.default.contentsOfDirectory(
      atPath: project.appending(path: "Pipelines").path)
    return (names ?? []).filter { $0.hasSuffix(".pipeline") }.sorted()
  }()

  private let place: Workplace

  init() throws { place = try Workplace() }

  private func text(_ name: String) throws -> String {
    String(decoding: try Data(contentsOf: Self.project.appending(path: name)), as: UTF8.self)
  }

  private func linkSampleData() throws {
    try FileManager.default.createSymbolicLink(
      atPath: place("sample-data"), withDestinationPath: Self.project.appending(path: "sample-data").path)
  }

  private func run(_ pipeline: String, _ settings: [String]) throws -> Workplace.Outcome {
    try place.run(
      "grisea",
      ["run", "\(Self.project.path)/Pipelines/\(pipeline).pipeline"] + settings.flatMap { ["--set", $0] })
  }

  @Test("a scan is segmented with a model of one's own and scored, by its pipeline")
  func segmentAndScore() throws {
    try SmallModel.write(to: place)
    try place.writeDataset(3...3)
    let settings = [
      "model=model.safetensors", "scan=data/sub-3_T1w.nii", "reference=data/sub-3_dseg.nii.gz", "table=bids",
      "output=out",
    ]
    let outcome = try run("segment-and-score", settings)
    #expect(outcome.status == 0, "\(outcome.error)")
    #expect(try place.table("out-scores.tsv").count { $0["subject"] == "sub-3" } == 3)
    let again = try run("segment-and-score", settings)
    #expect(again.error.count { $0.contains("unchanged, not run again") } == 2, "\(again.error)")
  }

  /// Ten heads, whose ages do not depend on their gray matter: what matters is that all stages take what the ones before
  /// have written.
  @Test("gray matter of a BIDS dataset and what is known of its participants go through the whole pipeline")
  func brainAndBehaviour() throws {
    try SmallModel.write(to: place)
    try linkSampleData()
    try place.writeHeads(of: (10...19).map { "sub-\($0)" })
    let rows = (10...19).map { "sub-\($0)\t\(20 + $0 * 7 % 40)\n" }
    try place.write("participant_id\tage\n" + rows.joined(), to: "ds/participants.tsv")
    #expect(try place.grisea("bids ds derivatives participant --model model.safetensors").status == 0)
    #expect(try place.grisea("bids ds derivatives group").status == 0)
    let outcome = try run(
      "brain-and-behaviour",
      [
        "derivatives=derivatives", "participants=ds/participants.tsv", "targets=age", "covariates=ICV_ml",
        "size=3", "epochs=1", "template=sample-data/sub-mni152/anat/sub-mni152_T1w.nii.gz",
        "labels=sample-data/sub-mni152/anat/sub-mni152_dseg.nii.gz",
      ])
    #expect(outcome.status == 0, "\(outcome.error)")
    let models = try place.table("work/behaviour/scores.tsv").filter { $0["target"] == "age" }
    #expect(models.count > 3, "features, two baselines, and covariates: \(models)")
    #expect(place.exists("work/behaviour/changes/age_change.nii.gz"))
    #expect(place.exists("work/behaviour/report.html"))
  }

  @Test("every pipeline passes a dry run, with the settings that its comment shows", arguments: pipelines)
  func pipeline(name: String) throws {
    try SmallModel.write(to: place)
    try linkSampleData()
    let head = "sample-data/sub-colin27/anat/sub-colin27_"
    let values = [
      "model": "model.safetensors", "scan": head + "T1w.nii.gz", "reference": head + "dseg.nii.gz",
      "table": "bids", "output": "out", "item": "sub-colin27", "images": head + "T1w.nii.gz",
      "labels": head + "dseg.nii.gz", "minutes": "60",
      "derivatives": "derivatives", "participants": "participants.tsv",
      "targets": "age,sex", "covariates": "ICV_ml", "epochs": "1", "size": "32",
      "test": "age", "permutations": "20", "freesurfer": "maps", "brainweb": "maps",
      "heads": "maps", "start": "accurate",
      "template": head + "T1w.nii.gz",
    ]
    try place.write("participant_id\tage\tsex\n", to: "participants.tsv")
    try place.write("participant_id\tICV_ml\n", to: "derivatives/group_volumes.tsv")
    for number in ["01", "10", "17", "20", "54"] {
      for kind in ["T1w", "dseg"] { try place.write("", to: "maps/sub-\(number)_\(kind).nii.gz") }
    }
    try place.write("", to: "derivatives/sub-1/anat/sub-1_label-GM_probseg.nii.gz")
    let text = try text("Pipelines/" + name)
    let settings = values.filter { text.contains("${\($0.key)}") }.map { "--set \($0.key)=\($0.value)" }
    let outcome = try place.grisea(
      "run \(Self.project.path)/Pipelines/\(name) --dry-run \(settings.joined(separator: " "))")
    #expect(outcome.status == 0, "\(outcome.error)")
    let stages = text.split(separator: "\n").count { $0.hasPrefix("grisea ") }
    #expect(outcome.output.count == 2 * stages && stages > 0)
    #expect(!place.exists("out") && !place.exists("work"))
  }
}
