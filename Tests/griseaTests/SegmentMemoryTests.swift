import Foundation
import Imaging
import NeuralNetwork
import Segmentation
import Testing

/// The default network with random weights on a scan of 160³: the memory that is promised is the memory that is
/// held.
@Suite("grisea segment, memory and precision")
struct SegmentMemoryTests {
  private let place: Workplace

  init() throws {
    place = try Workplace()
    var configuration = TrainingConfiguration()
    configuration.patchSize = [64, 64, 64]
    let graph = configuration.architecture.graph
    var generator = SystemRandomNumberGenerator()
    let model = SegmentationModel(
      graph: graph, parameters: Parameters(for: graph, using: &generator), preprocessing: Preprocessing(),
      patchSize: configuration.patchSize, fieldOfView: .whole,
      provenance: TrainingProvenance(
        program: "test", configuration: configuration, trainingSubjects: [], validationSubjects: [], steps: 0,
        validationDice: nil))
    try model.write(to: place("model.safetensors"))
    let grid = Grid(shape: [160, 160, 160], affine: Affine(spacing: .one))
    let voxels = (0..<grid.count).map { _ in Float(Int.random(in: 0...255)) }
    try Volume(grid: grid, voxels: voxels).write(to: place("sub-01_T1w.nii.gz"), datatype: .uint8)
  }

  private func segment(_ words: String) throws -> Workplace.Outcome {
    try place.grisea("segment sub-01_T1w.nii.gz --model model.safetensors --output out " + words)
  }

  @Test(
    "a scan goes whole through the network where that fits, else in tiles, and the process stays below both plan and limit",
    arguments: [("2G", "160x160x160"), ("500MB", "64x64x64")])
  func peak(limit: String, window: String) throws {
    let dry = try segment("--dry-run --max-memory \(limit)")
    #expect(dry.status == 0, "\(dry.error)")
    let cells = try #require(dry.output.last).split(separator: "\t").map(String.init)
    #expect(cells[1] == window)
    let planned = try #require(Int(cells[5]))
    #expect(!place.exists("out"), "a dry run writes nothing")

    let outcome = try segment("--quiet --verbose --max-memory \(limit)")
    #expect(outcome.status == 0, "\(outcome.error)")
    let peak = try #require(outcome.error.last?.firstMatch(of: /peak memory (\d+) MB/))
    let held = try #require(Int(peak.1))
    #expect(held <= planned)
    #expect(planned <= (limit == "2G" ? 2000 : 500))
    // A promise of ten times what is needed would be kept too.
    #expect(held > planned / 2)
  }

  @Test("three scans that go by one behind the other stay below the limit that one of them needs")
  func several() throws {
    let dry = try segment("--dry-run --max-memory 500M")
    let planned = try #require(dry.output.last?.split(separator: "\t").last.flatMap { Int($0) })
    for name in ["sub-02", "sub-03"] {
      try place.write(place.read("sub-01_T1w.nii.gz"), to: name + "_T1w.nii.gz")
    }
    // The plan is given in whole megabytes.
    let limit = planned + 1
    let outcome = try segment(
      "sub-02_T1w.nii.gz sub-03_T1w.nii.gz --threads 2 --quiet --verbose --max-memory \(limit)M")
    #expect(outcome.status == 0, "\(outcome.error)")
    let peak = try #require(outcome.error.last?.firstMatch(of: /peak memory (\d+) MB/))
    let held = try #require(Int(peak.1))
    #expect(held <= limit)
  }

  @Test("what does not fit even in tiles is refused with the number that it needs, and nothing is written")
  func refusal() throws {
    let outcome = try segment("--quiet --max-memory 100M")
    #expect(outcome.status == 1)
    #expect(outcome.error.count == 1)
    let needed = outcome.error.first?.firstMatch(of: /needs (\d+) MB .* --max-memory allows 100 MB/)
    #expect((needed.flatMap { Int($0.1) } ?? 0) > 100)
    #expect(try place.results("out").isEmpty)
    #expect(try place.states() == ["sub-01 failed"])
  }

  @Test("--precision and --max-memory say what they take")
  func usage() throws {
    for words in ["--precision half", "--max-memory 3", "--max-memory much", "--max-memory -2G"] {
      let outcome = try segment(words)
      #expect(outcome.status == 64, "\(words)")
    }
  }
}
