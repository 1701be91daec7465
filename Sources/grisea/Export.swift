import ArgumentParser
import Foundation
import PipelineRunner
import Segmentation

/// `grisea export MODEL --onnx FILE`
struct Export: StageCommand {
  static let configuration = CommandConfiguration(
    abstract: "Writes a model's network for other runtimes.",
    discussion: """
      The ONNX file has the input "image" [N, 1, D, H, W] and the output "probabilities" [N, labels, D, H, W], \
      with D, H, W along z, y, x of a scan that `grisea preprocess` has prepared as the file's metadata say. An \
      existing file is replaced.
      """)

  @Argument(help: ArgumentHelp("A model that `grisea train` has written.", valueName: "model"))
  var model: String

  @Option(help: ArgumentHelp("The ONNX file to write.", valueName: "file"))
  var onnx: String

  func validate() throws {
    let paths = [model, onnx].map { URL(filePath: $0).standardizedFileURL.path }
    guard paths[0] != paths[1] else {
      throw ValidationError("--onnx \(onnx): the model itself would be replaced; name another file")
    }
  }

  func run() throws {
    let model = try SegmentationModel(contentsOf: model)
    try OutputFolder.check(forFile: onnx)
    try model.writeONNX(to: onnx, version: Grisea.configuration.version)
    print(onnx)
  }

  func declaration() throws -> StageDeclaration { StageDeclaration(inputs: [model], outputs: [onnx]) }
}
