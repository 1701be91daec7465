import Statistics
import TestSupport
import Testing

@Suite("ClusterForming")
struct ClusterFormingTests {
  private let mask = Samples.mask

  @Test(
    "sizes and masses are those of SciPy's labels", .needs(.sciPy),
    arguments: Neighborhood.allCases)
  func scipy(_ neighborhood: Neighborhood) throws {
    let (map, threshold) = (Samples.noise(mask.count, seed: 4), Float(0.8))
    let order = [Neighborhood.faces: 1, .edges: 2, .corners: 3][neighborhood] ?? 0
    let script = """
      from scipy.ndimage import label, generate_binary_structure
      for sign in (1, -1):
          y = sign * x[0]
          labels, count = label(y > \(threshold), generate_binary_structure(3, \(order)))
          for n in range(1, count + 1):
              print((labels == n).sum(), (y[labels == n].astype(float) - np.float32(\(threshold))).sum())
      """
    let numbers = try Python.numbers(script, [mask.expanded(map, outside: 0)], shape: mask.shape)
    let expected = stride(from: 0, to: numbers.count, by: 2).map { (Int(numbers[$0]), numbers[$0 + 1]) }
    let clusters = ClusterForming(neighborhood: neighborhood).clusters(map, above: threshold, in: mask)
    let found = clusters.map { ($0.size, $0.mass(map, above: threshold)) }
    try #require(found.count == expected.count)
    for (found, expected) in zip(found.sorted { $0 < $1 }, expected.sorted { $0 < $1 }) {
      #expect(found.0 == expected.0 && abs(found.1 - expected.1) < 1e-4)
    }
    let workspace = ClusterWorkspace(mask: mask, tfce: TFCE(neighborhood: neighborhood))
    let maxima = map.withUnsafeBufferPointer { map in
      workspace.maxima(map, sign: 1, threshold: threshold)
        .union(workspace.maxima(map, sign: -1, threshold: threshold))
    }
    #expect(maxima.size == expected.map(\.0).max())
    #expect(abs(maxima.mass - (expected.map(\.1).max() ?? 0)) < 1e-4)
    #expect(
      maxima.tfce == max(tfceMaxima(map, neighborhood).positive, tfceMaxima(map, neighborhood).negative))
  }

  private func tfceMaxima(_ map: [Float], _ neighborhood: Neighborhood) -> (
    positive: Double, negative: Double
  ) {
    TFCE(neighborhood: neighborhood).maxima(map, in: mask)
  }

  @Test("peaks start with the maximum and are at least 8 mm apart")
  func peaks() throws {
    let mask = VoxelMask(shape: [20, 3, 3], inside: Array(repeating: true, count: 180))
    // Peaks along a ridge of 2 mm voxels: 9 at 2, 8 at 5 (6 mm away), 7 at 10.
    let heights: [Float] = [1, 2, 9, 3, 4, 8, 3, 3, 3, 4, 7, 1, 1, 1, 1, 1, 1, 1, 1, 1]
    let map = mask.offsets.map { offset in
      mask.voxel(offset).y == 1 && mask.voxel(offset).z == 1 ? heights[offset % 20] : 0.5
    }
    let forming = ClusterForming()
    let clusters = forming.clusters(map, above: 0.4, in: mask)
    #expect(clusters.count == 1)
    let peaks = forming.peaks(of: try #require(clusters.first), map, in: mask) { voxel in
      let voxel = mask.voxel(voxel)
      return 2 * SIMD3(Double(voxel.x), Double(voxel.y), Double(voxel.z))
    }
    #expect(peaks.map { mask.voxel($0).x } == [2, 10])
    let near = forming.peaks(of: try #require(clusters.first), map, in: mask, distance: 6) { voxel in
      let voxel = mask.voxel(voxel)
      return 2 * SIMD3(Double(voxel.x), Double(voxel.y), Double(voxel.z))
    }
    #expect(near.map { mask.voxel($0).x } == [2, 5, 10])
  }
}
