import Foundation
import Imaging
import TestSupport
import Testing

@Suite("Bias field correction")
struct BiasFieldCorrectionTests {
  private static let grid = Grid(shape: [64, 72, 60], affine: Affine(spacing: [2, 2, 2]))

  /// Three tissues in nested wavy shells, with noise that repeats, and air around them.
  private static let clean: Volume = {
    var volume = Volume(grid: grid)
    var state: UInt64 = 1
    for k in 0..<60 {
      for j in 0..<72 {
        for i in 0..<64 {
          let p = (SIMD3(Double(i), Double(j), Double(k)) - [32, 36, 30]) / [28, 32, 26]
          let radius = (p * p).sum().squareRoot() + 0.08 * sin(9 * p.x) * cos(8 * p.y + 5 * p.z)
          guard radius < 1 else { continue }
          state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
          let noise = Double(state >> 40) / Double(1 << 24) - 0.5
          volume[i, j, k] = Float((radius > 0.85 ? 60 : radius > 0.55 ? 100 : 140) + 8 * noise)
        }
      }
    }
    return volume
  }()

  /// A field of one to two periods over the head, ±20 %.
  private static let truth: Volume = {
    var volume = Volume(grid: grid)
    for k in 0..<60 {
      for j in 0..<72 {
        for i in 0..<64 {
          let (x, y, z) = (Double(i) / 64, Double(j) / 72, Double(k) / 60)
          volume[i, j, k] = Float(0.12 * cos(4 * x + 1) + 0.1 * sin(5 * y) + 0.08 * (z - 0.5))
        }
      }
    }
    return volume
  }()

  private static let biased = Volume(
    grid: grid, voxels: zip(clean.voxels, truth.voxels).map { $0 * exp($1) })

  private static let mask = LabelMap(grid: grid, labels: clean.voxels.map { $0 > 0 ? 1 : 0 })

  private func settings(shrinkFactor: Int) -> BiasFieldCorrection {
    var settings = BiasFieldCorrection()
    settings.shrinkFactor = shrinkFactor
    return settings
  }

  @Test("a field that was multiplied in is found", arguments: [1, 2, 4])
  func knownField(shrinkFactor: Int) throws {
    let field = try settings(shrinkFactor: shrinkFactor).field(of: Self.biased, mask: Self.mask).logarithm()
    #expect(correlation(field, Self.truth, inside: Self.mask) > 0.97)
  }

  @Test("a scan without a field keeps its contrast: the field varies by less than 2 %")
  func noField() throws {
    let field = try BiasFieldCorrection().field(of: Self.clean, mask: Self.mask).logarithm()
    let inside = zip(field.voxels, Self.mask.labels).filter { $1 > 0 }.map { Double($0.0) }
    let mean = inside.reduce(0, +) / Double(inside.count)
    let variance = inside.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(inside.count)
    #expect(variance.squareRoot() < 0.02)
  }

  @Test("what was divided out can be multiplied in again")
  func roundTrip() throws {
    let field = try BiasFieldCorrection().field(of: Self.biased)
    let back = field.applied(to: field.removed(from: Self.biased))
    // exp(f) · exp(-f) in float32.
    #expect(largestDifference(back.voxels, Self.biased.voxels) < 200 * 1e-6)
  }

