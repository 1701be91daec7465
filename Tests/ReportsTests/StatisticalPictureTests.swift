import Imaging
import Reports
import Testing

/// Glass brains and slices at peaks, of maps whose places are known.
@Suite("Pictures of statistical maps")
struct StatisticalPictureTests {
  /// A brain of 40 × 50 × 30 mm in voxels of 2 mm, stored with i to the left. The map is 3 at one place left, front and
  /// high, and −5 at one right, back and low.
  private static let grid = Grid(
    shape: [30, 35, 25], affine: Affine(i: [-2, 0, 0], j: [0, 2, 0], k: [0, 0, 2], origin: [29, -35, -25]))
  private static let places: (rise: SIMD3<Double>, fall: SIMD3<Double>) = ([-13, 15, 9], [11, -15, -9])

  private func brain() -> LabelMap {
    var brain = LabelMap(grid: Self.grid)
    for k in 5..<20 { for j in 5..<30 { for i in 5..<25 { brain[i, j, k] = 1 } } }
    return brain
  }

  private func map() throws -> Volume {
    var map = Volume(grid: Self.grid)
    let inverse = try #require(Self.grid.affine.inverse)
    for (place, value) in [(Self.places.rise, Float(3)), (Self.places.fall, -5)] {
      let voxel = SIMD3<Int>(inverse(place).rounded(.toNearestOrEven))
      for dk in -1...1 {
        for dj in -1...1 { for di in -1...1 { map[voxel.x + di, voxel.y + dj, voxel.z + dk] = value } }
      }
    }
    return map
  }

  /// The mean position of the pixels with a color, as shares of the picture's size, and their number.
  private func center(
    _ picture: Picture, _ columns: Range<Int>, _ colour: SIMD3<UInt8>
  ) -> (x: Double, y: Double, count: Int) {
    var (sum, count) = (SIMD2<Double>.zero, 0)
    for y in 0..<picture.height {
      for x in columns where picture[x, y] == colour {
        sum += SIMD2(Double(x - columns.lowerBound), Double(y))
        count += 1
      }
    }
    let mean = sum / Double(max(1, count))
    return (mean.x / Double(columns.count), mean.y / Double(picture.height), count)
  }

  @Test("a glass brain shows both signs at their places, in all three views, and nothing below the threshold")
  func glass() throws {
    let scale = SignedScale(threshold: 1, limit: 5)
    let picture = try GlassBrain(of: try map(), in: brain(), scale: scale).picture
    let (rise, fall) = (try #require(scale.colour(3)), try #require(scale.colour(-5)))
    // Views: coronal and axial of 51 pixels, sagittal of 61, with 8 between them.
    #expect(picture.width == 51 + 8 + 51 + 8 + 61)
    let (coronal, axial, sagittal) = (0..<51, 59..<110, 118..<179)
    for view in [coronal, axial, sagittal] {
      // Three voxels of 2 mm along both axes.
      #expect(abs(center(picture, view, rise).count - 36) <= 12)
      #expect(abs(center(picture, view, fall).count - 36) <= 12)
    }
    // Left is left, front is up in the axial view and right in the sagittal one.
    #expect(center(picture, coronal, rise).x < 0.4 && center(picture, coronal, fall).x > 0.6)
    #expect(center(picture, coronal, rise).y < center(picture, coronal, fall).y)
    #expect(
      center(picture, axial, rise).x < 0.4 && center(picture, axial, rise).y < center(picture, axial, fall).y)
    #expect(center(picture, sagittal, rise).x > 0.6 && center(picture, sagittal, fall).x < 0.4)
    let high = SignedScale(threshold: 4, limit: 5)
    let strict = try GlassBrain(of: try map(), in: brain(), scale: high).picture
    #expect(high.colour(3) == nil && center(strict, 0..<strict.width, rise).count == 0)
  }

  @Test("slices run through the peak of their row, where the lines meet")
  func peaks() throws {
    let scale = SignedScale(threshold: 1, limit: 5)
    let fall = try #require(scale.colour(-5))
    let background = Volume(grid: Self.grid, repeating: 1)
    func picture(_ position: SIMD3<Double>) throws -> Picture {
      try PeakPicture(
        of: try map(), over: background, in: brain(), at: [.init(name: "1", position: position)], scale: scale
      ).picture
    }
    let found = try picture(Self.places.fall)
    let third = found.width / 3
    for view in 0..<3 {
      #expect(center(found, view * third..<(view + 1) * third, fall).count >= 25)
    }
    // The other peak's slices do not cut it.
    #expect(center(try picture(Self.places.rise), 0..<found.width, fall).count == 0)
  }

  @Test(
    "the scale is dark at the threshold, bright at the limit, the same beyond it, and without colour below")
  func scale() {
    let scale = SignedScale(threshold: 1.3, limit: 3)
    #expect(scale.colour(1.29) == nil && scale.colour(.nan) == nil && scale.colour(0) == nil)
    #expect(scale.colour(3) == scale.colour(9) && scale.colour(-3) == scale.colour(-9))
    #expect(scale.colour(3) != scale.colour(-3) && scale.colour(1.3) != scale.colour(3))
    // A map that is just significant everywhere has a scale too.
    #expect(SignedScale(threshold: 1.3, limit: 1.3).colour(1.3) != nil)
  }
}
