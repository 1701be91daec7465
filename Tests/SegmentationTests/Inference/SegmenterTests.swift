import Foundation
import Imaging
import NeuralNetwork
import Segmentation
import Testing

@Suite("Segmenter")
struct SegmenterTests {
  /// Single precision: a softmax and a weighted mean of a few equal numbers.
  private static let tolerance = 1e-5

  /// f32, for comparisons with a formula.
  private static func exact(overlap: Double = 0.5) -> Segmenter.Configuration {
    Segmenter.Configuration(overlap: overlap, precision: .float32)
  }

  /// A value of its own at each place in the world, wherever the voxel axes point.
  private static func value(at place: SIMD3<Int>) -> Float {
    Float((place.x &* 73 &+ place.y &* 151 &+ place.z &* 283) % 97 + 1)
  }

  private static func image(_ grid: Grid) -> Volume {
    let inverse = Affine(spacing: grid.affine.spacing).inverse ?? .identity
    var volume = Volume(grid: grid)
    for k in 0..<grid.shape.z {
      for j in 0..<grid.shape.y {
        for i in 0..<grid.shape.x {
          let point = inverse(grid.affine([Double(i), Double(j), Double(k)]))
          volume[i, j, k] = value(at: SIMD3<Int>(point.rounded(.toNearestOrEven)))
        }
      }
    }
    return volume
  }

  @Test(
    "tiles of a network that looks at single voxels give what the formula gives",
    arguments: [[8, 8, 8], [5, 7, 3], [1, 9, 1], [9, 8, 20], [17, 13, 11]] as [SIMD3<Int>],
    [0, 0.25, 0.5, 0.8])
  func pointwise(shape: SIMD3<Int>, overlap: Double) throws {
    var image = Self.image(Grid(shape: shape, affine: .identity))
    for index in image.voxels.indices { image.voxels[index] = image.voxels[index] / 50 - 1 }
    let segmenter = try Segmenter(
      TinyModel.pointwise(tile: [8, 8, 8]), Self.exact(overlap: overlap), threads: 2)
    let channels = try segmenter.probabilities(of: image)
    #expect(channels.count == 4)
    #expect(channels.allSatisfy { $0.grid == image.grid })
    var largest = 0.0
    for index in image.voxels.indices {
      for (channel, wanted) in TinyModel.probabilities(of: image.voxels[index]).enumerated() {
        largest = max(largest, abs(Double(channels[channel].voxels[index]) - wanted))
      }
    }
    #expect(largest < Self.tolerance)
  }

  @Test("a tile has its own size along each axis")
  func unequalTile() throws {
    let image = Self.image(Grid(shape: [13, 11, 9], affine: .identity))
    let scaled = try IntensityScaling.percentile(image)
    let channels = try Segmenter(TinyModel.pointwise(tile: [4, 6, 10]), Self.exact()).probabilities(
      of: scaled)
    for index in stride(from: 0, to: image.voxels.count, by: 7) {
      let wanted = TinyModel.probabilities(of: scaled.voxels[index])[1]
      #expect(abs(Double(channels[1].voxels[index]) - wanted) < Self.tolerance)
    }
  }

  @Test("where there is nothing to see it is background, whatever the network says of 0")
  func emptyTile() throws {
    var image = Self.image(Grid(shape: [16, 8, 8], affine: .identity))
    for k in 0..<8 { for j in 0..<8 { for i in 8..<16 { image[i, j, k] = 0 } } }
    let segmenter = try Segmenter(TinyModel.pointwise(tile: [8, 8, 8]), Self.exact(overlap: 0))
    let channels = try segmenter.probabilities(of: image)
    #expect((8..<16).allSatisfy { channels[0][$0, 3, 3] == 1 && channels[1][$0, 3, 3] == 0 })
    #expect(channels[1][3, 3, 3] > 0)
  }

