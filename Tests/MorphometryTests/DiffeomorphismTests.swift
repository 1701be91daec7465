import Foundation
import Imaging
import Morphometry
import Testing

@Suite("Exponentials of velocity fields are what calculus says")
struct DiffeomorphismTests {
  static let grid = Grid(shape: [40, 44, 48], affine: Affine(spacing: [2, 2, 2], origin: [-40, -44, -48]))
  /// Linear velocities are interpolated exactly; what is left is the start's second order and float32.
  static let linearTolerance = 0.02

  private func isNearMiddle(_ p: SIMD3<Double>) -> Bool { abs(p).max() < 15 }

  @Test("a constant velocity is a translation, with determinant 1")
  func translation() {
    let map = Diffeomorphism(exponentialOf: StationaryVelocityField(grid: Self.grid) { _ in [3, -2, 5] })
    #expect(map([1, 2, 3]).isNear([4, 0, 8], 1e-4))
    #expect(map.logDeterminant[20, 20, 20] == 0)
  }

  @Test("a velocity that grows with the distance scales by e to its rate, and volumes by its third power")
  func scaling() {
    let rate = 0.2
    let map = Diffeomorphism(exponentialOf: StationaryVelocityField(grid: Self.grid) { rate * $0 })
    let distances = TissuePhantom.distances(
      on: Self.grid, map.callAsFunction, { exp(rate) * $0 }, where: isNearMiddle)
    #expect((distances.max() ?? 1) < Self.linearTolerance)
    #expect(abs(Double(map.logDeterminant[20, 22, 24]) - 3 * rate) < 2e-3)
  }

  @Test("a velocity across the distance is a rotation, with determinant 1")
  func rotation() {
    let angle = 0.4
    let velocity = StationaryVelocityField(grid: Self.grid) { [-angle * $0.y, angle * $0.x, 0] }
    let map = Diffeomorphism(exponentialOf: velocity)
    let distances = TissuePhantom.distances(
      on: Self.grid, map.callAsFunction,
      { p in [cos(angle) * p.x - sin(angle) * p.y, sin(angle) * p.x + cos(angle) * p.y, p.z] },
      where: isNearMiddle)
    #expect((distances.max() ?? 1) < Self.linearTolerance)
    #expect(abs(map.logDeterminant[20, 22, 24]) < 1e-3)
  }

  /// Linear interpolation of waves 100 mm long on nodes of 3 mm, several times.
  static let interpolationTolerance = 0.05

  @Test("the flow of the opposite velocity is the inverse")
  func inverse() {
    let velocity = TissuePhantom.waves(on: TissuePhantom.grid, size: 6)
    let there = Diffeomorphism(exponentialOf: velocity)
    let back = Diffeomorphism(exponentialOf: -velocity)
    let distances = TissuePhantom.distances(on: TissuePhantom.grid, { back(there($0)) }, { $0 })
    #expect(distances.mean < Self.interpolationTolerance)
    let composed = back.composed(after: there)
    #expect(abs(composed.logDeterminant.voxels.map(Double.init).mean) < 0.01)
  }

  @Test("two halves of the time make the whole, and times add")
  func additivity() {
    let velocity = TissuePhantom.waves(on: TissuePhantom.grid, size: 6)
    let whole = Diffeomorphism(exponentialOf: velocity)
    let (short, long) = (
      Diffeomorphism(exponentialOf: velocity, time: 0.3), Diffeomorphism(exponentialOf: velocity, time: 0.7)
    )
    let distances = TissuePhantom.distances(on: TissuePhantom.grid, { long(short($0)) }, whole.callAsFunction)
    #expect(distances.mean < Self.interpolationTolerance)
  }

