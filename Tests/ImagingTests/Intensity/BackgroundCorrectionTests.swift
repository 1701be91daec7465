import Foundation
import Imaging
import Testing

/// The undisturbed scan is the oracle: what a disturbed one becomes must be what the undisturbed one becomes.
@Suite("The background of scans with values below 0, and of noise")
struct BackgroundCorrectionTests {
  private static let grid = Grid(shape: [48, 48, 48], affine: .identity)

  /// Distance from the middle, over the head's radius.
  private static func radius(_ index: Int) -> Float {
    let place = SIMD3<Float>(Float(index % 48), Float(index / 48 % 48), Float(index / 2304)) - 23.5
    return (place * place).sum().squareRoot() / 16
  }

  /// A head of nested shells, 100 (fluid), 400 and 700 with a texture, in air of 0.
  private static let head: Volume = {
    var random = SplitRandom(state: 3)
    let voxels = (0..<grid.count).map { index -> Float in
      let radius = radius(index)
      guard radius < 1 else { return 0 }
      return (radius > 0.85 ? 100 : radius > 0.5 ? 400 : 700) + 60 * random.uniform()
    }
    return Volume(grid: grid, voxels: voxels)
  }()

  private static func changed(_ body: (Float) -> Float) -> Volume {
    Volume(grid: grid, voxels: head.voxels.map(body))
  }

  private static let mean = head.voxels.reduce(0, +) / Float(grid.count)
  private static let inside = head.voxels.filter { $0 > 0 }
  private static let insideMean = inside.reduce(0, +) / Float(inside.count)

  private static let kinds: [(name: String, volume: Volume)] = [
    ("z-scored", changed { ($0 - mean) / 250 }),
    ("-1 to 1", changed { 2 * $0 / 760 - 1 }),
    ("-0.5 to 0.5", changed { min($0 / 755, 1) - 0.5 }),
    ("all at or below 0", changed { ($0 / 760 * 60000).rounded() - 65535 }),
    ("z-scored in the head, 0 outside", changed { $0 > 0 ? ($0 - insideMean) / 180 : 0 }),
    (
      "z-scored, -32768 where nothing was measured",
      Volume(
        grid: grid,
        voxels: head.voxels.enumerated().map { $0 % 48 < 3 ? -32768 : ($1 - mean) / 250 })
    ),
    (
      "-1024 beside a scan from 0",
      Volume(
        grid: grid, voxels: head.voxels.enumerated().map { $0 % 48 < 3 ? -1024 : $1 })
    ),
    (
      "undershoot of an interpolation",
      Volume(
        grid: grid, voxels: head.voxels.enumerated().map { $1 == 0 && $0 % 3 == 0 ? -8 : $1 })
    ),
  ]

  @Test("a scan with values below 0 is prepared as the undisturbed one", arguments: kinds.map(\.name))
  func negative(kind: String) throws {
    let disturbed = try #require(Self.kinds.first { $0.name == kind }).volume
    let correction = try #require(BackgroundCorrection(of: disturbed))
    #expect(correction.findings.allSatisfy { "\($0)".contains("below 0") })
    // How far an inserted 0 lies below the head is unknown; interpolation at the surface would show it.
    let preprocessing = Preprocessing(spacing: kind.hasSuffix("0 outside") ? nil : [1.5, 1.5, 1.5])
    let (found, wanted) = (try preprocessing(disturbed), try preprocessing(Self.head))
    // The dark end of the scale moves by what the level's percentile leaves out: a hundredth of the head at most.
    #expect(largestDifference(found.voxels, wanted.voxels) < 0.02)
  }

  @Test("after the correction there is nothing to correct", arguments: kinds.map(\.name))
  func idempotent(kind: String) throws {
    let disturbed = try #require(Self.kinds.first { $0.name == kind }).volume
    let correction = try #require(BackgroundCorrection(of: disturbed))
    let corrected = correction(disturbed)
    #expect(BackgroundCorrection(of: corrected) == nil)
  }

  @Test("where no step measures intensities they stay")
  func geometryAlone() throws {
    let disturbed = Self.changed { $0 - 300 }
    #expect(try Preprocessing(scaling: nil)(disturbed).voxels == disturbed.voxels)
  }

  /// Air of uniform noise, of normal noise, and of the arcsine distribution that a phase difference has.
  private static let noises: [(name: String, draw: @Sendable (inout SplitRandom) -> Float)] = [
    ("uniform", { 760 * $0.uniform() }), ("normal", { 380 + 90 * $0.normal() }),
    ("arcsine", { 380 + 380 * cos(.pi * $0.uniform()) }),
  ]

  private static func noisy(_ draw: (inout SplitRandom) -> Float, shift: Float = 0) -> Volume {
    var random = SplitRandom(state: 11)
    let voxels = head.voxels.map { value in (value > 0 ? value : min(max(draw(&random), 0), 760)) + shift }
    return Volume(grid: grid, voxels: voxels)
  }

  @Test(
    "air with noise as bright as the head is 0, and the head is kept", arguments: noises.map(\.name),
    [0, -380])
  func noise(kind: String, shift: Float) throws {
    let draw = try #require(Self.noises.first { $0.name == kind }).draw
    let disturbed = Self.noisy(draw, shift: shift)
    let correction = try #require(BackgroundCorrection(of: disturbed))
    #expect(correction.findings.contains { if case .noise = $0 { true } else { false } })
    let found = correction(disturbed)
    var (missed, left) = (0, 0)
    for index in 0..<Self.grid.count {
      let (value, radius) = (found.voxels[index], Self.radius(index))
      // Nothing two voxels or more inside or outside of the surface.
      if radius < 1 - 2.0 / 16, value == 0, Self.head.voxels[index] > 110 { missed += 1 }
      if radius > 1 + 2.0 / 16, value != 0 { left += 1 }
    }
    #expect(missed == 0)
    #expect(left == 0)
  }

  @Test("the boundary of the head is found to within a few voxels in noise of another distribution")
  func boundary() throws {
    let draw = try #require(Self.noises.first { $0.name == "normal" }).draw
    let disturbed = Self.noisy(draw)
    let correction = try #require(BackgroundCorrection(of: disturbed))
    let found = correction(disturbed)
    let (wrong, size) = zip(found.voxels, Self.head.voxels).reduce(into: (0, 0)) {
      $0.0 += ($1.0 > 0) == ($1.1 > 0) ? 0 : 1
      $0.1 += $1.1 > 0 ? 1 : 0
    }
    // The layer of voxels at the surface has 18 % of the head's voxels: 3 / 16.
    #expect(Double(wrong) < 0.005 * Double(size), "\(wrong) of \(size)")
  }

  @Test("the air of magnitude images stays as it is", arguments: [0, 10, 40, 70] as [Float])
  func magnitude(deviation: Float) throws {
    var random = SplitRandom(state: 5)
    let voxels = Self.head.voxels.map { value -> Float in
      let (real, imaginary) = (value + deviation * random.normal(), deviation * random.normal())
      return (real * real + imaginary * imaginary).squareRoot()
    }
    #expect(BackgroundCorrection(of: Volume(grid: Self.grid, voxels: voxels)) == nil)
  }
}

/// Numbers that are the same in each run.
struct SplitRandom {
  var state: UInt64

  mutating func uniform() -> Float {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Float(state >> 40) / Float(1 << 24)
  }

  mutating func normal() -> Float {
    (-2 * log(max(uniform(), 1e-7))).squareRoot() * cos(2 * .pi * uniform())
  }
}
