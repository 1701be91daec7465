import Synthesis
import Testing

@Suite("AxisSampling")
struct AxisSamplingTests {
  static let cases: [(step: Double, phase: Double, deviation: Double)] = [
    (1, 0, 0), (1, 0.4, 0.4), (1.7, 0.3, 0.6), (3, 2.2, 1.4), (2.5, 0, 0.7),
  ]

  private func passed(_ axis: AxisSampling, _ value: (Int) -> Float) -> [Float] {
    axis.restore(axis.sampleRows(axis.needed.map(value)), inner: 1)
  }

  @Test("a constant stays, along rows and across them", arguments: cases)
  func constant(_ c: (step: Double, phase: Double, deviation: Double)) {
    let axis = AxisSampling(wanted: -5..<20, step: c.step, phase: c.phase, deviation: c.deviation)
    #expect(passed(axis, { _ in 3 }).allSatisfy { abs($0 - 3) < 1e-5 })
    let wide = axis.restore(
      axis.sample([Float](repeating: 3, count: 2 * axis.needed.count), inner: 2), inner: 2)
    #expect(wide.count == 2 * 25 && wide.allSatisfy { abs($0 - 3) < 1e-5 })
  }

  @Test("a ramp stays where it is: nothing is shifted", arguments: cases)
  func ramp(_ c: (step: Double, phase: Double, deviation: Double)) {
    let axis = AxisSampling(wanted: -5..<20, step: c.step, phase: c.phase, deviation: c.deviation)
    // A narrow profile is cut to whole voxels, which moves its centre by less than a tenth of one.
    for (voxel, value) in zip(axis.wanted, passed(axis, { Float($0) })) {
      #expect(abs(value - Float(voxel)) < 0.1)
    }
  }

  @Test("own voxels without blur are left alone")
  func identity() {
    let axis = AxisSampling(wanted: 3..<9, step: 1, phase: 0, deviation: 0)
    #expect(axis.needed == 3..<9 && axis.samples == 3..<9)
    #expect(passed(axis, { Float($0 * $0) }) == [9, 16, 25, 36, 49, 64])
  }

  @Test("rows and lines are sampled alike")
  func rowsAndLines() {
    let axis = AxisSampling(wanted: 0..<12, step: 2.2, phase: 0.7, deviation: 0.9)
    let values = axis.needed.map { Float(($0 * 37 + 1000) % 11) }
    for (a, b) in zip(axis.sampleRows(values), axis.sample(values, inner: 1)) { #expect(abs(a - b) < 1e-5) }
  }
}
