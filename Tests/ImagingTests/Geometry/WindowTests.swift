import Imaging
import Testing

@Suite("Windows")
struct WindowTests {
  private let volume: Volume = {
    let grid = Grid(
      shape: [7, 6, 5],
      affine: Affine(i: [-1, 0.1, 0], j: [0.1, 1, 0], k: [0, 0, 2], origin: [3, -4, 5]))
    return Volume(grid: grid, voxels: (1...210).map(Float.init))
  }()

  @Test("each voxel seen stays where it is in the world, and added ones are the value asked for")
  func places() {
    let window = Window(start: [-2, 1, 2], shape: [6, 4, 7])
    let result = window(volume, outside: -1)
    for k in 0..<7 {
      for j in 0..<4 {
        for i in 0..<6 {
          let (x, y, z) = (i - 2, j + 1, k + 2)
          let isInside = x >= 0 && y < 6 && z < 5
          #expect(result[i, j, k] == (isInside ? volume[x, y, z] : -1))
          let offset =
            result.grid.affine([Double(i), Double(j), Double(k)])
            - volume.grid.affine([Double(x), Double(y), Double(z)])
          #expect((offset * offset).sum() < 1e-18)
        }
      }
    }
  }

  @Test("padded and cropped back it has the same voxels at the same places")
  func inverse() {
    let window = Window(start: [-2, -1, -3], shape: [12, 9, 11])
    let back = window.inverse(for: volume.grid)(window(volume))
    #expect(back.voxels == volume.voxels)
    // The origin goes there and back in float64.
    #expect(back.grid.affine.distance(to: volume.grid.affine) < 1e-12)
  }

  @Test("a window beside the grid is empty")
  func beside() {
    let window = Window(start: [20, 0, -9], shape: [3, 3, 3])
    #expect(window(volume).voxels.allSatisfy { $0 == 0 })
  }

  @Test("centred, it cuts or adds as much on both sides", arguments: [(3, 2), (11, -2), (7, 0), (8, -1)])
  func centred(length: Int, start: Int) {
    #expect(Window(centredIn: volume.grid, shape: [length, 6, 5]).start == [start, 0, 0])
  }

  @Test("around a mask it is the box of its voxels and the margin")
  func around() {
    var mask = LabelMap(grid: volume.grid)
    #expect(Window(around: mask) == nil)
    mask[2, 1, 3] = 1
    mask[4, 1, 1] = 2
    #expect(Window(around: mask, margin: 1) == Window(start: [1, 0, 0], shape: [5, 3, 5]))
  }

  @Test("between grids of the same voxels the window is found; between others there is none")
  func between() {
    let window = Window(start: [-2, 1, 2], shape: [6, 4, 7])
    var target = window(volume.grid)
    #expect(Window(from: volume.grid, to: target) == window)
    #expect(volume.resampled(onto: target, interpolation: .cubic) == window(volume))
    target.affine.origin.x += 1e-5
    #expect(Window(from: volume.grid, to: target) == window)
    target.affine.origin.x += 1e-2
    #expect(Window(from: volume.grid, to: target) == nil)
    #expect(Window(from: volume.grid, to: volume.grid.reoriented(to: .ras)) == nil)
    #expect(Window(from: volume.grid, to: volume.grid.resampled(spacing: [1, 1, 1])) == nil)
  }
}
