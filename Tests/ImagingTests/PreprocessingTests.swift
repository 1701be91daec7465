import Foundation
import Imaging
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

  @Test("what was written before there was a bias field has none")
  func writtenBefore() throws {
    let old = Data("{\"orientation\":\"RAS\",\"scaling\":{\"zScore\":{}}}".utf8)
    #expect(try JSONDecoder().decode(Preprocessing.self, from: old) == Preprocessing(scaling: .zScore))
  }

  @Test(
    "it is stored and read back, and a spacing that is no length is refused",
    arguments: [
      Preprocessing(), Preprocessing(biasField: BiasFieldCorrection()),
      Preprocessing(orientation: .ras, spacing: [1, 1, 2], scaling: .zScore),
    ])
  func codable(preprocessing: Preprocessing) throws {
    let data = try JSONEncoder().encode(preprocessing)
    #expect(try JSONDecoder().decode(Preprocessing.self, from: data) == preprocessing)
    let bad = Data("{\"orientation\":\"RAS\",\"spacing\":[1,0,1],\"scaling\":{\"zScore\":{}}}".utf8)
    #expect(throws: DecodingError.self) { try JSONDecoder().decode(Preprocessing.self, from: bad) }
  }
}
