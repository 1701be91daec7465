import Evaluation
import Foundation
import Imaging
import TestSupport
import Testing

/// Networks on processors with fewer vector instructions than this one's: oneDNN behaves as it does there when
/// `DNNL_MAX_CPU_ISA` says so, and prints each primitive's implementation with `DNNL_VERBOSE=1`.
@Suite("Every instruction set", .serialized)
struct InstructionSetTests {
  /// `nil` is this processor's own.
  static let sets: [String?] = ["AVX2", "AVX512_CORE", nil]
  private static let scan =
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
    .appending(path: "sample-data/sub-colin27/anat/sub-colin27_T1w.nii.gz").path

  private let place: Workplace

  init() throws { place = try Workplace() }

  @Test("segmenting computes in no reference loop", arguments: ["accurate", "fast"], sets)
  func segmenting(model: String, set: String?) throws {
    for views in [1, 4] {
      try expectKernels(
        "segment \(Self.scan) --model \(model) --views \(views) --output out --anew --quiet", set)
    }
  }

  @Test("training for segmentation computes in no reference loop", arguments: sets)
  func training(set: String?) throws {
    let labels = Self.scan.replacing("_T1w", with: "_dseg")
    let common =
      "train --images \(Self.scan) --labels \(labels) --epochs 1 --steps-per-epoch 2 --batch-size 1 --seed 1 --quiet"
    try expectKernels("\(common) --patch-size 64 --output plain.safetensors", set)
    try expectKernels(
      "\(common) --patch-size 96 --voxel-blocks --refinement 16 --output blocks.safetensors", set)
  }

  @Test("training on maps, and their saliency, compute in no reference loop", arguments: sets)
  func maps(set: String?) throws {
    try writeMaps()
    try expectKernels(
      "train-autoencoder --images maps/*.nii.gz --latent-size 4 --epochs 2 --output ae.safetensors --quiet",
      set)
    _ = try succeed(
      "encode maps/sub-1_label-GM_probseg.nii.gz --model ae.safetensors --output features.tsv", set)
    try expectKernels(
      "reconstruct --model ae.safetensors --features features.tsv --saliency maps/sub-1_label-GM_probseg.nii.gz --output saliency",
      set)
    try expectKernels(
      "train-classifier --images maps/*.nii.gz --participants participants.tsv --target size --folds 2 --epochs 2 --output cl.safetensors --quiet",
      set)
  }

  @Test(
    "masks agree between instruction sets, and do not depend on threads", arguments: ["accurate", "fast"])
  func agreement(model: String) throws {
    var maps: [LabelMap] = []
    for (index, set) in Self.sets.enumerated() {
      var bytes: [Data] = []
      for threads in [1, 2] {
        let folder = "out-\(index)-\(threads)"
        _ = try succeed(
          "segment \(Self.scan) --model \(model) --views 1 --threads \(threads) --output \(folder) --quiet",
          set)
        bytes.append(try place.bytes("\(folder)/sub-colin27_dseg.nii.gz"))
      }
      #expect(bytes[0] == bytes[1], "\(set ?? "all instructions")")
      maps.append(try NIfTIImage(contentsOf: place("out-\(index)-1/sub-colin27_dseg.nii.gz")).labelMap())
    }
    for (first, second) in [(0, 1), (0, 2), (1, 2)] {
      let counts = try ConfusionCounts.counts(of: [1], prediction: maps[first], reference: maps[second])[0]
      let dice = 2 * Double(counts.truePositives) / Double(counts.predicted + counts.referenced)
      #expect(dice >= 0.995)
    }
  }

