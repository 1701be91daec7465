import Foundation
import Imaging
import TestSupport
import Testing

@Suite("Preprocessing")
struct PreprocessingTests {
  private let scan = Volume(
    grid: Grid(
      shape: [20, 24, 18],
      affine: Affine(i: [-1, 0, 0], j: [0, 0, -1.2], k: [0, 1.5, 0], origin: [9, -8, 7])),
    voxels: (0..<8640).map { 100 + 50 * sin(Float($0) * 0.01) })

  @Test("the result lies on the promised grid, and labels go there with it")
  func promisedGrid() throws {
    let preprocessing = Preprocessing(spacing: [1, 1, 1])
    let grid = preprocessing.grid(for: scan.grid)
    #expect(grid.shape == [20, 27, 29])
    #expect(Orientation(grid.affine) == .ras)
    #expect(try preprocessing(scan).grid == grid)
    #expect(preprocessing(LabelMap(grid: scan.grid, repeating: 2)).grid == grid)
  }

  @Test("labels follow the image: a blob stays where its intensities go")
  func labelsFollow() throws {
    var image = Volume(grid: scan.grid)
    var labels = LabelMap(grid: scan.grid)
    for k in 5..<12 {
      for j in 6..<15 {
        for i in 3..<11 {
          image[i, j, k] = Float(100 + i)
          labels[i, j, k] = 1
        }
      }
    }
    let preprocessing = Preprocessing(spacing: [0.8, 0.8, 0.8], scaling: .zScore)
    let (seen, known) = (try preprocessing(image), preprocessing(labels))
    let airValue = seen.voxels[0]
    for index in seen.voxels.indices where known.labels[index] == 1 {
      #expect(seen.voxels[index] > airValue)
    }
    #expect(known.labels.contains(1))
  }

  @Test("the scan's own spacing in another notation interpolates nothing")
  func sameSpacing() throws {
    let kept = try Preprocessing(scaling: .zScore)(scan)
    let named = try Preprocessing(spacing: [1.0000001, 1.5, 1.2], scaling: .zScore)(scan)
    #expect(kept == named)
  }

  @Test("a bias field is divided out before intensities are scaled")
  func biasField() throws {
    let asked = Preprocessing(biasField: BiasFieldCorrection(), scaling: .zScore)
    let placed = scan.reoriented(to: .ras)
    #expect(try asked(scan) == IntensityScaling.zScore(BiasFieldCorrection()(placed)))
    #expect(try asked(scan) != Preprocessing(scaling: .zScore)(scan))
  }

  @Test(
    "bias field, clipping, matching and scaling follow each other, each inside the mask as it lies then: NumPy's numbers",
    .needs(.sciPy))
  func order() throws {
    let mask = LabelMap(grid: scan.grid, labels: (0..<8640).map { $0 % 5 < 2 ? 3 : 0 })
    let reference = Volume(grid: scan.grid, voxels: (0..<8640).map { Float($0 * 7919 % 997) })
    let all = Preprocessing(
      conforming: Conforming(orientation: .ras), biasField: BiasFieldCorrection(),
      clipping: .percentile(low: 2, high: 90), matching: try HistogramMatching(to: reference, points: 11),
      scaling: .zScore)
    let (turned, inside) = (scan.reoriented(to: .ras), mask.reoriented(to: .ras))
    let flat = try BiasFieldCorrection()(turned, mask: inside)
    let code = """
      v, m, r, p = x[0], x[1] > 0, x[2], np.linspace(0, 100, 11)
      v = np.clip(v, *np.percentile(v[m], [2, 90]))
      v = np.where(m, np.interp(v, np.percentile(v[m], p), np.percentile(r[r > 0], p)), v)
      y = (v - v[m].mean()) / v[m].std()
      """
    let expected = try Python.volume(
      of: code, [flat.voxels, inside.labels.map(Float.init), reference.voxels], shape: turned.grid.shape)
    // Float32 against float64 over values of 1000, in deviations of about 300.
    #expect(largestDifference(try all(scan, mask: mask).voxels, expected) < 1e-4)
  }

  @Test("without a scale intensities are kept, and the geometry alone is changed")
  func unscaled() throws {
    let conforming = Conforming(
      orientation: .ras, spacing: [2, 2, 2], shape: [8, 30, 9], interpolation: .cubic)
    let result = try Preprocessing(conforming: conforming, scaling: nil)(scan)
    #expect(result == conforming(scan))
    #expect(result.grid.shape == [8, 30, 9])
  }

  @Test("what was written before there was more does what it did then: linear, unsmoothed, no bias field")
  func writtenBefore() throws {
    let old = Data("{\"orientation\":\"RAS\",\"spacing\":[3,3,3],\"scaling\":{\"zScore\":{}}}".utf8)
    let read = try JSONDecoder().decode(Preprocessing.self, from: old)
    #expect(
      read
        == Preprocessing(conforming: Conforming(spacing: [3, 3, 3], smoothing: false), scaling: .zScore))
    let placed = scan.reoriented(to: .ras)
    let then = placed.resampled(onto: placed.grid.resampled(spacing: [3, 3, 3]))
    #expect(try read(scan) == IntensityScaling.zScore(then))
    #expect(try Preprocessing(spacing: [3, 3, 3], scaling: .zScore)(scan) != read(scan))
  }

  @Test(
    "it is stored and read back",
    arguments: [
      Preprocessing(), Preprocessing(biasField: BiasFieldCorrection()),
      Preprocessing(orientation: .ras, spacing: [1, 1, 2], scaling: .zScore),
      Preprocessing(
        conforming: Conforming(
          spacing: [1, 2, 3], shape: [4, 5, 6], interpolation: .cubic, smoothing: false),
        clipping: .deviations(4), scaling: nil),
    ])
  func codable(preprocessing: Preprocessing) throws {
    var preprocessing = preprocessing
    for matching in [nil, try HistogramMatching(to: scan)] {
      preprocessing.matching = matching
      let data = try JSONEncoder().encode(preprocessing)
      #expect(try JSONDecoder().decode(Preprocessing.self, from: data) == preprocessing)
    }
  }

  @Test(
    "values that are none are refused where a file holds them",
    arguments: [
      "\"spacing\":[1,0,1]", "\"shape\":[1,0,1]", "\"shape\":[1,1,1000000]", "\"interpolation\":\"sinc\"",
      "\"matching\":{\"landmarks\":[1]}", "\"matching\":{\"landmarks\":[2,1]}", "\"smoothing\":2",
    ])
  func refused(entry: String) throws {
    let bad = Data("{\"orientation\":\"RAS\",\(entry),\"scaling\":{\"zScore\":{}}}".utf8)
    #expect(throws: DecodingError.self) { try JSONDecoder().decode(Preprocessing.self, from: bad) }
  }
}
