import Foundation
import Imaging
import Morphometry
import Numerics
import Testing

@Suite("Heads are laid onto each other by diffeomorphisms")
struct DiffeomorphicRegistrationTests {
  /// Images at 6 and 3 mm with the velocity at 6 mm.
  static let settings = RegistrationSettings(
    membrane: 0.02, bending: 0.02,
    levels: [
      .init(imageSpacing: 2, velocitySpacing: 1, steps: 15),
      .init(imageSpacing: 1, velocitySpacing: 2, steps: 15),
    ])

  @Test("the gradient is that of the energy by finite differences")
  func gradient() {
    // Smooth, so that central differences of voxels are the images' gradients.
    func smooth(_ maps: TissueMaps) -> TissuePair {
      let sigma = SIMD3(repeating: 1.5)
      return TissuePair(
        TissueMaps(gray: maps.gray.smoothed(sigma: sigma), white: maps.white.smoothed(sigma: sigma)))
    }
    let (moving, fixed) = (
      smooth(TissuePhantom.head { 1.03 * $0 + [1, 0.5, -1] }), smooth(TissuePhantom.head())
    )
    let box = TissuePhantom.grid.velocityBox(every: 2)
    func energy(_ v: StationaryVelocityField) -> (Double, NormalEquations) {
      let term = DataTerm(moving: moving, fixed: fixed, velocityBox: box.shape, ratio: 2)
      let equations = term.linearized(
        forward: Diffeomorphism(exponentialOf: v, time: 0.5),
        backward: Diffeomorphism(exponentialOf: v, time: -0.5))
      return (term.energy, equations)
    }
    let direction = TissuePhantom.waves(on: box, size: 1, phase: 0.7)
    let zero = StationaryVelocityField(grid: box)
    let h: Float = 0.5
    let difference = (energy(direction * h).0 - energy(direction * -h).0) / Double(2 * h)
    let predicted = VectorComponents(direction).dot(energy(zero).1.gradient) * box.voxelVolume
    #expect(abs(difference - predicted) < 0.03 * abs(difference))
  }

  @Test(
    "a head that was warped by a known field is found again, to half a millimetre at its borders"
  )
  func knownWarp() {
    let template = TissuePhantom.head()
    let back = Diffeomorphism(
      exponentialOf: TissuePhantom.waves(on: TissuePhantom.grid, size: -7, phase: 0.4))
    let moving = TissuePhantom.head { back($0) }
    let velocity = DiffeomorphicRegistration(template: template, settings: Self.settings)(moving)
    let found = velocity.exponential(on: TissuePhantom.grid)
    // Along a border nothing can be seen. Across it: where a voxel of the border comes from, in mm from the border.
    func level(_ p: SIMD3<Double>) -> Double { (p * p).sum().squareRoot() - TissuePhantom.radius(p) }
    func errors(_ map: (SIMD3<Double>) -> SIMD3<Double>) -> [Double] {
      TissuePhantom.distances(
        on: TissuePhantom.grid, { [level(back(map($0))), 0, 0] }, { [level($0), 0, 0] },
        where: { abs(abs(level($0)) - 5) < 1.5 })
    }
    #expect(errors { $0 }.percentile(0.5) > 1.2)
    #expect(errors(found.callAsFunction).percentile(0.5) < 0.5)
    // What the borders say: gray and white matter lie on the template's.
    let laid = ScanNormalization(grid: TissuePhantom.grid, affine: .identity, velocity: velocity).normalized(
      moving.gray)
    let differences = zip(laid.voxels, template.gray.voxels).map { Double(abs($0 - $1)) }
    #expect(differences.mean < 0.01)
  }

  @Test("exchanging the head and the template gives the inverse, to a fiftieth of a millimetre")
  func exchange() {
    let (one, other) = (
      TissuePhantom.head(), TissuePhantom.head { [1.06 * $0.x + 2, 0.95 * $0.y, $0.z + 0.05 * $0.x] }
    )
    let there = DiffeomorphicRegistration(template: one, settings: Self.settings)(other)
    let back = DiffeomorphicRegistration(template: other, settings: Self.settings)(one)
    let (a, b) = (
      there.exponential(on: TissuePhantom.grid), back.exponential(on: TissuePhantom.grid, time: -1)
    )
    let distances = TissuePhantom.distances(on: TissuePhantom.grid, a.callAsFunction, b.callAsFunction)
    #expect(distances.mean < 0.02)
    #expect(TissuePhantom.distances(on: TissuePhantom.grid, a.callAsFunction, { $0 }).mean > 1)
  }

  @Test("a head on itself stays where it is")
  func identity() {
    let velocity = DiffeomorphicRegistration(template: TissuePhantom.head(), settings: Self.settings)(
      TissuePhantom.head())
    #expect(velocity.vectors.allSatisfy { $0 == .zero })
  }

  @Test("one thread and all of them find the same bits")
  func threads() {
    let (template, moving) = (TissuePhantom.head(), TissuePhantom.head { 1.04 * $0 })
    let registration = DiffeomorphicRegistration(template: template, settings: Self.settings)
    let all = registration(moving)
    #expect(ParallelLoop.limited(to: 1) { registration(moving) } == all)
  }
}