  @Test("the start of a batch names the instruction set, and bfloat16 without AVX-512 is refused")
  func announcement() throws {
    let words = "segment \(Self.scan) --model fast --views 1 --output out"
    let avx2 = try place.grisea(words, environment: ["DNNL_MAX_CPU_ISA": "AVX2"])
    #expect(avx2.status == 0)
    #expect(avx2.error.contains("Computing in float32 with AVX2."))
    let refused = try place.grisea("\(words) --precision bfloat16", environment: ["DNNL_MAX_CPU_ISA": "AVX2"])
    #expect(refused.status == 1)
    #expect(
      refused.error.last
        == "--precision bfloat16 needs a processor with AVX-512, and this one has AVX2; use float32 or auto")
  }

  // MARK: Implementations

  /// The most that one kind of reference implementation may take of the time of all primitives.
  private static let referenceShare = 0.02
  /// The milliseconds below which a kind of reference implementation is accepted whatever its share. A command that
  /// computes for a tenth of a second in all spends 2 % in any copy of some megabytes, and nobody waits for it.
  private static let negligibleTime = 20.0

  private func expectKernels(_ words: String, _ set: String?) throws {
    let times = PrimitiveTimes(try succeed(words, set, ["DNNL_VERBOSE": "1"]))
    try #require(times.total > 0)
    for (kind, time) in times.references where time >= Self.negligibleTime {
      #expect(
        time <= Self.referenceShare * times.total,
        "\(set ?? "all instructions"): \(Int(100 * time / times.total)) % of the time of \(words): \(kind)")
    }
  }

  private func succeed(_ words: String, _ set: String?, _ environment: [String: String] = [:]) throws
    -> [String]
  {
    var environment = environment
    environment["OMP_WAIT_POLICY"] = "passive"
    if let set { environment["DNNL_MAX_CPU_ISA"] = set }
    let outcome = try place.grisea(words, environment: environment)
    try #require(outcome.status == 0, "\(words): \(outcome.error)")
    return outcome.output
  }

  /// Balls of gray matter of two sizes, on the grid that `register` writes.
  private func writeMaps() throws {
    try FileManager.default.createDirectory(atPath: place("maps"), withIntermediateDirectories: true)
    let grid = Grid(shape: [40, 48, 40], affine: Affine(spacing: [4, 4, 4], origin: [-78, -112, -70]))
    var rows = ["participant_id\tsize"]
    for number in 1...12 {
      let radius = number % 2 == 0 ? 12.0 : 15
      var volume = Volume(grid: grid)
      for k in 0..<40 {
        for j in 0..<48 {
          for i in 0..<40 {
            let way = SIMD3(Double(i) - 20, Double(j) - 24, Double(k - number % 3) - 20)
            volume[i, j, k] = Float(1 / (1 + exp((way * way).sum().squareRoot() - radius)))
          }
        }
      }
      try volume.write(to: place("maps/sub-\(number)_label-GM_probseg.nii.gz"))
      rows.append("sub-\(number)\t\(number % 2 == 0 ? "small" : "large")")
    }
    try place.write(rows.joined(separator: "\n") + "\n", to: "participants.tsv")
  }
}

/// The times of the primitives that oneDNN ran, from its verbose lines
/// `dnnl_verbose,exec,cpu,convolution,jit:avx2,forward_inference,LAYOUTS,ATTRIBUTES,ALGORITHM,SHAPES,MILLISECONDS`.
///
/// A primitive that ran several times on the same shapes counts with its shortest time for each run: an interruption by
/// another process lengthens single runs, and a short command would fail because of it.
struct PrimitiveTimes {
  /// The milliseconds of all primitives.
  private(set) var total = 0.0
  /// The milliseconds of each kind of primitive with a reference implementation: operation, implementation, direction
  /// and layouts.
  private(set) var references: [String: Double] = [:]

  /// Reads the lines that a command printed. Other lines are ignored.
  init(_ lines: [String]) {
    var runs: [String: [Double]] = [:]
    for line in lines {
      guard let comma = line.lastIndex(of: ","), let time = Double(line[line.index(after: comma)...]) else {
        continue
      }
      runs[String(line[..<comma]), default: []].append(time)
    }
    for (primitive, times) in runs {
      let fields = primitive.split(separator: ",", omittingEmptySubsequences: false)
      guard fields.count > 6, fields[0].hasSuffix("_verbose"), fields[1] == "exec" else { continue }
      let time = (times.min() ?? 0) * Double(times.count)
      total += time
      guard fields[4].hasPrefix("ref") || fields[4].hasPrefix("simple:any") else { continue }
      references[fields[3...6].joined(separator: ","), default: 0] += time
    }
  }
}

@Suite("Times of oneDNN's primitives")
struct PrimitiveTimesTests {
  @Test("a slow run among equal ones does not count, and other lines are ignored")
  func leastTime() {
    let reorder = "dnnl_verbose,exec,cpu,reorder,simple:any,undef,f32::abcde f32::abcde,,,1x1x8x8x8"
    let convolution = "dnnl_verbose,exec,cpu,convolution,jit:avx2,forward_training,f32,,alg,mb1"
    let times = PrimitiveTimes([
      "dnnl_verbose,info,oneDNN v2.6.3", "Done, 3", "\(reorder),0.5", "\(reorder),40", "\(convolution),2",
      "\(reorder)8,0.25",
    ])
    #expect(times.total == 3.25)
    #expect(times.references == ["reorder,simple:any,undef,f32::abcde f32::abcde": 1.25])
  }
}
