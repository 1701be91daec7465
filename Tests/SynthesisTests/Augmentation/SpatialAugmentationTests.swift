import Imaging
import Numerics
import Synthesis
import TestSupport
import Testing

@Suite struct SpatialAugmentationTests {
  /// Coordinates are single precision: 24 bits for values up to a few hundred.
  static let coordinateTolerance = 1e-4

  static let flip: Augmentation = {
    var flip = Augmentation.none
    flip.spatial.flipProbability = 1
    return flip
  }()

  @Test("a flip mirrors the crop along i, and twice is no flip", arguments: [SIMD3(6, 5, 4), [7, 6, 3]])
  func flipped(size: SIMD3<Int>) {
    let source = Phantom.numbered([11, 9, 10])
    let centre: SIMD3<Int> = [4, 5, 6]
    var generator = SeededGenerator(seed: 1)
    let crop = Augmentation.none(source, centre: centre, size: size, using: &generator)
    let mirrored = SpatialAugmentationTests.flip(source, centre: centre, size: size, using: &generator)
    for start in stride(from: 0, to: crop.image.count, by: size.x) {
      #expect(Array(mirrored.image[start..<start + size.x]) == crop.image[start..<start + size.x].reversed())
      #expect(
        Array(mirrored.labels[start..<start + size.x]) == crop.labels[start..<start + size.x].reversed())
    }
    let grid = Grid(shape: size, affine: .identity)
    let again = LabeledImage(
      image: Volume(grid: grid, voxels: mirrored.image),
      labels: LabelMap(grid: grid, labels: mirrored.labels.map(UInt16.init)))
    #expect(SpatialAugmentationTests.flip(again, centre: size / 2, size: size, using: &generator) == crop)
  }

  @Test("the flip follows the axis that runs left to right, whichever it is")
  func orientation() {
    let grid = Grid(
      shape: [8, 8, 8], affine: Affine(i: [0, 0, -1], j: [-0.9, 0.1, 0], k: [0.1, 1, 0], origin: .zero))
    var generator = SeededGenerator(seed: 2)
    let map = SpatialAugmentationTests.flip.spatial.map(
      from: grid, centre: [4, 4, 4], size: [8, 8, 8], using: &generator)
    #expect(map.affine == Affine(i: [1, 0, 0], j: [0, -1, 0], k: [0, 0, 1], origin: [0, 7, 0]))
  }

  @Test("a quarter turn about k takes a known voxel to a known place")
  func quarterTurn() {
    // (x, y) ↦ (-y, x) about the middle (5, 5, 5) of an 11³ patch that is the whole image: patch voxel
    // (8, 5, 5) is pulled from image voxel (5, 8, 5), and (5, 8, 5) from (2, 5, 5).
    let source = Phantom.numbered([11, 11, 11])
    let turn = Affine(i: [0, 1, 0], j: [-1, 0, 0], k: [0, 0, 1], origin: [10, 0, 0])
    let patch = source.patch(of: [11, 11, 11], along: SpatialMap(affine: turn))
    #expect(patch.image[source.image.grid.offset(8, 5, 5)] == source.image[5, 8, 5])
    #expect(patch.image[source.image.grid.offset(5, 8, 5)] == source.image[2, 5, 5])
    #expect(patch.labels[source.image.grid.offset(8, 5, 5)] == UInt8(source.labels[5, 8, 5]))
  }

  @Test(
    "a random affine keeps the middle, and its distortion in mm stays in its range",
    arguments: 0..<50 as Range<UInt64>)
  func affine(seed: UInt64) {
    var spatial = SpatialAugmentation.none
    spatial.affineProbability = 1
    spatial.shear = 0
    let spacing: SIMD3<Double> = [0.5, 1, 2]
    let grid = Grid(shape: [64, 64, 64], affine: Affine(spacing: spacing))
    var generator = SeededGenerator(seed: seed)
    let map = spatial.map(from: grid, centre: [30, 31, 32], size: [20, 21, 22], using: &generator)
    let middle = map.affine([9.5, 10, 10.5]) - [29.5, 31, 31.5]
    #expect((middle * middle).sum().squareRoot() < SpatialAugmentationTests.coordinateTolerance)
    // Without shear, rotation keeps lengths, so what a step of 1 mm becomes is between the scaling limits.
    for axis in [map.affine.i / spacing.x, map.affine.j / spacing.y, map.affine.k / spacing.z] {
      let length = (axis * spacing * axis * spacing).sum().squareRoot()
      #expect(length > 1 / 1.15 - 1e-9 && length < 1.15 + 1e-9)
    }
    #expect(map.affine.determinant > 0)
  }

  @Test("an elastic map at its limit never folds", arguments: 0..<10 as Range<UInt64>)
  func folding(seed: UInt64) {
    var spatial = SpatialAugmentation.none
    spatial.elasticProbability = 1
    spatial.elasticSpacing = 8
    spatial.elasticDisplacement = 1000
    let size: SIMD3<Int> = [24, 24, 24]
    var generator = ExtremeGenerator(seed: seed)
    let map = spatial.map(
      from: Grid(shape: size, affine: .identity), centre: size / 2, size: size, using: &generator)
    let places = map.places(of: size)
    func place(_ i: Int, _ j: Int, _ k: Int) -> SIMD3<Double> { places[i + 24 * (j + 24 * k)] }
    for k in 0..<23 {
      for j in 0..<23 {
        for i in 0..<23 {
          let here = place(i, j, k)
          let cell = Affine(
            i: place(i + 1, j, k) - here, j: place(i, j + 1, k) - here, k: place(i, j, k + 1) - here,
            origin: .zero)
          #expect(cell.determinant > 0)
        }
      }
    }
  }

  @Test(
    "under elastic and affine maps labels follow the image to within a voxel",
    arguments: 0..<10 as Range<UInt64>)
  func consistency(seed: UInt64) {
    let source = Phantom.blob(48)
    var everything = Augmentation.none
    everything.spatial = Augmentation.everything.spatial
    var generator = SeededGenerator(seed: seed)
    let patch = everything(source, centre: [24, 24, 24], size: [40, 40, 40], using: &generator)
    // The label is 1 where the image exceeds one half. At that boundary the blob's slope is 1/2 per 14.4
    // voxels, 0.035 per voxel; nearest labels err by √3/2 voxels at most.
    let slope: Float = 0.035
    for (value, label) in zip(patch.image, patch.labels) where abs(value - 0.5) > slope {
      #expect((value > 0.5) == (label == 1))
    }
    #expect(patch.labels.contains(1) && patch.labels.contains(0))
  }
}

extension SpatialMap {
  /// Where each voxel of a patch comes from, i fastest.
  func places(of size: SIMD3<Int>) -> [SIMD3<Double>] {
    var rows = displacement.map(SplineRow.init)
    var places: [SIMD3<Double>] = []
    for k in 0..<size.z {
      for j in 0..<size.y {
        for n in rows.indices { rows[n].move(toRow: j, slab: k) }
        for i in 0..<size.x {
          var place = affine([Double(i), Double(j), Double(k)])
          for n in rows.indices { place[n] += Double(rows[n].values[i]) }
          places.append(place)
        }
      }
    }
    return places
  }
}

/// Draws only the ends of ranges: the upper end four times, for the three decisions and the amplitude, then
/// either end by chance. Numbers from within would hardly ever meet a bound's worst case.
private struct ExtremeGenerator: RandomNumberGenerator {
  private var drawn = 0
  private var sides: SeededGenerator

  init(seed: UInt64) {
    sides = SeededGenerator(seed: seed)
  }

  mutating func next() -> UInt64 {
    drawn += 1
    // 255 and not 0: to be unbiased, the standard library rejects 0 and some of its neighbours.
    return drawn <= 4 || sides.next() & 1 == 0 ? .max : 255
  }
}
