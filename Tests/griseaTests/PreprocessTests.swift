import Foundation
import Imaging
import TestSupport
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

  /// Two heads on oblique grids with voxels of 1×1×2.5 mm, and masks of their middles.
  private func writeOblique() throws {
    let affine = Affine(i: [0.6, 0.8, 0], j: [-0.8, 0.6, 0], k: [0, 0, 2.5], origin: [-3, 5, -20])
    let grid = Grid(shape: [30, 26, 16], affine: affine)
    for number in 1...2 {
      let voxels = (0..<grid.count).map { index -> Float in
        let (i, j, k) = (index % 30, index / 30 % 26, index / 780)
        return 300 + 200 * sin(Float(i + number) * 0.9) * cos(Float(j) * 1.1) + Float(k * 13 % 7 * 10)
      }
      try Volume(grid: grid, voxels: voxels).write(to: place("sub-\(number)_T1w.nii.gz"))
      let labels = (0..<grid.count).map { (8..<20).contains($0 % 30) ? UInt16(number) : 0 }
      try LabelMap(grid: grid, labels: labels).write(to: place("sub-\(number)_desc-brain_mask.nii.gz"))
    }
  }

  private func scan(_ name: String) throws -> Volume { try NIfTIImage(contentsOf: place(name)).volume }

  /// 2e-3: float32 interpolation and smoothing of values up to 600, against float64.
  /// The spacing of the nearest voxels puts no centre halfway between two of the scan, where either would be right.
  @Test(
    "values and places are those of SciPy's smoothing and SimpleITK's resampling onto the result's own grid",
    .needs(.sciPy), .needs(.simpleITK),
    arguments: [
      ("--spacing 2 --interpolation linear", "sitkLinear", 1), ("--spacing 2.9,2.9,3.1", "sitkLinear", 1),
      ("--spacing 2 --no-smoothing", "sitkLinear", 0),
      ("--spacing 0.95,0.91,0.93 --interpolation nearest --orientation PIL", "sitkNearestNeighbor", 0),
      ("--spacing 1.9,2.3,1.7 --interpolation cubic --orientation LIA", "sitkBSpline", 1),
      ("--spacing 1.1 --shape 40,30,20", "sitkLinear", 0), ("--shape 12,64,12", "sitkLinear", 0),
    ])
  func peers(options: String, method: String, isSmoothed: Int) throws {
    try writeOblique()
    let outcome = try place.grisea("preprocess sub-1_T1w.nii.gz --output o --scaling none --quiet " + options)
    #expect(outcome.status == 0, "\(outcome.error)")
    let script = """
      import sys, numpy as np, SimpleITK as sitk
      from scipy.ndimage import gaussian_filter
      source, result = map(sitk.ReadImage, sys.argv[1:3])
      steps = np.reshape(result.GetDirection(), (3, 3)) @ np.diag(result.GetSpacing())
      steps = np.linalg.inv(np.reshape(source.GetDirection(), (3, 3)) @ np.diag(source.GetSpacing())) @ steps
      ratio = np.sqrt((steps ** 2).sum(1))
      sigma = np.where(ratio > 1.2, np.sqrt(np.maximum(ratio ** 2 - 1, 0) / (8 * np.log(2))), 0)
      if int(sys.argv[4]):
          assert sigma.max() > 0
          smooth = gaussian_filter(sitk.GetArrayFromImage(source).astype(float), sigma[::-1], mode="nearest")
          image = sitk.GetImageFromArray(smooth)
          image.CopyInformation(source)
          source = image
      source = sitk.Cast(source, sitk.sitkFloat64)
      wanted = sitk.Resample(source, result, sitk.Transform(), getattr(sitk, sys.argv[3]), 0.0)
      wanted, found = map(sitk.GetArrayFromImage, (wanted, result))
      # Half a voxel around the outermost centres is a matter of taste; what lies beyond is 0.
      start = np.array(source.TransformPhysicalPointToContinuousIndex(result.GetOrigin()))
      index = start[:, None] + steps @ np.indices(found.shape)[::-1].reshape(3, -1)
      last = np.array(source.GetSize())[:, None] - 1
      inside = ((index >= 0) & (index <= last)).all(0).reshape(found.shape)
      outside = ((index < -0.51) | (index > last + 0.51)).any(0).reshape(found.shape)
      assert inside.sum() > 500 and not found[outside].any()
      assert np.abs(wanted - found)[inside].max() < 2e-3, np.abs(wanted - found)[inside].max()
      """
    let arguments = ["sub-1_T1w.nii.gz", "o/sub-1_desc-preproc_T1w.nii.gz", method, "\(isSmoothed)"]
    let checked = try place.run(Python.program, ["-c", script] + arguments)
    #expect(checked.status == 0, "\(checked.error)")
  }

  @Test("intensity options do what the library does, inside masks found by subject")
  func intensities() throws {
    try writeOblique()
    let outcome = try place.grisea(
      "preprocess sub-1_T1w.nii.gz sub-2_T1w.nii.gz --output o --quiet --mask *_desc-brain_mask.nii.gz "
        + "--bias-field n4 --clip 1,99 --scaling zscore")
    #expect(outcome.status == 0, "\(outcome.error)")
    let preprocessing = Preprocessing(
      conforming: Conforming(), biasField: BiasFieldCorrection(), clipping: .percentile(low: 1, high: 99),
      scaling: .zScore)
    for number in 1...2 {
      let mask = try NIfTIImage(contentsOf: place("sub-\(number)_desc-brain_mask.nii.gz")).labelMap()
      let expected = try preprocessing(scan("sub-\(number)_T1w.nii.gz"), mask: mask)
      #expect(try scan("o/sub-\(number)_desc-preproc_T1w.nii.gz").voxels == expected.voxels)
    }
  }

  @Test("with --match the reference's intensities stay unless a scale is asked for")
  func matching() throws {
    try writeOblique()
    let reference = try scan("sub-2_T1w.nii.gz")
    let mask = try NIfTIImage(contentsOf: place("sub-2_desc-brain_mask.nii.gz")).labelMap()
    let matching = try HistogramMatching(to: reference, mask: mask)
    let command =
      "preprocess sub-1_T1w.nii.gz --output o --quiet --clip 5 --match sub-2_T1w.nii.gz "
      + "--match-mask sub-2_desc-brain_mask.nii.gz"
    for (options, scaling) in [("", nil as IntensityScaling?), (" --scaling zscore", .zScore)] {
      let outcome = try place.grisea(command + options)
      #expect(outcome.status == 0, "\(outcome.error)")
      let expected = try Preprocessing(
        conforming: Conforming(), clipping: .deviations(5), matching: matching, scaling: scaling)(
          scan("sub-1_T1w.nii.gz"))
      #expect(try scan("o/sub-1_desc-preproc_T1w.nii.gz").voxels == expected.voxels)
    }
  }

  @Test("a scan without its mask, and a reference that cannot be read, are a line each")
  func missing() throws {
    try writeOblique()
    let words = "preprocess sub-1_T1w.nii.gz sub-2_T1w.nii.gz --output o --quiet --mask sub-1*_mask.nii.gz"
    let outcome = try place.grisea(words)
    #expect(outcome.status == 1)
    #expect(
      outcome.error == ["sub-2_T1w.nii.gz: no file of 'sub-1*_mask.nii.gz' belongs to its subject"])
    #expect(outcome.output == ["o/sub-1_desc-preproc_T1w.nii.gz"])
    let unread = try place.grisea("preprocess sub-1_T1w.nii.gz --output p --match nothing.nii")
    #expect(unread.status == 1)
    #expect(unread.error == ["nothing.nii: no such file"])
    #expect(!place.exists("p"))
  }

  @Test("in a pipeline, masks and reference are inputs: the stage runs again where one of them changes")
  func pipeline() throws {
    try writeOblique()
    try place.write(
      "grisea preprocess sub-1_T1w.nii.gz --mask '*_mask.nii.gz' --match sub-2_T1w.nii.gz --output o\n",
      to: "a.pipeline")
    #expect(try place.grisea("run a.pipeline --quiet").status == 0)
    func plan() throws -> String { try place.grisea("run a.pipeline --dry-run").output.last ?? "" }
    #expect(try !plan().contains("would run"))
    let files = ["sub-1_desc-brain_mask.nii.gz", "sub-2_T1w.nii.gz"]
    for (file, other) in zip(files, ["sub-2_desc-brain_mask.nii.gz", "sub-1_T1w.nii.gz"]) {
      let bytes = try place.bytes(file)
      try place.write(place.bytes(other), to: file)
      #expect(try plan().contains("would run: input \(file) changed"))
      try place.write(bytes, to: file)
    }
  }

  @Test("bad inputs are one line each, the good ones are done, no rubbish is left")
  func batch() throws {
    let bad = try place.writeBadScans()
    let outcome = try place.grisea(
      "preprocess \(bad.map(\.name).joined(separator: " ")) sub-01_T1w.nii --output out --quiet")
    #expect(outcome.status == 1)
    #expect(outcome.error.count == bad.count)
    for (line, bad) in zip(outcome.error, bad) { #expect(line.hasPrefix("\(bad.name): \(bad.reason)")) }
    #expect(try place.results("out").keys.sorted() == ["sub-01_desc-preproc_T1w.nii.gz"])
    #expect(try place.states().count { $0.hasSuffix(" failed") } == bad.count)
    #expect(try place.states().contains("sub-01 done"))
  }

  @Test(
    "wrong usage ends with 64, names what is wrong and writes nothing",
    arguments: [
      ("--output o --spacing 0", "'0'"), ("--output o --spacing 1,2", "'1,2'"),
      ("--output o --spacing 2,x", "'2,x'"), ("--output o --spacing 1,x,2,3", "'1,x,2,3'"),
      ("--output o --orientation RAR", "'RAR'"), ("--output o --scaling loud", "loud"), ("", "--output"),
      ("--output o --shape 0", "'0'"), ("--output o --shape 64,64", "'64,64'"),
      ("--output o --shape 1.5", "'1.5'"), ("--output o --shape 2000", "'2000'"),
      ("--output o --interpolation sinc", "sinc"), ("--output o --bias-field n3", "n3"),
      ("--output o --clip 99,1", "'99,1'"), ("--output o --clip 0", "'0'"),
      ("--output o --clip 1,x", "'1,x'"),
      ("--output o --match-mask m.nii", "--match-mask"), ("--output o --mask m.nii b.nii", "m.nii: one mask"),
    ])
  func usage(options: String, fact: String) throws {
    let outcome = try place.grisea("preprocess sub-01_T1w.nii " + options)
    #expect(outcome.status == 64)
    #expect(outcome.error.contains { $0.contains(fact) }, "\(outcome.error)")
    #expect(!place.exists("o"))
  }
}
