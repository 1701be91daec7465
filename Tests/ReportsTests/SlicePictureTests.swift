import Evaluation
import Foundation
import Imaging
import Reports
import TestSupport
import Testing

@Suite("SlicePicture")
struct SlicePictureTests {
  /// A head of 20×30×40 mm with a gray background and a bright block at its right, front and top.
  private func head(spacing: SIMD3<Double>) -> (Volume, LabelMap) {
    let shape = SIMD3<Int>((SIMD3(20, 30, 40) / spacing).rounded(.toNearestOrEven))
    let grid = Grid(shape: shape, affine: Affine(spacing: spacing))
    var scan = Volume(grid: grid, repeating: 10)
    var mask = LabelMap(grid: grid)
    for k in 0..<shape.z {
      for j in 0..<shape.y {
        for i in 0..<shape.x {
          let place = grid.affine([Double(i), Double(j), Double(k)])
          if place.x >= 12, place.y >= 18, place.z >= 24 { scan[i, j, k] = 100 }
          if place.x >= 4, place.x <= 14, place.y >= 10, place.z >= 10 { mask[i, j, k] = 1 }
        }
      }
    }
    return (scan, mask)
  }

  /// The same head stored with i to the left, j to the top and k to the front (LSA).
  private func stored(_ scan: Volume, _ mask: LabelMap) -> (Volume, LabelMap) {
    let old = scan.grid
    let shape: SIMD3<Int> = [old.shape.x, old.shape.z, old.shape.y]
    let origin = old.affine([Double(old.shape.x - 1), 0, 0])
    let affine = Affine(i: -old.affine.i, j: old.affine.k, k: old.affine.j, origin: origin)
    let grid = Grid(shape: shape, affine: affine)
    var other = (Volume(grid: grid), LabelMap(grid: grid))
    for k in 0..<shape.z {
      for j in 0..<shape.y {
        for i in 0..<shape.x {
          other.0[i, j, k] = scan[old.shape.x - 1 - i, k, j]
          other.1[i, j, k] = mask[old.shape.x - 1 - i, k, j]
        }
      }
    }
    return other
  }

  private func options(_ plane: SlicePlane, _ convention: SliceConvention = .neurological)
    -> SlicePicture.Options
  {
    var options = SlicePicture.Options()
    options.planes = [plane]
    options.slicesPerPlane = 1
    options.pixelSize = 1
    options.convention = convention
    (options.isCropped, options.isMarked) = (false, false)
    return options
  }

  private func isBright(_ pixel: SIMD3<UInt8>) -> Bool { pixel.x == pixel.y && pixel.x > 200 }

  @Test("the picture is the same however the voxels are stored", arguments: SlicePlane.allCases)
  func storage(plane: SlicePlane) throws {
    let (scan, mask) = head(spacing: [1, 1, 1])
    let (otherScan, otherMask) = stored(scan, mask)
    let expected = try SlicePicture(scan: scan, labels: mask, options: options(plane)).picture
    #expect(try SlicePicture(scan: otherScan, labels: otherMask, options: options(plane)).picture == expected)
  }

  @Test("front is up in axial slices; right is right, or left by radiological convention")
  func orientation() throws {
    let (scan, mask) = head(spacing: [1, 1, 1])
    let neurological = try SlicePicture(scan: scan, labels: mask, options: options(.axial)).picture
    #expect(isBright(neurological[neurological.width - 3, 3]))
    #expect(!isBright(neurological[3, 3]))
    #expect(!isBright(neurological[neurological.width - 3, neurological.height - 3]))
    let radiological = try SlicePicture(scan: scan, labels: mask, options: options(.axial, .radiological))
      .picture
    #expect(isBright(radiological[3, 3]))
    #expect(!isBright(radiological[radiological.width - 3, 3]))
  }

  @Test(
    "pixels are square in mm whatever the spacing",
    arguments: [SIMD3<Double>(1, 1, 1), [1, 2, 1], [0.5, 1, 2]])
  func isotropic(spacing: SIMD3<Double>) throws {
    let (scan, mask) = head(spacing: spacing)
    let picture = try SlicePicture(scan: scan, labels: mask, options: options(.coronal)).picture
    // From the first voxel's centre to the last one's, 1 mm per pixel, and the gap of 2 pixels.
    #expect(picture.width == Int((20 - spacing.x).rounded()) + 3)
    #expect(picture.height == Int((40 - spacing.z).rounded()) + 3)
  }

  @Test("the outline runs along the labels' border and leaves its inside as it is")
  func outline() throws {
    let (scan, mask) = head(spacing: [1, 1, 1])
    let picture = try SlicePicture(scan: scan, labels: mask, options: options(.axial)).picture
    let red = TissueLayer.grayMatter[0].colour
    // One pixel of gap to the left and above: voxel (x, y) is drawn at column x + 1, row 30 − y.
    #expect(picture[4 + 1, 30 - 20] == red)
    #expect(picture[14 + 1, 30 - 20] == red)
    #expect(picture[9 + 1, 30 - 20] != red)
    #expect(picture[3 + 1, 30 - 20] != red)
    #expect(picture[9 + 1, 30 - 10] == red)
  }

  @Test("a mask on another grid is refused")
  func grids() {
    let (scan, _) = head(spacing: [1, 1, 1])
    let (_, mask) = head(spacing: [2, 2, 2])
    #expect(throws: EvaluationError.shapesDiffer(prediction: [10, 15, 20], reference: [20, 30, 40])) {
      try SlicePicture(scan: scan, labels: mask)
    }
  }

  @Test("an empty mask and a constant scan still make a picture")
  func corner() throws {
    let grid = Grid(shape: [5, 6, 7], affine: .identity)
    var options = SlicePicture.Options()
    options.isMarked = false
    let picture = try SlicePicture(scan: Volume(grid: grid), labels: LabelMap(grid: grid), options: options)
      .picture
    #expect(picture.width > 0)
    #expect(Set(picture.pixels) == [0])
  }

  @Test("the file is a PNG of the picture's size")
  func file() throws {
    let (scan, mask) = head(spacing: [1, 1, 1])
    let place = try Workplace()
    defer { place.remove() }
    let path = place("slices.png")
    let slices = try SlicePicture(scan: scan, labels: mask)
    try slices.write(to: path)
    let bytes = [UInt8](try #require(FileManager.default.contents(atPath: path)))
    #expect(Array(bytes.prefix(8)) == [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
    let word = { (offset: Int) in bytes[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) } }
    // The header chunk: width, height, 8 bits, colour type 2 (RGB).
    #expect(word(16) == slices.picture.width)
    #expect(word(20) == slices.picture.height)
    #expect(Array(bytes[24...25]) == [8, 2])
  }

  @Test("pictures side by side keep their pixels, with a gap between")
  func sideBySide() {
    var (first, second) = (Picture(width: 2, height: 3), Picture(width: 4, height: 1))
    first[1, 2] = [1, 2, 3]
    second[0, 0] = [4, 5, 6]
    let both = Picture(sideBySide: [first, second], gap: 5)
    #expect(both.width == 11 && both.height == 3)
    #expect(both[1, 2] == [1, 2, 3] && both[7, 0] == [4, 5, 6])
    #expect(both.pixels.count { $0 != 0 } == 6)
  }
}
