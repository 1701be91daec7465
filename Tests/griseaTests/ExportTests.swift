import Foundation
import TestSupport
import Testing

@Suite("grisea export")
struct ExportTests {
  private let place: Workplace

  init() throws {
    place = try Workplace()
    try SmallModel.write(to: place)
  }

  @Test("the file is written and printed; the same model gives the same bytes, and replaces what was there")
  func writes() throws {
    try place.write("old", to: "b.onnx")
    for name in ["a.onnx", "b.onnx"] {
      let outcome = try place.grisea("export model.safetensors --onnx \(name)")
      #expect(outcome.status == 0, "\(outcome.error)")
      #expect(outcome.output == [name])
      #expect(outcome.error.isEmpty)
    }
    #expect(try place.bytes("a.onnx") == place.bytes("b.onnx"))
    let names = try FileManager.default.contentsOfDirectory(atPath: place.path)
    #expect(Set(names) == ["model.safetensors", "a.onnx", "b.onnx"])
  }

  static let faults: [(words: String, status: Int32, message: String)] = [
    ("no.safetensors --onnx a.onnx", 1, "no.safetensors: cannot be read: no such file or directory"),
    ("text --onnx a.onnx", 1, "text: "),
    ("model.safetensors --onnx text/no/a.onnx", 1, "text: found a file, needed a folder"),
    ("model.safetensors --onnx folder", 1, "folder: cannot be written: is a directory"),
    ("model.safetensors --onnx ./model.safetensors", 64, "Error: --onnx ./model.safetensors: the model"),
  ]

  @Test("what cannot be exported is reported in one line, and nothing is left behind", arguments: faults)
  func unusable(words: String, status: Int32, message: String) throws {
    try place.write("no model, and more than eight bytes", to: "text")
    try place.write("", to: "folder/file")
    let before = try place.contents()
    let outcome = try place.grisea("export \(words)")
    #expect(outcome.status == status)
    #expect(outcome.output.isEmpty)
    #expect(outcome.error.first?.hasPrefix(message) == true, "\(outcome.error)")
    if status == 1 { #expect(outcome.error.count == 1) }
    #expect(try place.contents() == before)
  }

  /// The article's own lines, with the probabilities that they end in written to a file.
  private func articleScript() throws -> String {
    let article = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../Sources/grisea/Documentation.docc/ONNX.md")
    let text = String(decoding: try Data(contentsOf: article.standardized), as: UTF8.self)
    let block = try #require(text.split(separator: "```python\n").dropFirst().first)
    return String(try #require(block.split(separator: "```").first))
      + "\nprint(*probabilities.shape)\nprobabilities.astype('<f4').tofile('probabilities.raw')\n"
  }

  @Test(
    "the Python lines of the article about ONNX give the probabilities that `grisea segment` writes",
    .needs(.nibabel), .needs(.onnxRuntime))
  func article() throws {
    // A scan as large as one patch, on the model's grid of 2 mm, so that the tile is the whole scan.
    try place.write(SyntheticHead(shape: [16, 16, 16], number: 2), to: "sub-01_T1w.nii")
    for words in [
      "preprocess sub-01_T1w.nii --spacing 2 --output preprocessed",
      "segment sub-01_T1w.nii --model model.safetensors --output out --probabilities --threads 1 --precision float32",
      "export model.safetensors --onnx accurate.onnx",
    ] {
      let outcome = try place.grisea(words)
      #expect(outcome.status == 0, "\(outcome.error)")
    }
    let outcome = try place.run(Python.program, ["-c", articleScript()])
    #expect(outcome.status == 0, "\(outcome.error)")
    #expect(outcome.output.last == "1 4 16 16 16")
    #expect(outcome.output.first?.hasPrefix("{'background': ") == true)
    let comparison = try place.run(Python.program, ["-c", Self.comparison])
    #expect(comparison.status == 0, "\(comparison.error)")
    let difference = try #require(comparison.output.first.flatMap(Double.init))
    // Both are f32; sums of some hundred products in another order keep five digits.
    #expect(difference < 1e-4)
  }

  /// Prints the largest difference of GM, WM and CSF, read by nibabel on the scan's own grid, turned to RAS.
  private static let comparison = """
    import nibabel, numpy
    own = numpy.fromfile("probabilities.raw", "<f4").reshape(4, 16, 16, 16)
    def written(name):
        image = nibabel.load(f"out/sub-01_label-{name}_probseg.nii.gz")
        return nibabel.as_closest_canonical(image).get_fdata().T
    print(max(abs(own[i + 1] - written(n)).max() for i, n in enumerate(["GM", "WM", "CSF"])))
    """
}
