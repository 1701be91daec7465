import Foundation
import Imaging
import TestSupport
import Testing

@Suite("Conforming, and the way back")
struct ConformingTests {
  private static let small = Volume(
    grid: Grid(
      shape: [7, 6, 5],
      affine: Affine(i: [-1, 0.1, 0], j: [0.1, 1, 0], k: [0, 0, 2], origin: [3, -4, 5])),
    voxels: (1...210).map(Float.init))

  @Test("the grid has the shape, spacing and middle asked for, and labels go there too")
  func grid() {
    let conforming = Conforming(spacing: [1, 1, 1], shape: [16, 16, 16], interpolation: .cubic)
    let result = conforming(Self.small)
    #expect(result.grid == conforming.grid(for: Self.small.grid))
    #expect(result.grid.shape == [16, 16, 16])
    let spacing = result.grid.affine.spacing - SIMD3<Double>.one
    #expect((spacing * spacing).sum() < 1e-18)
    let middles = result.grid.affine(SIMD3(repeating: 7.5)) - Self.small.grid.affine([3, 2.5, 2])
    // Half a voxel of 1 mm along each axis at most, where the number of voxels is odd.
    #expect((middles * middles).sum().squareRoot() < 0.9)
    #expect(conforming(LabelMap(grid: Self.small.grid, repeating: 1)).grid == result.grid)
    #expect(result.restored(onto: Self.small.grid).grid == Self.small.grid)
  }

  @Test(
    "where nothing changes nothing is touched, whatever the interpolation",
    arguments: Interpolation.allCases, [nil, [7, 6, 5]] as [SIMD3<Int>?])
  func identity(interpolation: Interpolation, shape: SIMD3<Int>?) {
    let own = Orientation(Self.small.grid.affine)
    let spacing = Self.small.grid.affine.spacing
    for spacing in [nil, spacing] {
      let conforming = Conforming(
        orientation: own, spacing: spacing, shape: shape, interpolation: interpolation)
      #expect(conforming(Self.small) == Self.small)
    }
  }

  @Test(
    "turned, and cropped or padded, voxels come back to the bit; what was cropped is 0",
    arguments: ["RAS", "PIL", "SLA"], [[5, 6, 7], [20, 9, 4], [1, 1, 1], [7, 6, 5]] as [SIMD3<Int>])
  func wholeVoxels(codes: String, shape: SIMD3<Int>) throws {
    let conforming = Conforming(orientation: try #require(Orientation(codes)), shape: shape)
    let source = Self.small
    let (there, back) = (conforming(source), conforming(source).restored(onto: source.grid))
    #expect(back.grid == source.grid)
    let seen = zip(back.voxels, source.voxels).filter { $0 == $1 }.count
    #expect(zip(back.voxels, source.voxels).allSatisfy { $0 == $1 || $0 == 0 })
    #expect(seen == there.voxels.count { $0 != 0 } && seen > 0)
    let labels = LabelMap(grid: source.grid, labels: source.voxels.map { UInt16($0) })
    #expect(conforming(labels).restored(onto: source.grid).labels == back.voxels.map { UInt16($0) })
  }

  /// Colin27 at 2 mm.
  private static let head = Result { try NIfTIImage(contentsOf: SampleData.colin27).volume }

  /// A voxel's centre is at most half a target voxel from the centre of the target voxel it falls into, so less
  /// than half of its own size as long as the target's are smaller: the nearest label there is its own.
  @Test(
    "labels of a real head return to the bit from any grid with smaller voxels",
    arguments: [[1.9, 1.7, 1.3], [1, 1, 1]] as [SIMD3<Double>])
  func labels(spacing: SIMD3<Double>) throws {
    let head = try Self.head.get()
    let labels = LabelMap(grid: head.grid, labels: head.voxels.map { UInt16($0 / 8) })
    let there = Conforming(orientation: try #require(Orientation("LIA")), spacing: spacing)(labels)
    #expect(there.grid.shape != labels.grid.shape)
    #expect(there.restored(onto: head.grid) == labels)
  }

  /// Linear interpolation between points h apart is off by at most h²/8 times the second derivative along each
  /// axis. An edge from 0 to 1 smoothed with σ has at most 0.242/σ² of it: with σ = 2 voxels, 0.0605 per voxel².
  /// There with h = 1 and back with h = 1.6/2: 3 · (1 + 0.64) · 0.0605 / 8 = 0.037.
  @Test("probabilities of a real head return within the 0.037 that two linear interpolations may be off")
  func probabilities() throws {
    let head = try Self.head.get()
    let edges = Volume(grid: head.grid, voxels: head.voxels.map { $0 > 60 ? 1 : 0 })
    let soft = edges.smoothed(sigma: [2, 2, 2])
    let there = Conforming(orientation: try #require(Orientation("PSR")), spacing: [1.6, 1.6, 1.6])(soft)
    let back = there.restored(onto: head.grid)
    #expect(back.grid == head.grid)
    #expect(back.voxels.allSatisfy { (0...1.000001).contains($0) })
    #expect(largestDifference(back.voxels, soft.voxels) < 0.037)
  }

  /// The cubic's error goes with the fourth derivative: at σ = 2 voxels an order of magnitude less.
  @Test("intensities return better by cubic than by linear interpolation")
  func intensities() throws {
    let head = try Self.head.get()
    func distance(_ interpolation: Interpolation) -> Double {
      let there = Conforming(spacing: [1.6, 1.6, 1.6], interpolation: interpolation)(head)
      let back = there.restored(onto: head.grid, interpolation: interpolation)
      return zip(back.voxels, head.voxels).reduce(0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) }
    }
    #expect(distance(.cubic) < distance(.linear) / 2)
  }

  @Test("without smoothing, and for nearest voxels, larger voxels take what lies at their centres")
  func smoothing() throws {
    let head = try Self.head.get()
    let spacing: SIMD3<Double> = [5, 5, 5]
    let plain = Conforming(spacing: spacing, smoothing: false)(head)
    let smooth = Conforming(spacing: spacing)(head)
    #expect(plain == head.reoriented(to: .ras).resampled(onto: plain.grid))
    #expect(smooth == head.reoriented(to: .ras).smoothed(for: plain.grid).resampled(onto: plain.grid))
    #expect(smooth != plain)
    let nearest = Conforming(spacing: spacing, interpolation: .nearest)(head)
    #expect(Set(nearest.voxels).isSubset(of: Set(head.voxels)))
  }
}
