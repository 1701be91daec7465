import Foundation
import Imaging
import Reports
import TestSupport
import Testing

/// The letters in pictures, on scans whose left is marked.
@Suite("Letters in pictures")
struct PictureMarksTests {
  /// Ink of letters, drawn here again.
  private static let ink: [Character: [String]] = [
    "L": ["#....", "#....", "#....", "#....", "#....", "#....", "#####"],
    "R": ["####.", "#...#", "#...#", "####.", "#.#..", "#..#.", "#...#"],
    "A": [".###.", "#...#", "#...#", "#####", "#...#", "#...#", "#...#"],
    "P": ["####.", "#...#", "#...#", "####.", "#....", "#....", "#...."],
  ]

  /// Returns the columns at which a letter is found.
  private func columns(of letter: Character, in picture: Picture) throws -> [Int] {
    let rows: [[Character]] = try #require(Self.ink[letter] as [String]?).map { Array($0) }
    var found: [Int] = []
    for x in 0..<picture.width - 4 {
      for y in 0..<picture.height - 6 where isInk(rows, x, y, picture) { found.append(x) }
    }
    return found
  }

  /// Whether the white pixels of a place are the ink of a letter.
  private func isInk(_ rows: [[Character]], _ x: Int, _ y: Int, _ picture: Picture) -> Bool {
    let white = SIMD3<UInt8>(repeating: 255)
    for (row, ink) in rows.enumerated() {
      for (column, pixel) in ink.enumerated() {
        let isWhite: Bool = picture[x + column, y + row] == white
        if isWhite != (pixel == "#") { return false }
      }
    }
    return true
  }

  /// A head of 60 × 70 × 50 mm in a field of view of 120 × 130 × 110 mm. A capsule at its left is brighter than the head,
  /// as the vitamin capsule that some sites tape to a forehead, and one at the front is brighter still.
  private func head(_ axes: String) throws -> (Volume, LabelMap) {
    let grid = Grid(shape: [120, 130, 110], affine: Affine(spacing: [1, 1, 1], origin: [-60, -65, -55]))
    var (scan, labels) = (Volume(grid: grid), LabelMap(grid: grid))
    for k in 30..<80 {
      for j in 30..<100 {
        for i in 30..<90 {
          scan[i, j, k] = 50
          // World x below 0 is left.
          if i < 42, (55..<75).contains(j) { scan[i, j, k] = 80 }
          if j >= 90, (50..<70).contains(i) { scan[i, j, k] = 110 }
          if (45..<75).contains(i), (45..<85).contains(j), (40..<70).contains(k) { labels[i, j, k] = 1 }
          if (55..<65).contains(i), (60..<70).contains(j), (50..<60).contains(k) { labels[i, j, k] = 2 }
        }
      }
    }
    // The brightest part, at the bottom of the back, sets the window, so that nothing else is white.
    for k in 30..<42 { for j in 30..<42 { for i in 54..<66 { scan[i, j, k] = 200 } } }
    return axes == "RAS" ? (scan, labels) : mirrored(scan, labels)
  }

  /// The same head stored with i to the left, as most scanners do.
  private func mirrored(_ scan: Volume, _ labels: LabelMap) -> (Volume, LabelMap) {
    let old = scan.grid
    let affine = Affine(
      i: -old.affine.i, j: old.affine.j, k: old.affine.k,
      origin: old.affine([Double(old.shape.x - 1), 0, 0]))
    let grid = Grid(shape: old.shape, affine: affine)
    var (other, own) = (Volume(grid: grid), LabelMap(grid: grid))
    for k in 0..<old.shape.z {
      for j in 0..<old.shape.y {
        for i in 0..<old.shape.x {
          other[i, j, k] = scan[old.shape.x - 1 - i, j, k]
          own[i, j, k] = labels[old.shape.x - 1 - i, j, k]
        }
      }
    }
    return (other, own)
  }

  private func options(_ plane: SlicePlane) -> SlicePicture.Options {
    var options = SlicePicture.Options()
    (options.planes, options.slicesPerPlane, options.pixelSize) = ([plane], 1, 1)
    return options
  }

  /// The mean gray of columns, in rows through the middle.
  private func brightness(_ picture: Picture, _ columns: Range<Int>) -> Double {
    var sum = 0
    for y in picture.height / 2 - 3..<picture.height / 2 + 3 {
      for x in columns { sum += Int(picture[x, y].x) }
    }
    return Double(sum) / Double(6 * columns.count)
  }

