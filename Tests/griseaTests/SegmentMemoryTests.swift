import Batch
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

  /// 4.1 GB are the volumes of such a scan: 4 bytes of each voxel for the scan, the same turned, the prepared scan, four
  /// probabilities on both grids and labels, by the plan's own formula; its file is a few kilobytes of zeros.
  @Test("a scan whose volumes need more than is usual goes through where the machine has the memory")
  func large() throws {
    let grid = Grid(shape: [420, 420, 420], affine: Affine(spacing: [0.4, 0.4, 0.4]))
    try Volume(grid: grid, voxels: [Float](repeating: 0, count: grid.count)).write(
      to: place("big_T1w.nii.gz"), datatype: .uint8)
    let words = "segment big_T1w.nii.gz --model model.safetensors --output big --dry-run"
    let small = try place.grisea(words + " --max-memory 2G")
    #expect(small.status == 1)
    let line = try #require(small.error.first)
    let facts = try #require(
      line.firstMatch(
        of:
          /needs (\d+) MB of memory \((\d+) MB for the scan's volumes, (\d+) MB for the network\), --max-memory allows 2000 MB; --max-memory (\d+)M would be enough/
      ), "\(line)")
    let (needed, volumes, network, enough) = (Int(facts.1), Int(facts.2), Int(facts.3), Int(facts.4))
    #expect((needed ?? 0) > 2000 && (volumes ?? 0) > 10 * (network ?? 1), "\(line)")
    #expect((enough ?? 0) >= (needed ?? .max))
    // What it names is enough, and so is what this machine has.
    #expect(try place.grisea(words + " --max-memory \(enough ?? 0)M").status == 0)
    let whole = ProcessMemory.availableByteCount ?? 0
    if whole > (needed ?? .max) * 1_000_000 { #expect(try place.grisea(words).status == 0) }
  }

  /// Without Slurm's commands on the path, so that handing the batch over would be an error.
  @Test("a dry run prints the plan and hands nothing over, whoever would do the work")
  func dryRunOnCluster() throws {
    let outcome = try segment("--dry-run --executor slurm")
    #expect(outcome.status == 0, "\(outcome.error)")
    #expect(outcome.output == (try segment("--dry-run").output))
    #expect(!place.exists("out"))
  }

  @Test("bids takes --mem-mb above what is usual, and its refusal names that option")
  func bids() throws {
    try place.write(place.read("sub-01_T1w.nii.gz"), to: "ds/sub-01/anat/sub-01_T1w.nii.gz")
    try place.write(
      "{\"Name\": \"heads\", \"BIDSVersion\": \"1.8.0\"}", to: "ds/dataset_description.json")
    let words = "bids ds out participant --model model.safetensors --n-cpus 1 --quiet --mem-mb "
    let refused = try place.grisea(words + "100")
    #expect(refused.status == 1)
    let line = try #require(refused.error.first)
    #expect(!line.contains("--max-memory"), "\(line)")
    let enough = try #require(line.firstMatch(of: /--mem-mb allows 100 MB; --mem-mb (\d+) would be enough/))
    #expect(try place.grisea(words + "\(enough.1)").status == 0)
  }

  @Test("--precision and --max-memory say what they take")
  func usage() throws {
    for words in ["--precision half", "--max-memory 3", "--max-memory much", "--max-memory -2G"] {
      let outcome = try segment(words)
      #expect(outcome.status == 64, "\(words)")
    }
  }
}
