import Foundation
import Imaging
import Testing

@Suite("grisea preprocess")
struct PreprocessTests {
  @Test("it writes the scan reoriented, resampled and scaled, and prints the path")
  func result() throws {
    let inputs = try BadInputs()
    defer { inputs.folder.remove() }
    let command = try Command.run(
      [
        "preprocess", BadInputs.good, "--output", "out", "--orientation", "RAS", "--spacing", "2",
        "--scaling", "percentile",
      ],
      in: inputs.folder.path)
    #expect(command.status == 0)
    #expect(command.output == "out/sub-01_desc-preproc_T1w.nii.gz\n")
    let image = try NIfTIImage(contentsOf: inputs.folder.file("out/sub-01_desc-preproc_T1w.nii.gz"))
    let source = try NIfTIImage(contentsOf: inputs.folder.file(BadInputs.good)).volume
    #expect(image.volume.grid.shape == [45, 50, 45])
    #expect(Orientation(image.volume.grid.affine) == .ras)
    #expect(image.volume == (try Preprocessing(spacing: [2, 2, 2])(source)))
  }

  @Test("with --bias-field n4 the scan's field is divided out")
  func biasField() throws {
    let inputs = try BadInputs()
    defer { inputs.folder.remove() }
    let command = try Command.run(
      ["preprocess", BadInputs.good, "--output", "out", "--bias-field", "n4"], in: inputs.folder.path)
    #expect(command.status == 0)
    let image = try NIfTIImage(contentsOf: inputs.folder.file("out/sub-01_desc-preproc_T1w.nii.gz"))
    let source = try NIfTIImage(contentsOf: inputs.folder.file(BadInputs.good)).volume
    #expect(image.volume == (try Preprocessing(biasField: BiasFieldCorrection())(source)))
  }

  @Test("bad inputs are one line each, the good ones are done, no rubbish is left")
  func batch() throws {
    let inputs = try BadInputs()
    defer { inputs.folder.remove() }
    let names = BadInputs.bad.map(\.name)
    let command = try Command.run(
      ["preprocess"] + names + [BadInputs.good, "--output", "out"], in: inputs.folder.path)
    #expect(command.status == 1)
    #expect(command.errorLines.count == names.count)
    for (line, bad) in zip(command.errorLines, BadInputs.bad) { #expect(line.hasPrefix("\(bad.name): ")) }
    #expect(try inputs.folder.names(in: "out") == ["sub-01_desc-preproc_T1w.nii.gz"])
  }

  @Test("two inputs of one stem do not overwrite each other")
  func sameStem() throws {
    let inputs = try BadInputs()
    defer { inputs.folder.remove() }
    let command = try Command.run(
      ["preprocess", BadInputs.good, "./" + BadInputs.good, "--output", "out"], in: inputs.folder.path)
    #expect(command.status == 1)
    #expect(
      command.errors
        == "./\(BadInputs.good): its results would be named sub-01_… like those of \(BadInputs.good); give it another --output\n"
    )
  }

  @Test("an output folder without a parent is one line and 64")
  func missingParent() throws {
    let inputs = try BadInputs()
    defer { inputs.folder.remove() }
    let path = inputs.folder.file("none/out")
    let command = try Command.run(["preprocess", BadInputs.good, "--output", path], in: inputs.folder.path)
    #expect(command.status == 64)
    let parent = inputs.folder.file("none")
    #expect(command.errors == "\(path): its parent folder \(parent) does not exist; create it first\n")
  }

  @Test(
    "wrong usage ends with 64 and names what is wrong",
    arguments: [
      (["--output", "none/out"], "none"), (["--output", "text.nii"], "text.nii"),
      (["--output", "o", "--spacing", "0"], "'0'"),
      (["--output", "o", "--spacing", "1,2"], "'1,2'"),
      (["--output", "o", "--spacing", "1,x,2,3"], "'1,x,2,3'"),
      (["--output", "o", "--orientation", "RAR"], "'RAR'"), (["--output", "o", "--scaling", "loud"], "loud"),
      ([], "--output"),
    ] as [([String], String)])
  func usage(options: [String], fact: String) throws {
    let inputs = try BadInputs()
    defer { inputs.folder.remove() }
    let command = try Command.run(["preprocess", BadInputs.good] + options, in: inputs.folder.path)
    #expect(command.status == 64)
    #expect(command.errors.contains(fact))
  }
}
