import Files
import Foundation
import Imaging
import NeuralNetwork
import Numerics
import Segmentation
import Synthesis
import TestSupport
import Testing

@Suite("Trainer")
struct TrainerTests {
  private struct Interruption: Error {}

  private let workplace: Workplace
  private let files: Trainer.Files

  init() throws {
    workplace = try Workplace()
    files = Trainer.Files(model: workplace("model.safetensors"))
  }

  /// Bright balls, which are gray matter, in noise.
  private static func ball(_ centre: SIMD3<Float>, seed: UInt64) -> LabeledImage {
    let grid = Grid(shape: [24, 24, 24], affine: .identity)
    var (image, labels) = (Volume(grid: grid), LabelMap(grid: grid))
    var generator = SplitMix64(seed: seed)
    for k in 0..<24 {
      for j in 0..<24 {
        for i in 0..<24 {
          let d = SIMD3(Float(i), Float(j), Float(k)) - centre
          let isInside = (d * d).sum() < 49
          image[i, j, k] = (isInside ? 0.8 : 0.2) + .random(in: -0.1...0.1, using: &generator)
          labels[i, j, k] = isInside ? 1 : 0
        }
      }
    }
    return LabeledImage(image: image, labels: labels)
  }

  private static let data = TrainingData(
    training: [
      .init(subject: "sub-1", image: ball([12, 11, 12], seed: 1)),
      .init(subject: "sub-2", image: ball([10, 13, 11], seed: 2)),
    ],
    validation: [.init(subject: "sub-3", image: ball([13, 12, 10], seed: 3))])

  /// 4 epochs of 5 steps, every second epoch validated.
  private static let configuration: TrainingConfiguration = {
    var configuration = TinyModel.configuration
    configuration.patchSize = [16, 16, 16]
    configuration.stepsPerEpoch = 5
    configuration.epochs = 4
    configuration.validationInterval = 2
    configuration.schedule = LearningRateSchedule(peak: 0.02, warmUp: 0.1)
    configuration.seed = 7
    return configuration
  }()

  /// With one thread: on a busy machine several wait for each other, and patches of 16³ voxels gain nothing.
  private func trainer(
    _ configuration: TrainingConfiguration = configuration, _ data: TrainingData = data, threads: Int = 1
  ) -> Trainer {
    Trainer(configuration, data: data, program: "grisea test", threads: threads)
  }

