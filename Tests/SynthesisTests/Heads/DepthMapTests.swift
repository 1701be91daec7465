import Synthesis
import Testing

@Suite("DepthMap")
struct DepthMapTests {
  @Test(
    "distances are Euclid's to the nearest voxel within the chamfer's tenth",
    arguments: [SIMD3(1.0, 1, 1), [0.9, 1.2, 1.5]])
  func euclid(spacing: SIMD3<Double>) {
    let shape: SIMD3<Int> = [13, 11, 9]
    let voxels = (0..<shape.x * shape.y * shape.z).map { n in
      SIMD3(n % shape.x, n / shape.x % shape.y, n / (shape.x * shape.y))
    }
    let mask: [UInt8] = voxels.map { v in
      let d = SIMD3<Double>(v) - [5, 6, 4]
      return (d * d).sum() < 7 ? 1 : 0
    }
    let map = DepthMap(mask, shape: shape, spacing: spacing)
    for (n, voxel) in voxels.enumerated() {
      let others = zip(voxels, mask).filter { $0.1 != mask[n] }.map { other in
        let d = SIMD3<Double>(voxel &- other.0) * spacing
        return (d * d).sum().squareRoot()
      }
      let distance = (others.min() ?? 0) * (mask[n] > 0 ? -1 : 1)
      // A tenth for the chamfer, an eighth of a millimetre for each rounded step.
      let tolerance = 0.1 * abs(distance) + 0.125 * (1 + abs(distance))
      #expect(abs(Double(map.values[n]) / 4 - distance) < tolerance, "\(voxel)")
    }
  }
}
