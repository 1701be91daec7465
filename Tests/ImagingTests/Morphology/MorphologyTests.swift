import Imaging
import TestSupport
import Testing

@Suite("Morphology")
struct MorphologyTests {
  /// Blobs with holes, tunnels and pieces that touch the border.
  private static let mask: LabelMap = {
    let grid = Grid(shape: [37, 29, 23], affine: .identity)
    let labels = (0..<grid.count).map { (n: Int) -> UInt16 in
      let (i, j, k) = (n % 37, n / 37 % 29, n / (37 * 29))
      let blob = (i / 5 + j / 4 + k / 6) % 3 > 0
      return blob && n * 7919 % 13 > 1 ? UInt16(1 + n % 4) : 0
    }
    return LabelMap(grid: grid, labels: labels)
  }()

  private static let bytes = mask.labels.map { $0 > 0 ? Float(1) : 0 }

  private func scipy(_ call: String) throws -> [UInt16] {
    try Python.volume(of: "m = x[0] > 0; y = \(call)", [Self.bytes], shape: Self.mask.grid.shape)
      .map { UInt16($0) }
  }

  @Test(
    "erosion and dilation are SciPy's, voxel for voxel", .needs(.sciPy),
    arguments: Connectivity.allCases, [1, 3])
  func erosionAndDilation(connectivity: Connectivity, iterations: Int) throws {
    let rank = [Connectivity.faces: 1, .edges: 2, .corners: 3][connectivity] ?? 0
    let arguments = "nd.generate_binary_structure(3, \(rank)), \(iterations)"
    #expect(
      try scipy("nd.binary_erosion(m, \(arguments))")
        == Self.mask.eroded(iterations, connectivity: connectivity).labels)
    #expect(
      try scipy("nd.binary_dilation(m, \(arguments))")
        == Self.mask.dilated(iterations, connectivity: connectivity).labels)
  }

  @Test(
    "holes are filled as by SciPy, voxel for voxel", .needs(.sciPy))
  func holes() throws {
    #expect(try scipy("nd.binary_fill_holes(m)") == Self.mask.holesFilled().labels)
    #expect(
      try scipy("nd.binary_fill_holes(nd.binary_dilation(m))") == Self.mask.dilated().holesFilled().labels)
  }

  @Test("a hollow ball is filled, one with a tunnel is not, a diagonal gap lets nothing through")
  func ball() {
    let grid = Grid(shape: [5, 5, 5], affine: .identity)
    var shell = LabelMap(grid: grid, repeating: 1)
    shell[2, 2, 2] = 0
    #expect(shell.holesFilled().labels.allSatisfy { $0 == 1 })
    shell[1, 1, 2] = 0
    shell[0, 0, 2] = 0
    #expect(shell.holesFilled()[2, 2, 2] == 1)
    #expect(shell.holesFilled()[0, 0, 2] == 0)
    shell[2, 2, 3] = 0
    shell[2, 2, 4] = 0
    #expect(shell.holesFilled()[2, 2, 2] == 0)
  }

  @Test("what erosion removes at the border of the grid, there is nothing outside to keep")
  func border() {
    let full = LabelMap(grid: Grid(shape: [4, 3, 3], affine: .identity), repeating: 5)
    let result = full.eroded()
    #expect(result.labels.enumerated().filter { $0.element == 1 }.map(\.offset) == [17, 18])
  }
}
