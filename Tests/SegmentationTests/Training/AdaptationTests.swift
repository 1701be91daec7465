import Foundation
import Imaging
import NeuralNetwork
import Numerics
import Segmentation
import Synthesis
import TestSupport
import Testing

@Suite struct AdaptationTests {
  private struct Interruption: Error {}

  private let place: Workplace
  private let files: Trainer.Files

  init() throws {
    place = try Workplace()
    files = Trainer.Files(model: place("adapted.safetensors"))
  }

  /// Balls, which are gray matter, of one intensity in another, and noise.
  private static func ball(_ inside: Float, in outside: Float, seed: UInt64) -> LabeledImage {
    let grid = Grid(shape: [24, 24, 24], affine: .identity)
    var generator = SplitMix64(seed: seed)
    let centre = SIMD3<Float>(12, 11, 12) + Float(seed % 3)
    let labels = (0..<grid.count).map { index -> UInt16 in
      let d = SIMD3(Float(index % 24), Float(index / 24 % 24), Float(index / 576)) - centre
      return (d * d).sum() < 49 ? 1 : 0
    }
    let voxels = labels.map { ($0 == 1 ? inside : outside) + .random(in: -0.1...0.1, using: &generator) }
    return LabeledImage(
      image: Volume(grid: grid, voxels: voxels), labels: LabelMap(grid: grid, labels: labels))
  }

  private static func data(_ inside: Float, in outside: Float) -> TrainingData {
    TrainingData(
      training: [.init(subject: "sub-1", image: ball(inside, in: outside, seed: 1))],
      validation: [.init(subject: "sub-2", image: ball(inside, in: outside, seed: 2))])
  }

  private static let dark = data(0.2, in: 0.8)

  /// 2 epochs of 10 steps.
  private static func brief(_ configuration: TrainingConfiguration) -> TrainingConfiguration {
    var brief = configuration
    brief.augmentation = .none
    brief.epochs = 2
    brief.stepsPerEpoch = 10
    brief.validationInterval = 1
    brief.precision = .float32
    return brief
  }

  /// A model of bright balls.
  private func origin() throws -> SegmentationModel {
    var configuration = Self.brief(TinyModel.configuration)
    configuration.patchSize = [16, 16, 16]
    configuration.batchSize = 3
    configuration.epochs = 4
    configuration.schedule.peak = 0.02
    return try Trainer(configuration, data: Self.data(0.8, in: 0.2), program: "grisea 7", threads: 1)
      .run(to: Trainer.Files(model: place("origin.safetensors")), resuming: false)
  }

  private func trainer(
    _ origin: SegmentationModel, rate: Float = 0.02
  ) -> Trainer {
    var configuration = Self.brief(TrainingConfiguration(adapting: origin))
    configuration.schedule.peak = rate
    return Trainer(configuration, data: Self.dark, from: origin, program: "grisea 8", threads: 1)
  }

  @Test("what the model is and sees stays; a brain's window is met by patches around the brain")
  func configuration() throws {
    var origin = TinyModel.random(tile: [16, 32, 8], preprocessing: Preprocessing(spacing: [1, 2, 3]))
    origin.provenance.configuration.batchSize = 5
    let tiles = TrainingConfiguration(adapting: origin)
    #expect(tiles.architecture == TinyModel.configuration.architecture)
    #expect(tiles.preprocessing == origin.preprocessing)
    #expect(tiles.patchSize == [16, 32, 8])
    #expect(tiles.fieldOfView == .tiles)
    #expect(tiles.batchSize == 5)
    #expect(tiles.centring == nil)
    let finer = TrainingConfiguration(adapting: origin, spacing: [0.9, 4, 3])
    var preprocessing = origin.preprocessing
    preprocessing.conforming.spacing = [0.9, 4, 3]
    #expect(finer.preprocessing == preprocessing)
    // 16, 64 and 24 mm, and a multiple of 2: two levels.
    #expect(finer.patchSize == [18, 16, 8])
    let anySize = TinyModel.random(tile: [16, 32, 8])
    #expect(anySize.preprocessing.conforming.spacing == nil)
    let sized = TrainingConfiguration(adapting: anySize, spacing: [2, 2, 2])
    #expect(sized.preprocessing.conforming.spacing == [2, 2, 2])
    #expect(sized.patchSize == anySize.patchSize)
    #expect(tiles.schedule.warmUp < TrainingConfiguration().schedule.warmUp)
    origin.fieldOfView = .brain
    #expect(TrainingConfiguration(adapting: origin).centring == Centring())
  }

