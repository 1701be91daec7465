import Foundation
import Imaging
import NeuralNetwork
import Segmentation
import TestSupport
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

  /// Nodes of a graph as a file holds them.
  private static func node(_ name: String, _ inputs: String, _ operation: String) -> String {
    #"{"name":"\#(name)","inputs":[\#(inputs)],"operation":{\#(operation)}}"#
  }

  private static let image = node("image", "", #""input":{"_0":{"channels":1}}"#)

  private static func convolution(_ name: String, _ input: Int, channels: Int, padding: Int = 0) -> String {
    let numbers = #""kernel":[1,1,1],"padding":[\#(padding),0,0],"stride":[1,1,1]"#
    return node(name, "\(input)", #""convolution":{"outputChannels":\#(channels),\#(numbers)}"#)
  }

  /// Each ended the program: names by which a dictionary is made, products beyond the largest number, memory that no
  /// machine has, and sums that come round to a size that fits.
  static let impossibleGraphs = [
    [image, convolution("a", 0, channels: 4), convolution("a", 1, channels: 4)],
    [
      image, convolution("a.2", 0, channels: 4), convolution("a", 1, channels: 4),
      convolution("a", 2, channels: 4),
    ],
    [image, convolution("a", 0, channels: .max), convolution("b", 1, channels: 4)],
    [image, convolution("a", 0, channels: .max), node("b", "1", #""spaceToDepth":{}"#)],
    [image, convolution("a", 0, channels: 1 << 20), convolution("b", 1, channels: 1 << 20)],
    [image, convolution("a", 0, channels: .max / 2 + 1), node("b", "1,1", #""concatenation":{}"#)],
    [image, convolution("a", 0, channels: 4, padding: .max)],
    [image, node("b", "0", #""reshape":{"_0":{"channels":1,"size":[9223372036854775807,2,2]}}"#)],
    [node("image", "", #""input":{"_0":{"channels":1,"size":[4611686018427387904,4,4]}}"#)],
    [node("image", "", #""input":{"_0":{"channels":1,"size":[-1,4,4]}}"#)],
  ]

  @Test("a damaged graph is refused in a sentence, and does not end the program", arguments: impossibleGraphs)
  func impossibleGraph(nodes: [String]) throws {
    try write(small) { $0.metadata["grisea.graph"] = "[" + nodes.joined(separator: ",") + "]" }
    let error = try #require(throws: ModelError.self) { try SegmentationModel(contentsOf: path) }
    #expect(error.description.hasPrefix(path + ": "))
  }

  @Test(
    "settings that would end the program when they are used are refused",
    arguments: [
      (#""iterations":[50,50,50,50]"#, #""iterations":[50,-1]"#),
      (#""shrinkFactor":4"#, #""shrinkFactor":9223372036854775807"#),
      (#""orientation":"RAS""#, #""orientation":"ßRA""#), (#""bins":200"#, #""bins":0"#),
    ])
  func impossibleSettings(good: String, bad: String) throws {
    var model = small
    model.preprocessing.biasField = BiasFieldCorrection()
    try write(model) { $0.metadata["grisea.preprocessing"]?.replace(good, with: bad) }
    #expect(try SafeTensors(contentsOf: path).metadata["grisea.preprocessing"]?.contains(bad) == true)
    #expect(throws: ModelError.badMetadata(path: path, key: "grisea.preprocessing")) {
      try SegmentationModel(contentsOf: path)
    }
  }

  @Test(
    "a spacing as small as a number can be makes a grid that can be counted, and is refused for its memory")
  func tinySpacing() throws {
    try write(small) {
      $0.metadata["grisea.preprocessing"] = #"{"orientation":"RAS","spacing":[1e-300,1,1]}"#
    }
    let model = try SegmentationModel(contentsOf: path)
    var configuration = Segmenter.Configuration(precision: .float32)
    configuration.memoryLimit = 1 << 30
    let grid = Grid(shape: [200, 200, 200], affine: Affine(spacing: .one))
    #expect(throws: SegmenterError.self) { try Segmenter(model, configuration, threads: 1).plan(for: grid) }
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
    let error = ModelError.newerFormat(path: path, found: 2, supported: 1)
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
