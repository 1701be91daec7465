import NeuralNetwork
import TestSupport
import Testing

/// Single precision keeps 7 digits; a dozen layers of sums in another order keep 4.
private let tolerance: Float = 1e-4

@Suite(
  "Graphs as ONNX agree with onnxruntime",
  .needs(.onnxRuntime))
struct ONNXModelTests {
  private static let cases = Result { try ONNXCase.operations() + ONNXCase.networks() }
  /// Of all files by one start of Python, by the case's name.
  private static let answers = Result {
    let all = try cases.get()
    let answers = try ONNXRuntime.run(all.map { try $0.job() })
    return Dictionary(uniqueKeysWithValues: zip(all.map(\.testDescription), answers))
  }

  private func answer(_ name: String) throws -> ONNXRuntime.Answer {
    try #require(try Self.answers.get()[name])
  }

  @Test("onnx's checks pass, and results are the same at two shapes", arguments: try cases.get())
  func agrees(graphCase: ONNXCase) throws {
    let answer = try answer(graphCase.testDescription)
    #expect(answer.results.count == graphCase.sizes.count)
    for (place, (inputs, result)) in zip(graphCase.sizes, zip(graphCase.inputs, answer.results)) {
      let executable = try Executable(graphCase.graph, batch: place.batch, size: place.size, threads: 1)
      try executable.setParameters(graphCase.parameters)
      let own = try executable.predict(inputs)
      #expect(result.shape == own.shape)
      #expect(difference(result.tensor.values, own.values) < tolerance)
    }
  }

  @Test("weights keep their names, shapes and values; versions are the stated ones")
  func weights() throws {
    for graphCase in try Self.cases.get() {
      let answer = try answer(graphCase.testDescription)
      #expect(answer.opset == ONNXModel.opset && answer.irVersion == ONNXModel.irVersion)
      for (name, tensor) in graphCase.parameters.tensors {
        #expect(answer.weights[name]?.tensor == tensor, "\(graphCase.testDescription): \(name)")
      }
    }
  }

  @Test("open sizes have names, which output and input share where no size is rounded")
  func dimensions() throws {
    let open = try answer("default autoencoder")
    #expect(open.inputs == ["image": ["N", "1", "D", "H", "W"]])
    #expect(open.outputs == ["result": ["N", "4", "D", "H", "W"]])
    let rounded = try answer("without skip connections")
    #expect(rounded.inputs == ["image": ["N", "1", "D", "H", "W"]])
    #expect(rounded.outputs == ["result": ["N", "1", "D_out", "H_out", "W_out"]])
    let fixed = try answer("with a latent vector")
    #expect(fixed.inputs == ["image": ["N", "1", "8", "12", "16"]])
    #expect(fixed.outputs == ["result": ["N", "1", "8", "12", "16"]])
  }

  @Test("metadata and producer are read as they were written, letters beyond ASCII too")
  func metadata() throws {
    let graphCase = ONNXCase.networks()[3]
    var model = ONNXModel(graphCase.graph, parameters: graphCase.parameters, outputName: "klaß")
    model.producerVersion = "1.2.3"
    model.metadata = ["b": "", "a": "{\"tissue\": \"graue Substanz, 灰质\"}"]
    let answer = try #require(try ONNXRuntime.run([.init(bytes: model.bytes(), runs: [])]).first)
    #expect(answer.metadata == model.metadata)
    #expect(answer.producer == ["grisea", "1.2.3"])
    #expect(answer.outputs.keys.sorted() == ["klaß"])
  }
}

@Suite("Graphs that cannot be ONNX")
struct ONNXErrorTests {
  @Test("an empty graph, other weights and duplicate names are errors")
  func refusals() throws {
    let none = Graph()
    #expect(throws: ONNXError.emptyGraph) {
      try ONNXModel(none, parameters: Parameters(zerosFor: none)).bytes()
    }
    var graph = Graph()
    let input = graph.input(channels: 1, name: "image")
    let hidden = graph.convolution(input, outputChannels: 1, kernel: 1, name: "hidden")
    _ = graph.relu(hidden)
    let parameters = Parameters(zerosFor: graph)
    #expect(throws: ONNXError.parametersDiffer) {
      try ONNXModel(graph, parameters: Parameters(zerosFor: none)).bytes()
    }
    for taken in ["image", "hidden", "hidden.weight", ""] {
      #expect(throws: ONNXError.unusableName(taken)) {
        try ONNXModel(graph, parameters: parameters, outputName: taken).bytes()
      }
    }
    let model = ONNXModel(graph, parameters: parameters)
    #expect(try model.bytes() == model.bytes())
  }
}
