import Foundation
import Imaging
import NeuralNetwork
import Segmentation
import Testing

@Suite("SegmentationModel")
struct SegmentationModelTests {
  private let workplace: Workplace
  private let path: String

  init() throws {
    workplace = try Workplace()
    path = workplace("model.safetensors")
  }

  /// A model's file, changed by a closure.
  private func write(_ model: SegmentationModel, _ change: (inout SafeTensors) -> Void) throws {
    try model.write(to: path)
    var file = try SafeTensors(contentsOf: path)
    change(&file)
    try file.write(to: path)
  }

  private var small: SegmentationModel { TinyModel.pointwise(tile: [8, 8, 8]) }

  @Test("what is written is read again: graph, weights, preprocessing, labels, patch size and provenance")
  func roundTrip() throws {
    let preprocessing = Preprocessing(
      orientation: try #require(Orientation("LIA")), spacing: [0.7, 1, 1.3],
      scaling: .percentile(low: 0.1, high: 99))
    var model = TinyModel.random(tile: [16, 32, 8], preprocessing: preprocessing)
    try model.write(to: path)
    #expect(try SegmentationModel(contentsOf: path) == model)
    model.preprocessing.conforming.spacing = nil
    model.preprocessing.scaling = .zScore
    model.provenance.validationDice = nil
    model.labels[1].name = "cortex"
    try model.write(to: path)
    #expect(try SegmentationModel(contentsOf: path) == model)
  }

  @Test("the same model gives the same bytes")
  func sameBytes() throws {
    let model = TinyModel.random(tile: [16, 16, 16])
    try model.write(to: workplace("a"))
    try model.write(to: workplace("b"))
    #expect(try workplace.bytes("a") == workplace.bytes("b"))
  }

  @Test(
    "metadata that are missing or damaged are named",
    arguments: ["format", "graph", "preprocessing", "labels", "patch_size", "provenance"],
    [nil, "", "{", "null", "\"x\"", "[]"])
  func damagedMetadata(name: String, text: String?) throws {
    let key = "grisea." + name
    try write(small) { $0.metadata[key] = text }
    #expect(throws: ModelError.badMetadata(path: path, key: key)) { try SegmentationModel(contentsOf: path) }
  }

  @Test(
    "metadata that contradict the graph are named",
    arguments: [
      ("patch_size", "[0,8,8]"), ("patch_size", "[8,-8,8]"), ("patch_size", "[8,8,9223372036854775807]"),
      ("labels", #"[{"name":"GM","tissue":1}]"#),
      (
        "labels",
        #"[{"name":"GM","tissue":1},{"name":"a","tissue":0},{"name":"b","tissue":2},{"name":"c","tissue":3}]"#
      ),
    ])
  func contradiction(name: String, text: String) throws {
    try write(small) { $0.metadata["grisea." + name] = text }
    #expect(throws: ModelError.badMetadata(path: path, key: "grisea." + name)) {
      try SegmentationModel(contentsOf: path)
    }
  }

  @Test("a network whose output is smaller than its patch cannot be a segmentation's")
  func smallOutput() throws {
    var model = small
    var graph = Graph()
    let image = graph.input(channels: 1, name: "image")
    _ = graph.convolution(image, outputChannels: 4, kernel: 3, stride: 2, name: "classes")
    model.graph = graph
    model.parameters = Parameters(zerosFor: graph)
    try model.write(to: path)
    #expect(throws: ModelError.badMetadata(path: path, key: "grisea.patch_size")) {
      try SegmentationModel(contentsOf: path)
    }
  }

  @Test("a newer format says that a newer grisea is needed")
  func newer() throws {
    try write(small) { $0.metadata["grisea.format"] = "2" }
    let error = ModelError.newerFormat(path: path, found: 2)
    #expect(throws: error) { try SegmentationModel(contentsOf: path) }
    #expect(error.description == "\(path): model format 2, this version reads 1; use a newer grisea")
  }

  @Test("a tensor that is missing, unknown or of another shape is named")
  func tensors() throws {
    let changes: [(inout SafeTensors) -> Void] = [
      { $0.tensors["classes.weight"] = nil }, { $0.tensors["classes.weight"]?.shape = [1, 4, 1, 1, 1] },
    ]
    for change in changes {
      try write(small, change)
      let error = #expect(throws: ModelError.self) { try SegmentationModel(contentsOf: path) }
      guard case .badParameters(path, let reason) = error else {
        Issue.record("\(error as Any)")
        continue
      }
      #expect(reason.contains("classes.weight"))
    }
    try write(small) { $0.tensors["more"] = Tensor(shape: [1], values: [0]) }
    let error = #expect(throws: ModelError.self) { try SegmentationModel(contentsOf: path) }
    guard case .badParameters(path, let reason) = error else {
      Issue.record("\(error as Any)")
      return
    }
    #expect(reason.contains("more"))
  }

  @Test("another program's safetensors is no model")
  func foreign() throws {
    try SafeTensors(tensors: ["a": Tensor(shape: [1], values: [0])], metadata: [:]).write(to: path)
    #expect(throws: ModelError.badMetadata(path: path, key: "grisea.format")) {
      try SegmentationModel(contentsOf: path)
    }
  }
}
