import Foundation
import Imaging
import TestSupport
import Testing

@Suite("Cubic resampling and smoothing")
struct CubicResamplingTests {
  /// Float32 recursions and 64 products of values up to 300, against float64.
  static let tolerance: Float = 2e-3

  private let source: Volume = {
    let grid = Grid(
      shape: [21, 18, 16],
      affine: Affine(i: [0.9, 0.1, 0], j: [-0.1, 1.1, 0.2], k: [0, -0.2, 1.3], origin: [-9, -12, -15]))
    let voxels = (0..<grid.count).map { (n: Int) -> Float in
      150 + 100 * sin(Float(n % 21) * 0.7) * cos(Float(n / 21 % 18) * 0.9) + Float(n * 7919 % 101) * 0.4
    }
    return Volume(grid: grid, voxels: voxels)
  }()

  @Test(
    "between oblique grids it gives SciPy's cubic values inside, to 2e-3 of 300",
    .needs(.sciPy))
  func scipy() throws {
    let target = Grid(
      shape: [17, 15, 13],
      affine: Affine(i: [0.7, 0.2, 0], j: [-0.2, 0.8, 0.1], k: [0.1, 0, 0.9], origin: [-6, -8, -8]))
    let result = source.resampled(onto: target, interpolation: .cubic)
    let inverse = try #require(source.grid.affine.inverse)
    var positions: [[Float]] = [[], [], []]
    for k in 0..<13 {
      for j in 0..<15 {
        for i in 0..<17 {
          let p = inverse(target.affine([Double(i), Double(j), Double(k)]))
          for axis in 0..<3 { positions[axis].append(Float(p[axis])) }
        }
      }
    }
    let padded = positions.map { $0 + [Float](repeating: 0, count: source.voxels.count - $0.count) }
    let code = """
      p = [a.ravel(order="F")[:\(target.count)] for a in x[1:]]
      y = nd.map_coordinates(x[0], p, order=3, mode="mirror")
      """
    let expected = try Python.volume(of: code, [source.voxels] + padded, shape: source.grid.shape)
    var compared = 0
    for index in expected.indices {
      let isInside = (0..<3).allSatisfy {
        positions[$0][index] >= 0 && positions[$0][index] <= Float(source.grid.shape[$0] - 1)
      }
      guard isInside else { continue }
      compared += 1
      #expect(abs(result.voxels[index] - expected[index]) < Self.tolerance)
    }
    #expect(compared > target.count / 2)
  }

  @Test("at voxel centres the spline is the voxels")
  func interpolates() {
    let window = Window(start: [2, 3, 1], shape: [12, 9, 11])
    // Turned, since voxels that are merely cropped are not interpolated at all.
    let expected = window(source).reoriented(to: Orientation("PIL") ?? .ras)
    let result = source.resampled(onto: expected.grid, interpolation: .cubic)
    #expect(largestDifference(result.voxels, expected.voxels) < Self.tolerance)
  }

  @Test("a constant stays constant on thin grids too", arguments: [SIMD3(8, 8, 1), [1, 1, 9], [2, 3, 2]])
  func constant(shape: SIMD3<Int>) {
    let flat = Volume(grid: Grid(shape: shape, affine: .identity), repeating: 7)
    let shifted = Grid(shape: shape, affine: Affine(spacing: .one, origin: [0.2, 0.3, 0.1]))
    let result = flat.resampled(onto: shifted, interpolation: .cubic)
    #expect(result.voxels.allSatisfy { abs($0 - 7) < 1e-4 })
  }

  @Test("to half the voxel size and back, a smooth image returns: within 0.5 % of its range")
  func roundTrip() {
    let grid = Grid(shape: [24, 26, 22], affine: Affine(spacing: [1, 1, 1.2]))
    var smooth = Volume(grid: grid)
    for k in 0..<22 {
      for j in 0..<26 {
        for i in 0..<24 {
          smooth[i, j, k] = 100 * sin(Float(i) * 0.4) * cos(Float(j) * 0.35) * sin(Float(k) * 0.3 + 1)
        }
      }
    }
    let fine = smooth.resampled(onto: grid.resampled(spacing: [0.5, 0.5, 0.6]), interpolation: .cubic)
    let back = fine.resampled(onto: grid, interpolation: .cubic)
    let inner = Window(start: [3, 3, 3], shape: [18, 20, 16])
    #expect(largestDifference(inner(back).voxels, inner(smooth).voxels) < 1)
  }

  @Test(
    "smoothing is SciPy's gaussian_filter with the nearest border, to 1e-4 of the range",
    .needs(.sciPy),
    arguments: [SIMD3<Double>(1, 1, 1), [0, 2.5, 0.4], [6, 0, 9]])
  func smoothing(sigma: SIMD3<Double>) throws {
    let code = "y = nd.gaussian_filter(x[0], [\(sigma.x), \(sigma.y), \(sigma.z)], mode='nearest')"
    let expected = try Python.volume(of: code, [source.voxels], shape: source.grid.shape)
    #expect(largestDifference(source.smoothed(sigma: sigma).voxels, expected) < 300 * 1e-4)
  }

  @Test("larger voxels are smoothed for: σ = √(r² - 1) / 2.3548 along each axis, nothing for smaller ones")
  func antialiasing() {
    let grid = Grid(shape: [20, 20, 20], affine: Affine(spacing: .one))
    let volume = Volume(grid: grid, voxels: (0..<8000).map { Float($0 * 7919 % 256) })
    let coarse = grid.resampled(spacing: [2, 1, 0.5])
    let sigma = (3.0).squareRoot() / (8 * log(2.0)).squareRoot()
    #expect(volume.smoothed(for: coarse) == volume.smoothed(sigma: [sigma, 0, 0]))
    #expect(volume.smoothed(for: grid.resampled(spacing: [0.5, 0.5, 0.5])) == volume)
    #expect(volume.smoothed(for: grid.resampled(spacing: [1.2, 1, 1.19])) == volume)
    #expect(volume.smoothed(for: grid.resampled(spacing: [1, 1, 1.21])) != volume)
    #expect(volume.smoothed(for: grid.reoriented(to: Orientation("PIL") ?? .ras)) == volume)
  }
}
