import Imaging
import Testing

@Suite("Connected components")
struct ConnectedComponentsTests {
  @Test("count and sizes are SciPy's for 6, 18 and 26 neighbours")
  func likeSciPy() throws {
    let expected = try Expected.load().components
    let grid = Grid(shape: [expected.shape[0], expected.shape[1], expected.shape[2]], affine: .identity)
    let map = LabelMap(grid: grid, labels: expected.labels)
    for count in expected.expected {
      let connectivity = try #require(Connectivity(rawValue: count.connectivity))
      let parts = ConnectedComponents(of: map, connectivity: connectivity)
      #expect(parts.sizes.count == count.count)
      #expect(parts.sizes.sorted(by: >) == count.sizes)
      #expect(parts.components.filter { $0 > 0 }.count == count.sizes.reduce(0, +))
      #expect(
        map.largestComponent(connectivity: connectivity).labels.filter { $0 > 0 }.count == count.sizes[0])
    }
  }

  @Test("arms that meet late are one component, numbered by the first voxel met")
  func lateMeeting() {
    // A U, and a dot met before its right arm ends: 1 0 2 0 1 over 1 0 0 0 1 over 1 1 1 1 1.
    let grid = Grid(shape: [5, 3, 1], affine: .identity)
    let map = LabelMap(grid: grid, labels: [1, 0, 9, 0, 1, 1, 0, 0, 0, 1, 1, 1, 1, 1, 1])
    let parts = ConnectedComponents(of: map)
    #expect(parts.components == [1, 0, 2, 0, 1, 1, 0, 0, 0, 1, 1, 1, 1, 1, 1])
    #expect(parts.sizes == [9, 1])
    #expect(map.largestComponent().labels == [1, 0, 0, 0, 1, 1, 0, 0, 0, 1, 1, 1, 1, 1, 1])
  }

  @Test("nothing has no components")
  func empty() {
    let map = LabelMap(grid: Grid(shape: [3, 3, 3], affine: .identity))
    #expect(ConnectedComponents(of: map).sizes.isEmpty)
    #expect(map.largestComponent() == map)
  }
}