  @Test("the flow solves dx/dt = v(x), integrated by Runge and Kutta in 200 steps")
  func integration() {
    func velocity(_ p: SIMD3<Double>) -> SIMD3<Double> {
      6 * SIMD3(sin(p.y / 17) * cos(p.z / 21), sin(p.z / 19) * cos(p.x / 15), sin(p.x / 16) * cos(p.y / 22))
    }
    let map = Diffeomorphism(exponentialOf: StationaryVelocityField(grid: TissuePhantom.grid, velocity))
    func flow(_ start: SIMD3<Double>) -> SIMD3<Double> {
      var p = start
      let h = 1.0 / 200
      for _ in 0..<200 {
        let a = velocity(p)
        let b = velocity(p + h / 2 * a)
        let c = velocity(p + h / 2 * b)
        let d = velocity(p + h * c)
        p += h / 6 * (a + 2 * b + 2 * c + d)
      }
      return p
    }
    let distances = TissuePhantom.distances(on: TissuePhantom.grid, map.callAsFunction, flow) {
      abs($0).max() < 24
    }
    #expect(distances.mean < Self.interpolationTolerance)
  }

  @Test("the accumulated determinant is that of finite differences where the map is smooth")
  func determinant() {
    let map = Diffeomorphism(exponentialOf: TissuePhantom.waves(on: TissuePhantom.grid, size: 7))
    let (exact, found) = (map.finiteDifferenceDeterminant, map.logDeterminant)
    var differences: [Double] = []
    for k in 8..<40 {
      for j in 8..<44 {
        for i in 8..<40 {
          differences.append(Double(abs(expf(found[i, j, k]) - exact[i, j, k])))
        }
      }
    }
    #expect(differences.mean < 0.02)
    // The field does deform: determinants are far from 1.
    #expect((found.voxels.max() ?? 0) > 0.2 && (found.voxels.min() ?? 0) < -0.2)
  }

  @Test("the accumulated determinant stays positive and finite where velocities are wild")
  func positivity() {
    // Neighbouring voxels go different ways, by many times their distance.
    let velocity = StationaryVelocityField(grid: Self.grid) { p in
      40 * SIMD3(sin(p.x * 1.1 + p.y), sin(p.y * 0.9 - p.z), cos(p.z * 1.3 + p.x))
    }
    let map = Diffeomorphism(exponentialOf: velocity)
    #expect(map.logDeterminant.voxels.allSatisfy { $0.isFinite })
    // Central differences of the same map do fold: the field is wild.
    #expect(map.finiteDifferenceDeterminant.voxels.contains { $0 < 0 })
  }

  @Test("a fold that is written down is found")
  func folding() {
    var map = Diffeomorphism(identityOn: Self.grid)
    #expect(map.finiteDifferenceDeterminant.voxels.allSatisfy { $0 == 1 })
    // Two neighbours change places along x.
    map.field[Self.grid.offset(20, 20, 20)] = [2.5, 0, 0, 0]
    map.field[Self.grid.offset(22, 20, 20)] = [-2.5, 0, 0, 0]
    #expect(map.finiteDifferenceDeterminant[21, 20, 20] < 0)
  }

  @Test("refinement to half the spacing is exact for cubic polynomials, and goes around at the sides")
  func refinement() {
    func cubic(_ p: SIMD3<Double>) -> SIMD3<Double> {
      let q = p / 20
      return [q.x * q.x * q.x - q.y, q.y * q.y * q.z, q.z * q.z * q.z - 2 * q.x * q.x]
    }
    let coarse = StationaryVelocityField(grid: Self.grid, cubic)
    var target = Self.grid
    target.affine = Affine(spacing: [1, 1, 1], origin: Self.grid.affine.origin)
    target.shape = 2 &* Self.grid.shape
    let fine = coarse.refined(onto: target)
    let middle = fine[41, 45, 49]
    let expected = cubic(target.affine([41, 45, 49]))
    #expect(SIMD3<Double>(middle).isNear(expected, 1e-5))
    let last = 2 * Self.grid.shape.x - 1
    let (a, b) = (coarse[Self.grid.shape.x - 2, 5, 5], coarse[Self.grid.shape.x - 1, 5, 5])
    let (c, d) = (coarse[0, 5, 5], coarse[1, 5, 5])
    #expect(abs(fine[last, 10, 10].x - (9 * (b.x + c.x) - a.x - d.x) / 16) < 1e-4)
  }
}

extension SIMD3<Double> {
  func isNear(_ other: SIMD3<Double>, _ tolerance: Double) -> Bool {
    abs(self - other).max() < tolerance
  }
}

func abs(_ v: SIMD3<Double>) -> SIMD3<Double> { v.replacing(with: -v, where: v .< 0) }