  /// Trains until as many steps are done.
  private func interrupt(afterStep last: Int) throws {
    #expect(throws: Interruption.self) {
      try trainer().run(to: files, resuming: false) { event in
        if case .step(last, _, _, _) = event { throw Interruption() }
      }
    }
  }

  @Test("the loss falls, and balls that the training has not seen are found")
  func learns() throws {
    var configuration = Self.configuration
    configuration.augmentation = .none
    configuration.stepsPerEpoch = 20
    var losses: [Double] = []
    let model = try trainer(configuration).run(to: files, resuming: false) { event in
      if case .epoch(let row) = event { losses.append(row.loss) }
    }
    #expect(losses.count == 4)
    #expect(try #require(losses.last) < 0.6 * losses[0])
    let dice = try #require(model.provenance.validationDice)
    #expect(dice > 0.8)
    #expect(model.provenance.trainingSubjects == ["sub-1", "sub-2"])
    #expect(model.provenance.validationSubjects == ["sub-3"])
    #expect(model.provenance.steps == 80)
    #expect(model.provenance.configuration == configuration)
    #expect(try SegmentationModel(contentsOf: files.model) == model)
  }

  @Test("the same seed and threads give the same bytes, another seed other weights")
  func repetition() throws {
    let models = try ["a.safetensors", "b.safetensors"].map {
      try trainer(threads: 2).run(to: Trainer.Files(model: workplace($0)), resuming: false)
    }
    #expect(models[0] == models[1])
    #expect(try workplace.bytes("a.safetensors") == workplace.bytes("b.safetensors"))
    var other = Self.configuration
    other.seed = 8
    #expect(try trainer(other, threads: 2).run(to: files, resuming: false).parameters != models[0].parameters)
  }

  @Test(
    "a training that was interrupted and resumed ends with the bytes of one that was not",
    arguments: [(step: 3, epochs: 0), (step: 7, epochs: 1), (step: 10, epochs: 1), (step: 19, epochs: 3)])
  func resumption(step: Int, epochs: Int) throws {
    let whole = Trainer.Files(model: workplace("whole.safetensors"))
    try trainer().run(to: whole, resuming: false)
    try interrupt(afterStep: step)
    #expect(!workplace.exists("model.safetensors"))
    #expect(workplace.exists("model.checkpoint.safetensors") == (epochs > 0))
    var (first, resumed) = (0, 0)
    try trainer().run(to: files, resuming: true) { event in
      if case .resumed(let epoch) = event { resumed = epoch }
      if case .step(let done, _, _, _) = event, first == 0 { first = done }
    }
    #expect(resumed == epochs)
    #expect(first == 5 * epochs + 1)
    #expect(try workplace.bytes("model.safetensors") == workplace.bytes("whole.safetensors"))
    #expect(
      try columns(of: files.log, [0, 1, 3, 4, 5, 6, 7]) == columns(of: whole.log, [0, 1, 3, 4, 5, 6, 7]))
  }

  /// All but the seconds, which no two runs share.
  private func columns(of log: String, _ chosen: [Int]) throws -> [[String]] {
    try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n").map { line in
      let cells = line.split(separator: "\t").map(String.init)
      return try chosen.map { try #require(cells.indices.contains($0) ? cells[$0] : nil) }
    }
  }

  @Test("without resuming, a training starts from the beginning though there is a checkpoint")
  func fromTheBeginning() throws {
    try interrupt(afterStep: 7)
    var steps: [Int] = []
    try trainer().run(to: files, resuming: false) { event in
      if case .step(let done, _, _, _) = event { steps.append(done) }
    }
    #expect(steps == Array(1...20))
  }

  @Test("the log has the documented columns and a row for each epoch; the checkpoint is gone at the end")
  func log() throws {
    try trainer().run(to: files, resuming: false)
    let rows = try columns(of: files.log, Array(0..<8))
    #expect(
      rows[0] == ["epoch", "steps", "seconds", "learning_rate", "loss", "dice_GM", "dice_WM", "dice_CSF"])
    #expect(rows.dropFirst().map { $0[0] } == ["1", "2", "3", "4"])
    #expect(rows.dropFirst().map { $0[1] } == ["5", "10", "15", "20"])
    #expect(rows.dropFirst().map { $0[5] == "n/a" } == [true, false, true, false])
    #expect(
      rows.dropFirst().allSatisfy { Double($0[2]) != nil && Double($0[3]) != nil && Double($0[4]) != nil })
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: workplace.path).sorted()
        == ["model.log.tsv", "model.safetensors"])
  }

  @Test("the last epoch is validated whatever the interval; without validation images there is no Dice")
  func validationInterval() throws {
    var configuration = Self.configuration
    configuration.validationInterval = 3
    try trainer(configuration).run(to: files, resuming: false)
    #expect(try columns(of: files.log, [5]).dropFirst().map { $0[0] == "n/a" } == [true, true, false, false])
    let data = TrainingData(training: Self.data.training, validation: [])
    let model = try trainer(Self.configuration, data).run(to: files, resuming: false)
    #expect(model.provenance.validationDice == nil)
    #expect(try columns(of: files.log, [5]).dropFirst().allSatisfy { $0[0] == "n/a" })
  }

  @Test(
    "network and patches that take more than they may are refused before a file is written; else they train")
  func memoryLimit() throws {
    func train(limit: Int) throws {
      let trainer = Trainer(
        Self.configuration, data: Self.data, program: "grisea test", memoryLimit: limit, threads: 1)
      try trainer.run(to: files, resuming: false)
    }
    let error = #expect(throws: TrainingError.self) { try train(limit: 1_000_000) }
    guard case .memory(let size, let count, let needed, 1_000_000) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(size == Self.configuration.patchSize && count == Self.configuration.batchSize)
    #expect(try FileManager.default.contentsOfDirectory(atPath: workplace.path).isEmpty)
    #expect(throws: TrainingError.self) { try train(limit: needed - 1) }
    try train(limit: needed)
    #expect(workplace.exists("model.safetensors"))
  }

  @Test(
    "a checkpoint of another configuration is refused with the names of what differs",
    arguments: [
      ("architecture", \.architecture.channels), ("patch or batch size", \.batchSize),
      ("length of the training", \.epochs), ("length of the training", \.stepsPerEpoch),
      ("settings", \.validationInterval),
    ] as [(String, WritableKeyPath<TrainingConfiguration, Int> & Sendable)])
  func otherConfiguration(name: String, setting: WritableKeyPath<TrainingConfiguration, Int> & Sendable)
    throws
  {
    try interrupt(afterStep: 6)
    let checkpoint = try workplace.bytes("model.checkpoint.safetensors")
    var other = Self.configuration
    other[keyPath: setting] += 1
    #expect(throws: ModelError.otherTraining(path: files.checkpoint, differences: [name])) {
      try trainer(other).run(to: files, resuming: true)
    }
    #expect(try workplace.bytes("model.checkpoint.safetensors") == checkpoint)
  }

  @Test("all that differs is named, subjects too")
  func allDifferences() throws {
    try interrupt(afterStep: 6)
    var other = Self.configuration
    other.preprocessing.conforming.spacing = .one
    other.augmentation = .none
    other.minutes = 5
    other.seed = 0
    var data = Self.data
    data.training[0].subject = "sub-9"
    data.validation = []
    let error = ModelError.otherTraining(
      path: files.checkpoint,
      differences: [
        "preprocessing", "augmentation", "length of the training", "seed", "training subjects",
        "validation subjects",
      ])
    #expect(throws: error) { try trainer(other, data).run(to: files, resuming: true) }
  }

  @Test("a checkpoint of other images or labels is refused; one of an older version does not know them")
  func otherData() throws {
    func train(_ data: TrainingData, until last: Int = .max, resuming: Bool) throws {
      try trainer(Self.configuration, data).run(to: files, resuming: resuming) { event in
        if case .step(last, _, _, _) = event { throw Interruption() }
      }
    }
    var (data, other) = (Self.data, Self.data)
    data.sourceHash = ContentHash(of: Data("labels".utf8))
    other.sourceHash = ContentHash(of: Data("other labels".utf8))
    #expect(throws: Interruption.self) { try train(data, until: 6, resuming: false) }
    let error = ModelError.otherTraining(path: files.checkpoint, differences: ["images or labels"])
    #expect(throws: error) { try train(other, resuming: true) }
    try train(data, resuming: true)
    try interrupt(afterStep: 6)
    try train(data, resuming: true)
  }

  @Test("a damaged checkpoint is an error, never a training that goes on from elsewhere")
  func damagedCheckpoint() throws {
    try interrupt(afterStep: 6)
    let whole = try SafeTensors(contentsOf: files.checkpoint)
    let changes: [(inout SafeTensors) -> Void] = [
      { $0.tensors["optimizer/first"] = nil },
      { $0.tensors["optimizer/second"] = Tensor(shape: [3], repeating: 0) },
      { $0.metadata["grisea.checkpoint"] = "{}" },
      { $0.tensors["output.weight"] = nil },
    ]
    for change in changes {
      var file = whole
      change(&file)
      try file.write(to: files.checkpoint)
      #expect(throws: ModelError.self) { try trainer().run(to: files, resuming: true) }
    }
    try whole.write(to: files.checkpoint)
    try workplace.write(
      workplace.bytes("model.checkpoint.safetensors").dropLast(), to: "model.checkpoint.safetensors")
    let error = #expect(throws: ModelError.self) { try trainer().run(to: files, resuming: true) }
    guard case .truncated = error else {
      Issue.record("\(error as Any)")
      return
    }
  }

  @Test("a checkpoint can be used as a model, which has the mean of the weights")
  func checkpointAsModel() throws {
    try interrupt(afterStep: 12)
    let model = try SegmentationModel(contentsOf: files.checkpoint)
    #expect(model.provenance.steps == 10)
    #expect(model.graph == Self.configuration.architecture.graph)
    let file = try SafeTensors(contentsOf: files.checkpoint)
    #expect(model.parameters.values == file.tensors["optimizer/average"]?.values)
    #expect(model.parameters["output.bias"] != file.tensors["output.bias"])
  }

  @Test("a training that runs out of time ends after the step, with a model")
  func time() throws {
    var configuration = Self.configuration
    // Less than any step lasts.
    configuration.minutes = 1e-12
    let model = try trainer(configuration).run(to: files, resuming: false)
    #expect(model.provenance.steps == 1)
    #expect(model.provenance.validationDice != nil)
    #expect(workplace.exists("model.safetensors"))
  }

  @Test("a learning rate that lets the loss overflow is an error that says what to do")
  func divergence() throws {
    var configuration = Self.configuration
    configuration.schedule = LearningRateSchedule(peak: 1e38, decay: .constant)
    let error = #expect(throws: TrainingError.self) {
      try trainer(configuration).run(to: files, resuming: false)
    }
    #expect(error?.description.contains("--learning-rate") == true)
    #expect(!workplace.exists("model.safetensors"))
  }

  @Test("the files stand beside the model, named after it")
  func names() {
    let files = Trainer.Files(model: "out/adult.safetensors")
    #expect(files.checkpoint == "out/adult.checkpoint.safetensors")
    #expect(files.log == "out/adult.log.tsv")
    #expect(Trainer.Files(model: "adult.model").log == "adult.model.log.tsv")
  }
}
