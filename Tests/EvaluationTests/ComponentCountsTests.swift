import Evaluation
import Imaging
import TestSupport
import Testing

@Suite("ComponentCounts")
struct ComponentCountsTests {
  @Test(
    "parts are those that SciPy finds and overlaps", .needs(.sciPy),
    arguments: MaskPair.corners)
  func scipy(pair: MaskPair) throws {
    let script = """
      import scipy.ndimage as nd
      corners = nd.generate_binary_structure(3, 3)
      (p, n), (r, m) = (nd.label(mask, corners) for mask in x)
      found = np.unique(r[(r > 0) & (p > 0)]).size
      right = np.unique(p[(r > 0) & (p > 0)]).size
      print(n, m, found, n - right)
      """
    let expected = try Python.numbers(script, pair.arrays, shape: pair.reference.grid.shape)
    let counts = ComponentCounts(of: 1, prediction: pair.prediction, reference: pair.reference)
    #expect([counts.prediction, counts.reference, counts.found, counts.invented] == expected.map { Int($0) })
  }

  @Test("without any voxel there are no parts")
  func none() {
    let map = LabelMap(grid: Grid(shape: [2, 2, 2], affine: .identity))
    let counts = ComponentCounts(of: 1, prediction: map, reference: map)
    #expect([counts.prediction, counts.reference, counts.found, counts.invented] == [0, 0, 0, 0])
  }
}
