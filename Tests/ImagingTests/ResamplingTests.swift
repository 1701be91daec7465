import Imaging
import Testing

@Suite("Resampling")
struct ResamplingTests {
  /// Values of up to 500 interpolated in float32, against float64.
  static let tolerance: Float = 1e-3

  private func wave() throws -> (Volume, [Expected.Resampling.Target]) {
    let expected = try Expected.load().resampling
    return (
      Volume(grid: Expected.grid(expected.shape, expected.affine), voxels: expected.voxels), expected.onto
    )
  }

  @Test("between oblique grids it gives SciPy's trilinear values")
  func linear() throws {
    let (source, targets) = try wave()
    for target in targets {
      let result = source.resampled(onto: Expected.grid(target.shape, target.affine))
      #expect(largestDifference(result.voxels, target.linear) < Self.tolerance)
    }
  }

  @Test("nearest neighbours are SciPy's, for values and labels")
  func nearest() throws {
    let (source, targets) = try wave()
    let labels = LabelMap(grid: source.grid, labels: source.voxels.map { UInt16($0) })
    for target in targets {
      let grid = Expected.grid(target.shape, target.affine)
      let values = source.resampled(onto: grid, interpolation: .nearest).voxels
      #expect(largestDifference(values, target.nearest) == 0)
      #expect(largestDifference(labels.resampled(onto: grid).labels.map(Float.init), target.nearest) == 0)
    }
  }

  @Test("a linear function of world position stays that function inside the field of view")
  func linearFunction() {
    let grid = Grid(
      shape: [20, 22, 24],
      affine: Affine(i: [0.9, 0.1, 0], j: [-0.1, 1.1, 0.2], k: [0, -0.2, 1.3], origin: [-9, -12, -15]))
    func value(_ p: SIMD3<Double>) -> Float { Float(3 * p.x - 2 * p.y + p.z + 100) }
    var source = Volume(grid: grid)
    for k in 0..<24 {
      for j in 0..<22 {
        for i in 0..<20 { source[i, j, k] = value(grid.affine([Double(i), Double(j), Double(k)])) }
      }
    }
    let target = Grid(shape: [6, 6, 6], affine: Affine(spacing: [0.7, 0.7, 0.7], origin: [-2, -2, -2]))
    let result = source.resampled(onto: target)
    for k in 0..<6 {
      for j in 0..<6 {
        for i in 0..<6 {
          #expect(
            abs(result[i, j, k] - value(target.affine([Double(i), Double(j), Double(k)]))) < Self.tolerance)
        }
      }
    }
  }

  @Test("outside of the field of view there is 0, within half a voxel of the border its value")
  func border() {
    let source = Volume(grid: Grid(shape: [2, 1, 1], affine: .identity), voxels: [5, 7])
    let line = Grid(shape: [9, 1, 1], affine: Affine(spacing: [0.4, 1, 1], origin: [-0.8, 0, 0]))
    // Centres at -0.8, -0.4, 0, 0.4, 0.8, 1.2, 1.6, 2.0, 2.4.
    let expected: [Float] = [0, 5, 5, 5.8, 6.6, 7, 0, 0, 0]
    #expect(largestDifference(source.resampled(onto: line).voxels, expected) < 1e-5)
  }

  @Test("onto its own grid nothing changes")
  func identity() throws {
    let (source, _) = try wave()
    #expect(source.resampled(onto: source.grid) == source)
  }

  @Test(
    "a grid of another spacing has the same middle and covers the same field of view",
    arguments: [
      SIMD3<Double>(1, 1, 1), [0.5, 2, 3.3], [1.2, 1.2, 1.2], [40, 40, 40],
    ])
  func spacing(spacing: SIMD3<Double>) {
    let grid = Grid(
      shape: [30, 31, 32],
      affine: Affine(i: [0, 1.2, 0], j: [-1.2, 0, 0], k: [0, 0, 0.9], origin: [9, 8, 7]))
    let result = grid.resampled(spacing: spacing)
    let middle = grid.affine(SIMD3<Double>(grid.shape &- 1) / 2)
    let moved = result.affine(SIMD3<Double>(result.shape &- 1) / 2) - middle
    #expect(max(abs(moved.x), abs(moved.y), abs(moved.z)) < 1e-9)
    for axis in 0..<3 {
      let before = Double(grid.shape[axis]) * grid.affine.spacing[axis]
      let after = Double(result.shape[axis]) * spacing[axis]
      #expect(after > before - 2e-3 * spacing[axis])
      #expect(after < before + spacing[axis])
      #expect(abs(result.affine.spacing[axis] - spacing[axis]) < 1e-9)
    }
  }

  @Test("restored onto the scan's grid, a turned volume is the volume itself")
  func restoredExactly() throws {
    let (source, _) = try wave()
    let turned = source.reoriented(to: try #require(Orientation("PIL")))
    #expect(turned.restored(onto: source.grid) == source)
    let labels = LabelMap(grid: source.grid, labels: source.voxels.map { UInt16($0) })
    #expect(labels.reoriented(to: try #require(Orientation("SLA"))).restored(onto: source.grid) == labels)
  }

  @Test("the most probable class wins, the lower of equals, and 0 where there is nothing")
  func mostProbable() {
    let grid = Grid(shape: [4, 1, 1], affine: .identity)
    let map = LabelMap(mostProbable: [
      Volume(grid: grid, voxels: [0.2, 0.5, 0, 0.1]), Volume(grid: grid, voxels: [0.7, 0.5, 0, 0.2]),
      Volume(grid: grid, voxels: [0.1, 0, 0, 0.7]),
    ])
    #expect(map.labels == [1, 0, 0, 2])
  }
}
