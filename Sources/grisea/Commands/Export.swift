import ArgumentParser
import Foundation
import PipelineRunner
import Segmentation

/// `grisea export MODEL --onnx FILE --safetensors FILE`
struct Export: StageCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write a model's network for other runtimes.",
    discussion: """
      The ONNX file has the input "image" [N, 1, D, H, W] and the output "probabilities" [N, labels, D, H, W], with D, H, W \
      along z, y, x of a scan that `grisea preprocess` has prepared as the file's metadata say. The safetensors file is \
      the model with weights in bfloat16, half the size. Existing files are replaced.

      Example:
        grisea export accurate --onnx accurate.onnx
      """)

  @Argument(
    help: ArgumentHelp(
      "A built-in model, or the file of a model that `grisea train` has written.",
      valueName: "accurate | fast | structures | locator | safetensors"))
  var model: String

  @Option(help: ArgumentHelp("Write this ONNX file.", valueName: "file"))
  var onnx: String?

  @Option(help: ArgumentHelp("Write this safetensors file.", valueName: "file"))
  var safetensors: String?

  private var outputs: [String] { [onnx, safetensors].compactMap { $0 } }

  func validate() throws {
    guard !outputs.isEmpty else { throw ValidationError("needed --onnx, --safetensors or both") }
    let paths = ([model] + outputs).map { URL(filePath: $0).standardizedFileURL.path }
    for (option, path) in [("onnx", onnx), ("safetensors", safetensors)] {
      guard let path, URL(filePath: path).standardizedFileURL.path == paths[0] else { continue }
      throw ValidationError("--\(option) \(path): the model itself would be replaced; name another file")
    }
    guard Set(paths).count == paths.count else {
      throw ValidationError("--onnx and --safetensors name the same file; name two")
    }
  }

  func run() throws {
    let model = try SegmentationModel(nameOrPath: model)
    for path in outputs { try OutputFolder.make(forFile: path) }
    if let onnx { try model.writeONNX(to: onnx, version: Grisea.configuration.version) }
    if let safetensors { try model.write(to: safetensors, as: .bfloat16) }
    for path in outputs { print(path) }
  }

  func declaration() throws -> StageDeclaration {
    StageDeclaration(inputs: BuiltInModel(rawValue: model) == nil ? [model] : [], outputs: outputs)
  }
}
