import Foundation
import Imaging
import Testing

@Suite("grisea preprocess")
struct PreprocessTests {
  private let place: Workplace

  init() throws {
    place = try Workplace()
    try place.write(SyntheticHead(), to: "sub-01_T1w.nii")
  }

  @Test("it writes the scan reoriented, resampled and scaled, and prints the path")
  func result() throws {
    let outcome = try place.grisea(
      "preprocess sub-01_T1w.nii --output out --orientation RAS --spacing 4 --scaling percentile --quiet")
    #expect(outcome.status == 0)
    #expect(outcome.error.isEmpty)
    #expect(outcome.output == ["out/sub-01_desc-preproc_T1w.nii.gz"])
    let image = try NIfTIImage(contentsOf: place("out/sub-01_desc-preproc_T1w.nii.gz"))
    let source = try NIfTIImage(contentsOf: place("sub-01_T1w.nii")).volume
    #expect(image.volume.grid.shape == [16, 15, 14])
    #expect(Orientation(image.volume.grid.affine) == .ras)
    #expect(image.volume == (try Preprocessing(spacing: [4, 4, 4])(source)))
  }

  @Test("what is doubtful about a scan is a warning, which --quiet leaves out")
  func warnings() throws {
    let outcome = try place.grisea("preprocess sub-01_T1w.nii --output out")
    #expect(outcome.status == 0)
    #expect(outcome.error.contains { $0.hasPrefix("sub-01_T1w.nii: warning: sform and qform disagree by") })
  }

  @Test("with --bias-field n4 the scan's field is divided out")
  func biasField() throws {
    let outcome = try place.grisea("preprocess sub-01_T1w.nii --output out --bias-field n4 --quiet")
    #expect(outcome.status == 0)
    let image = try NIfTIImage(contentsOf: place("out/sub-01_desc-preproc_T1w.nii.gz"))
    let source = try NIfTIImage(contentsOf: place("sub-01_T1w.nii")).volume
    #expect(image.volume == (try Preprocessing(biasField: BiasFieldCorrection())(source)))
  }

  @Test("bad inputs are one line each, the good ones are done, no rubbish is left")
  func batch() throws {
    let bad = try place.writeBadScans()
    let outcome = try place.grisea(
      "preprocess \(bad.map(\.name).joined(separator: " ")) sub-01_T1w.nii --output out --quiet")
    #expect(outcome.status == 1)
    #expect(outcome.error.count == bad.count)
    for (line, bad) in zip(outcome.error, bad) { #expect(line.hasPrefix("\(bad.name): \(bad.reason)")) }
    #expect(try place.contents("out").keys.sorted() == ["sub-01_desc-preproc_T1w.nii.gz"])
  }

  @Test(
    "wrong usage ends with 64, names what is wrong and writes nothing",
    arguments: [
      ("--output o --spacing 0", "'0'"), ("--output o --spacing 1,2", "'1,2'"),
      ("--output o --spacing 2,x", "'2,x'"), ("--output o --spacing 1,x,2,3", "'1,x,2,3'"),
      ("--output o --orientation RAR", "'RAR'"), ("--output o --scaling loud", "loud"), ("", "--output"),
    ])
  func usage(options: String, fact: String) throws {
    let outcome = try place.grisea("preprocess sub-01_T1w.nii " + options)
    #expect(outcome.status == 64)
    #expect(outcome.error.contains { $0.contains(fact) }, "\(outcome.error)")
    #expect(!place.exists("o"))
  }
}