  @Test("weights begin as the model's: at a learning rate of 0 they stay so, and the origin is recorded")
  func beginning() throws {
    let origin = try origin()
    let model = try trainer(origin, rate: 0).run(to: files, resuming: false)
    #expect(model.parameters == origin.parameters)
    #expect(model.graph == origin.graph)
    #expect(model.provenance.steps == 20)
    #expect(model.provenance.trainingSubjects == ["sub-1"])
    let found = try #require(model.provenance.origin)
    #expect(found.program == "grisea 7")
    #expect(found.steps == 40)
    #expect(found.weights == Fingerprint(of: origin.parameters.values).hex)
    #expect(try SegmentationModel(contentsOf: files.model) == model)
  }

  @Test("a network that this version makes wider than the one that was trained begins with the same answers")
  func wider() throws {
    let origin = try origin()
    var earlier = origin
    earlier.provenance.configuration.architecture.channels *= 2
    let same = try trainer(origin, rate: 0).run(to: files, resuming: false)
    let wide = try trainer(earlier, rate: 0).run(to: files, resuming: false)
    #expect(wide.graph == earlier.provenance.configuration.architecture.graph)
    #expect(wide.parameters.values.count > same.parameters.values.count)
    let dice = try [same, wide].map { try #require($0.provenance.validationDice) }
    #expect(abs(dice[1] - dice[0]) < 1e-3)
  }

  @Test("a model of bright balls learns dark ones")
  func learns() throws {
    let origin = try origin()
    let before = try trainer(origin, rate: 0).run(to: files, resuming: false)
    let after = try trainer(origin, rate: 0.1).run(to: files, resuming: false)
    #expect(try #require(origin.provenance.validationDice) > 0.8)
    let dice = try [before, after].map { try #require($0.provenance.validationDice) }
    #expect(dice[0] < 0.3)
    #expect(dice[1] > 0.6)
  }

  @Test("an adaptation goes on from its checkpoint to the same bytes; that of another model's is refused")
  func resumption() throws {
    let origin = try origin()
    let whole = Trainer.Files(model: place("whole.safetensors"))
    try trainer(origin).run(to: whole, resuming: false)
    #expect(throws: Interruption.self) {
      try trainer(origin).run(to: files, resuming: false) { event in
        if case .step(14, _, _, _) = event { throw Interruption() }
      }
    }
    var other = origin
    other.parameters.values[0] += 0.5
    #expect(
      throws: ModelError.otherTraining(path: files.checkpoint, differences: ["models to begin with"])
    ) { try trainer(other).run(to: files, resuming: true) }
    var steps: [Int] = []
    try trainer(origin).run(to: files, resuming: true) { event in
      if case .step(let done, _, _, _) = event { steps.append(done) }
    }
    #expect(steps == Array(11...20))
    #expect(try place.bytes("adapted.safetensors") == place.bytes("whole.safetensors"))
  }

  @Test("what models from before did not know is nil, and is not written")
  func olderFiles() throws {
    var provenance = TinyModel.random(tile: [8, 8, 8]).provenance
    let text = String(decoding: try JSONEncoder().encode(provenance), as: UTF8.self)
    for key in ["origin", "temperature", "centring"] { #expect(!text.contains("\"\(key)\"")) }
    #expect(try JSONDecoder().decode(TrainingProvenance.self, from: Data(text.utf8)) == provenance)
    provenance.origin = ModelOrigin(TinyModel.random(tile: [8, 8, 8]))
    provenance.temperature = 1.25
    provenance.configuration.centring = Centring()
    let data = try JSONEncoder().encode(provenance)
    #expect(try JSONDecoder().decode(TrainingProvenance.self, from: data) == provenance)
  }

  @Test("a model whose channels are other tissues, or no probabilities, is refused with what was found")
  func otherOutput() throws {
    var model = TinyModel.pointwise(tile: [8, 8, 8])
    try model.checkTissueProbabilities(path: "m")
    model.labels.swapAt(1, 2)
    #expect(
      throws: ModelError.otherOutput(
        path: "m", found: "background, WM, GM, CSF", needed: "background, GM, WM, CSF")
    ) { try model.checkTissueProbabilities(path: "m") }
    model.labels.swapAt(1, 2)
    var graph = Graph()
    _ = graph.sigmoid(graph.convolution(graph.input(channels: 1), outputChannels: 4, kernel: 1))
    model.graph = graph
    #expect(throws: ModelError.otherOutput(path: "m", found: "sigmoid", needed: "softmax")) {
      try model.checkTissueProbabilities(path: "m")
    }
  }
}