  @Test(
    "L is on the side of the capsule at the left of the head, however the scan is stored, by both conventions",
    arguments: ["RAS", "LAS"], [SliceConvention.neurological, .radiological])
  func left(axes: String, convention: SliceConvention) throws {
    let (scan, labels) = try head(axes)
    for plane in [SlicePlane.axial, .coronal] {
      var options = options(plane)
      options.convention = convention
      let picture = try SlicePicture(scan: scan, labels: labels, options: options).picture
      let (l, r) = (try columns(of: "L", in: picture), try columns(of: "R", in: picture))
      try #require(l.count == 1 && r.count == 1, "\(plane): \(l) \(r)")
      #expect((l[0] < r[0]) == (convention == .neurological))
      let third = picture.width / 5
      let (atLeft, atRight) = (
        brightness(picture, 2..<third), brightness(picture, picture.width - third..<picture.width - 2)
      )
      #expect((atLeft > atRight) == (l[0] < r[0]), "\(plane): \(atLeft) \(atRight)")
    }
  }

  @Test("in sagittal slices, A is on the side of the capsule at the front")
  func front() throws {
    let (scan, labels) = try head("LAS")
    let picture = try SlicePicture(scan: scan, labels: labels, options: options(.sagittal)).picture
    let (a, p) = (try columns(of: "A", in: picture), try columns(of: "P", in: picture))
    try #require(a.count == 1 && p.count == 1)
    #expect(p[0] < a[0])
    let (back, front) = (
      brightness(picture, 2..<8), brightness(picture, picture.width - 8..<picture.width - 2)
    )
    #expect(front > back)
  }

  @Test("a sheet's strips name the sides that its slices show, and the picture of each tissue is one PNG")
  func sheet() throws {
    var options = SliceSheet.Options()
    options.layers = TissueLayer.all
    let (scan, labels) = try head("LAS")
    let sheet = try SliceSheet(scan: scan, labels: labels, options: options)
    #expect(sheet.strips.map { $0.left + $0.right } == ["LR", "LR", "PA"])
    #expect(sheet.tissues.map(\.layer.name) == ["GM", "WM", "CSF"])
    #expect(Set(sheet.tissues.map(\.png)).count == 3)
  }

  @Test("the picture is cropped to the head")
  func cropped() throws {
    let (scan, labels) = try head("RAS")
    let picture = try SlicePicture(scan: scan, labels: labels, options: options(.axial)).picture
    // The head has 60 × 70 voxels; the gap around a slice is two pixels.
    #expect(picture.width == 60 + 2 && picture.height == 70 + 2)
  }

  @Test("shoulders far from the brain are cut off, and an image without contrast is shown whole")
  func shoulders() throws {
    var (scan, labels) = try head("RAS")
    for k in 0..<25 { for j in 40..<80 { for i in 0..<120 { scan[i, j, k] = 50 } } }
    let picture = try SlicePicture(scan: scan, labels: labels, options: options(.coronal)).picture
    // At most 24 mm beside and 32 mm below the labels, which are 30 mm wide and high.
    #expect(picture.width <= 30 + 2 * 24 + 3 && picture.height <= 30 + 24 + 32 + 3)
    scan = Volume(grid: scan.grid, repeating: 7)
    labels = LabelMap(grid: scan.grid)
    let whole = try SlicePicture(scan: scan, labels: labels, options: options(.coronal)).picture
    #expect(whole.width == 120 + 2 && whole.height == 110 + 2)
  }

  @Test("the name stands above the slices, each tissue that is shown has its outline and its name")
  func tissues() throws {
    let (scan, labels) = try head("RAS")
    var options = options(.coronal)
    func count(_ colour: SIMD3<UInt8>, _ picture: Picture) -> Int {
      var count = 0
      for y in 0..<picture.height { for x in 0..<picture.width where picture[x, y] == colour { count += 1 } }
      return count
    }
    let plain = try SlicePicture(scan: scan, labels: labels, options: options).picture
    #expect(count(TissueLayer.all[0].colour, plain) > 0 && count(TissueLayer.all[1].colour, plain) == 0)
    options.layers = TissueLayer.all
    let all = try SlicePicture(scan: scan, labels: labels, options: options).picture
    // The outline of the 10 × 10 white voxels.
    #expect(count(TissueLayer.all[1].colour, all) == 36)
    options.name = "sub-01"
    let named = try SlicePicture(scan: scan, labels: labels, options: options).picture
    #expect(named.height > all.height && named.width == all.width)
    options.name = "sub-02"
    #expect(try SlicePicture(scan: scan, labels: labels, options: options).picture != named)
    options.name = "süb-01_ses-π and a name that is much longer than the picture is wide"
    #expect(try SlicePicture(scan: scan, labels: labels, options: options).picture.width == all.width)
  }
}