  @Test("the same scan has the same field to the last bit")
  func deterministic() throws {
    let first = try BiasFieldCorrection()(Self.biased)
    for _ in 0..<3 { #expect(try BiasFieldCorrection()(Self.biased) == first) }
  }

  @Test("a factor on all intensities leaves the field's shape")
  func scale() throws {
    let bright = Volume(grid: Self.grid, voxels: Self.biased.voxels.map { $0 * 1000 })
    let field = try BiasFieldCorrection().field(of: Self.biased, mask: Self.mask).logarithm()
    let other = try BiasFieldCorrection().field(of: bright, mask: Self.mask).logarithm()
    #expect(correlation(field, other, inside: Self.mask) > 0.999)
  }

  @Test("no signal and no contrast are errors")
  func noContrast() {
    let grid = Grid(shape: [16, 16, 16], affine: .identity)
    #expect(throws: IntensityScalingError.noForeground) { try BiasFieldCorrection()(Volume(grid: grid)) }
    #expect(throws: IntensityScalingError.noForeground) {
      try BiasFieldCorrection()(Self.clean, mask: LabelMap(grid: Self.grid))
    }
    #expect(throws: IntensityScalingError.self) {
      try BiasFieldCorrection()(Volume(grid: grid, repeating: 7))
    }
  }

  @Test("thin volumes have a field too", arguments: [SIMD3(30, 30, 1), [30, 2, 3], [1, 1, 40], [5, 6, 7]])
  func thin(shape: SIMD3<Int>) throws {
    let grid = Grid(shape: shape, affine: .identity)
    let volume = Volume(grid: grid, voxels: (0..<grid.count).map { 100 + Float($0 * 37 % 91) })
    let field = try BiasFieldCorrection().field(of: volume, mask: LabelMap(grid: grid, repeating: 1))
    #expect(field.logarithm().voxels.allSatisfy { $0.isFinite && abs($0) < 1 })
  }

  @Test("settings are stored and read back, and impossible ones are refused")
  func codable() throws {
    var settings = BiasFieldCorrection()
    settings.iterations = [30, 20]
    let data = try JSONEncoder().encode(settings)
    #expect(try JSONDecoder().decode(BiasFieldCorrection.self, from: data) == settings)
    settings.shrinkFactor = 0
    let bad = try JSONEncoder().encode(settings)
    #expect(throws: DecodingError.self) { try JSONDecoder().decode(BiasFieldCorrection.self, from: bad) }
  }

  @Test(
    "on a head it is SimpleITK's field: correlation above 0.999 where it was estimated",
    .needs(.simpleITK),
    arguments: [2, 4])
  func simpleITK(shrinkFactor: Int) throws {
    let folder = try Workplace()
    defer { folder.remove() }
    let scan = try NIfTIImage(contentsOf: SampleData.colin27).volume
    let threshold = try #require(OtsuThreshold(of: scan.voxels)).value
    let mask = LabelMap(grid: scan.grid, labels: scan.voxels.map { $0 > threshold ? 1 : 0 })
    try mask.write(to: folder("mask.nii"))
    try settings(shrinkFactor: shrinkFactor).field(of: scan, mask: mask).logarithm()
      .write(to: folder("field.nii"))
    let script = """
      import sys, numpy, SimpleITK as sitk
      step = [int(sys.argv[4])] * 3
      scan, mask, field = (sitk.Shrink(sitk.ReadImage(n, sitk.sitkFloat32), step) for n in sys.argv[1:4])
      n4 = sitk.N4BiasFieldCorrectionImageFilter()
      n4.SetConvergenceThreshold(0.001)
      n4.Execute(scan, sitk.Cast(mask, sitk.sitkUInt8))
      ours, theirs = (sitk.GetArrayFromImage(i) for i in (field, n4.GetLogBiasFieldAsImage(scan)))
      print(numpy.corrcoef(*(f[sitk.GetArrayFromImage(mask) > 0] for f in (ours, theirs)))[0, 1])
      """
    let result = try Python.numbers(
      script, [SampleData.colin27, folder("mask.nii"), folder("field.nii"), "\(shrinkFactor)"])
    #expect(try #require(result.first) > 0.999)
  }

  private func correlation(_ a: Volume, _ b: Volume, inside mask: LabelMap) -> Double {
    let pairs = mask.labels.indices.filter { mask.labels[$0] > 0 }.map {
      SIMD2(Double(a.voxels[$0]), Double(b.voxels[$0]))
    }
    let mean = pairs.reduce(.zero, +) / Double(pairs.count)
    let (squares, products) = pairs.reduce((SIMD2<Double>.zero, 0.0)) {
      let d = $1 - mean
      return ($0.0 + d * d, $0.1 + d.x * d.y)
    }
    return products / (squares.x * squares.y).squareRoot()
  }
}

/// A few voxels that are far too bright, as defects and artefacts leave them.
@Suite("Bias field correction of a scan with hot voxels")
struct HotVoxelTests {
  @Test("without a mask the field is the one without them", arguments: [20, 100])
  func unmasked(count: Int) throws {
    let grid = Grid(shape: [64, 72, 60], affine: Affine(spacing: [2, 2, 2]))
    var random = SplitRandom(state: 9)
    let scan = Volume(
      grid: grid,
      voxels: (0..<grid.count).map { index in
        let p = SIMD3(Float(index % 64) - 32, Float(index / 64 % 72) - 36, Float(index / 4608) - 30) / 27
        let radius = (p * p).sum().squareRoot()
        let tissue: Float = radius > 1 ? 0 : radius > 0.85 ? 60 : radius > 0.5 ? 100 : 140
        return (tissue + (tissue > 0 ? 8 * random.uniform() : 0)) * exp(p.x)
      })
    var hot = scan
    let air = scan.voxels.indices.filter { scan.voxels[$0] == 0 }
    for n in 0..<count { hot.voxels[air[n * 7919 % air.count]] = 32516 }
    let (wanted, found) = (
      try BiasFieldCorrection().field(of: scan).logarithm(),
      try BiasFieldCorrection().field(of: hot).logarithm()
    )
    let inside = scan.voxels.indices.filter { scan.voxels[$0] > 0 }
    let largest = inside.map { abs(found.voxels[$0] - wanted.voxels[$0]) }.max() ?? 0
    // Of a field from -1 to 1; the threshold may move by a bin.
    #expect(largest < 0.05)
  }
}
