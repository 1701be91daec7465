import Imaging
import Reports
import Testing

@Suite("ChangePicture")
struct ChangePictureTests {
  /// A gray brain of 40×40×40 mm, and a coarser map on a grid of its own: above 0 at the right, below at the left.
  private func picture(limit: Float) throws -> Picture {
    var brain = Volume(grid: Grid(shape: [40, 40, 40], affine: Affine(spacing: [1, 1, 1])))
    for k in 5..<35 { for j in 5..<35 { for i in 5..<35 { brain[i, j, k] = i % 2 == 0 ? 60 : 100 } } }
    let grid = Grid(
      shape: [10, 10, 10], affine: Affine(i: [-4, 0, 0], j: [0, 4, 0], k: [0, 0, 4], origin: [38, 2, 2]))
    var changes = Volume(grid: grid)
    for k in 0..<10 {
      for j in 0..<10 {
        // i runs to the left: its first voxels are the right ones.
        for i in 0..<3 { changes[i, j, k] = 0.2 }
        for i in 7..<10 { changes[i, j, k] = -0.2 }
      }
    }
    var options = ChangePicture.Options()
    options.slicesPerPlane = 1
    options.pixelSize = 1
    return try ChangePicture(of: changes, over: brain, limit: limit, options: options).picture
  }

  @Test("what comes is orange and what goes is blue, at its place in the world; the rest stays gray")
  func colours() throws {
    let picture = try picture(limit: 0.2)
    // The first row of the picture is the axial slice; its middle row of pixels goes from left to right.
    let row = (0..<picture.width).map { picture[$0, 18] }
    let gray = row.indices.filter { row[$0].x == row[$0].y && row[$0].y == row[$0].z && row[$0].x > 0 }
    let blue = row.indices.filter { row[$0] == ChangePicture.below }
    let orange = row.indices.filter { row[$0] == ChangePicture.above }
    #expect(!gray.isEmpty && !blue.isEmpty && !orange.isEmpty)
    #expect(try #require(blue.max()) < (try #require(gray.min())))
    #expect(try #require(gray.max()) < (try #require(orange.min())))
  }

  @Test("outside the brain the map is not shown, whatever its values")
  func masked() throws {
    let grid = Grid(shape: [40, 40, 40], affine: Affine(spacing: [1, 1, 1]))
    var brain = Volume(grid: grid)
    for k in 10..<30 { for j in 10..<30 { for i in 10..<30 { brain[i, j, k] = 80 + Float(i % 3) } } }
    var options = ChangePicture.Options()
    (options.slicesPerPlane, options.pixelSize) = (1, 1)
    let picture = try ChangePicture(
      of: Volume(grid: grid, repeating: 1), over: brain, limit: 1, options: options
    ).picture
    var columns: [Int] = []
    for y in 0..<picture.height {
      for x in 0..<picture.width where picture[x, y] == ChangePicture.above { columns.append(x) }
    }
    // The brain has 20 × 20 voxels in each of the three slices; letters cover a part of its corners.
    #expect((3 * 20 * 20 - 200...3 * 20 * 20).contains(columns.count))
    // 4 mm around the brain and the gap of a pixel are not coloured.
    #expect(columns.allSatisfy { (5..<25).contains($0 % 30) })
  }

  @Test("half of the limit is half a colour, and beyond it nothing changes")
  func scale() throws {
    #expect(ChangePicture.colour(100, 0) == [100, 100, 100])
    #expect(ChangePicture.colour(100, 0.5) == [178, 125, 50])
    #expect(ChangePicture.colour(100, 7) == ChangePicture.above)
    #expect(ChangePicture.colour(100, -7) == ChangePicture.below)
    #expect(ChangePicture.colour(100, .nan) == [100, 100, 100])
    #expect(try picture(limit: 0.2) != picture(limit: 0.4))
  }
}