  /// 13×10×9 voxels that lie along RAS, with the voxel axes along other directions.
  private static func grid(_ codes: String, spacing: SIMD3<Double> = .one) throws -> Grid {
    Grid(shape: [13, 10, 9], affine: Affine(spacing: spacing, origin: spacing * SIMD3(3, 7, 40)))
      .reoriented(to: try #require(Orientation(codes)))
  }

  @Test(
    "flipped and permuted axes of a scan give the same tissue at the same places, to the bit",
    arguments: ["LPS", "LAS", "PIR", "SAR", "ILA", "ASL"])
  func orientation(codes: String) throws {
    let segmenter = try Segmenter(TinyModel.random(tile: [8, 8, 8]), threads: 2)
    let straight = try segmenter.segment(Self.image(Self.grid("RAS")))
    let turnedGrid = try Self.grid(codes)
    let turned = try segmenter.segment(Self.image(turnedGrid))
    #expect(turned.labels.grid == turnedGrid)
    #expect(Set(straight.labels.labels).count > 1)
    let inverse = try #require(straight.labels.grid.affine.inverse)
    for k in 0..<turnedGrid.shape.z {
      for j in 0..<turnedGrid.shape.y {
        for i in 0..<turnedGrid.shape.x {
          let place = SIMD3<Int>(
            inverse(turnedGrid.affine([Double(i), Double(j), Double(k)])).rounded(.toNearestOrEven))
          #expect(turned.labels[i, j, k] == straight.labels[place.x, place.y, place.z])
          for (tissue, volume) in straight.probabilities {
            #expect(turned.probabilities[tissue]?[i, j, k] == volume[place.x, place.y, place.z])
          }
        }
      }
    }
  }

  @Test(
    "whatever the network's grid, the result lies on the scan's own: shape and affine to the bit",
    arguments: [nil, [2, 2, 2], [0.7, 0.8, 0.9]] as [SIMD3<Double>?])
  func ownGrid(spacing: SIMD3<Double>?) throws {
    let oblique = Affine(
      i: [-0.1, 0.2, 0.97], j: [0.9, 0.05, 0.08], k: [-0.07, -1.46, 0.3], origin: [12.25, -40.5, 3.125])
    let grid = Grid(shape: [11, 14, 6], affine: oblique)
    let scan = Volume(grid: grid, voxels: (0..<grid.count).map { Float($0 % 97 + 1) })
    let model = TinyModel.pointwise(tile: [8, 8, 8], preprocessing: Preprocessing(spacing: spacing))
    let result = try Segmenter(model).segment(scan)
    #expect(result.labels.grid == scan.grid)
    #expect(Set(result.probabilities.keys) == [.grayMatter, .whiteMatter, .csf])
    for (_, volume) in result.probabilities {
      #expect(volume.grid == scan.grid)
      #expect(volume.voxels.allSatisfy { (0...1.0001).contains($0) })
    }
  }

  @Test("each voxel's label is its most probable tissue, by the formula")
  func labels() throws {
    let scan = Self.image(try Self.grid("LPI"))
    let scaled = try IntensityScaling.percentile(scan)
    let result = try Segmenter(TinyModel.pointwise(tile: [8, 8, 8]), Self.exact()).segment(scan)
    for index in scan.voxels.indices {
      let wanted = TinyModel.probabilities(of: scaled.voxels[index])
      let sorted = wanted.sorted()
      // Two that are as good as equal may go either way.
      guard sorted[3] - sorted[2] > 2 * Self.tolerance else { continue }
      #expect(wanted[Int(result.labels.labels[index])] == sorted[3])
    }
  }

  @Test("channels of one tissue are summed")
  func sums() throws {
    let scan = Self.image(try Self.grid("RAS"))
    var model = TinyModel.pointwise(tile: [8, 8, 8])
    let plain = try Segmenter(model, Self.exact()).segment(scan)
    model.labels = [.background, .grayMatter, .grayMatter, .whiteMatter].map {
      .init(name: $0.name, tissue: $0)
    }
    let summed = try Segmenter(model, Self.exact()).segment(scan)
    let (first, second) = (plain.probabilities[.grayMatter], plain.probabilities[.whiteMatter])
    let sums = zip(try #require(first).voxels, try #require(second).voxels).map(+)
    let isSum = summed.probabilities[.grayMatter]?.voxels == sums
    #expect(isSum)
    #expect(summed.probabilities[.whiteMatter] == plain.probabilities[.csf])
    #expect(summed.labels.labels == plain.labels.labels.map { [0, 1, 1, 2][Int($0)] })
  }

  @Test("the number of threads does not change a bit")
  func threads() throws {
    let scan = Self.image(Grid(shape: [20, 13, 9], affine: .identity))
    func results(_ model: SegmentationModel) throws -> [Segmentation] {
      try [1, 2, 3].map { try Segmenter(model, threads: $0).segment(scan) }
    }
    for model in [TinyModel.pointwise(tile: [8, 8, 8]), TinyModel.random(tile: [8, 8, 8])] {
      let found = try results(model)
      #expect(found.allSatisfy { $0.labels == found[0].labels })
      #expect(found.allSatisfy { $0.probabilities == found[0].probabilities })
    }
  }

  @Test("a constant image, and one of zeros, has no contrast to work on")
  func constant() throws {
    let grid = Grid(shape: [9, 9, 9], affine: .identity)
    let segmenter = try Segmenter(TinyModel.pointwise(tile: [8, 8, 8]))
    #expect(throws: IntensityScalingError.constant(5)) {
      try segmenter.segment(Volume(grid: grid, repeating: 5))
    }
    #expect(throws: IntensityScalingError.noForeground) { try segmenter.segment(Volume(grid: grid)) }
  }

  @Test("a patch size that the network cannot work on is an error, not a crash")
  func oddTile() {
    #expect(throws: EngineError.self) { try Segmenter(TinyModel.random(tile: [7, 8, 8])) }
  }
}
