import Foundation
import Imaging
import Numerics

/// Whether a brain ends in a plane of any orientation. Defacing software that cuts through the brain leaves an oblique
/// plane, which no slice of the grid shows.
struct FlatEnd {
  /// Area of the outermost cross-section over that of the largest parallel one, the maximum over all directions.
  let share: Double
  /// World direction from the inside of the brain to that end.
  let direction: SIMD3<Double>

  /// Sampling distance in mm, which gives tens of thousands of samples of a brain.
  private static let sampling = 3.0
  /// Thickness in mm of a cross-section; at this thickness, the round end of a brain has a tenth of the largest
  /// cross-section.
  private static let depth = 3.0
  /// Number of directions of the first search, about 9° apart, and the thickness in mm of its cross-sections, which
  /// tolerates a plane tilted by 5°.
  private static let directionCount = 500
  private static let firstDepth = 7.0
  /// The first search uses one of this many samples.
  private static let firstShare = 3
  /// Number of best directions that are refined, and the step sizes in degrees.
  private static let startCount = 8
  private static let angles = [4.0, 2, 1]

  /// Searches a mask. Returns `nil` if the mask is empty.
  init?(_ brain: LabelMap) {
    let samples = Self.samples(of: brain)
    guard !samples.isEmpty else { return nil }
    // A cross-section that is thinner than the slice distance would contain one slice or none.
    let depth = max(Self.depth, 1.2 * brain.grid.affine.spacing.max())
    let directions = Self.directions
    // The selection depends on world positions, so it is the same for any storage order of the voxels.
    let few = samples.filter { sample in
      Int((sample.sum() / Self.sampling + 0.123).rounded(.down)) % Self.firstShare == 0
    }
    let (all, first) = (Coordinates(samples), Coordinates(few))
    let shares = ParallelLoop.map(over: directions.count, size: 25) { range in
      range.map { first.share(directions[$0], depth: max(depth, Self.firstDepth)) }
    }.flatMap { $0 }
    let starts = shares.indices.sorted { (shares[$0], $1) > (shares[$1], $0) }.prefix(Self.startCount)
    let ends = ParallelLoop.map(over: starts.count, size: 1) { range in
      Self.turned(directions[starts[starts.startIndex + range.lowerBound]], all, depth: depth)
    }
    guard let best = ends.max(by: { $0.share < $1.share }) else { return nil }
    (share, direction) = (best.share, best.direction)
  }

  /// Returns the world positions of one voxel in each cube of about `sampling`, the same for any storage order of the
  /// voxels. Of voxels with less than half of that volume, every second one is enough.
  private static func samples(of brain: LabelMap) -> [SIMD3<Double>] {
    let (shape, affine) = (brain.grid.shape, brain.grid.affine)
    let steps = affine.spacing.indices.map { max(1, Int(sampling / affine.spacing[$0])) }
    let places = zip(0..<3, [affine.i, affine.j, affine.k]).map { axis, way -> [Int] in
      let strongest = (0..<3).max { abs(way[$0]) < abs(way[$1]) } ?? axis
      // Counted from the left, posterior or inferior end.
      return way[strongest] < 0
        ? Array(stride(from: shape[axis] - 1, through: 0, by: -steps[axis]))
        : Array(stride(from: 0, to: shape[axis], by: steps[axis]))
    }
    let volume = brain.grid.voxelVolume * Double(steps[0] * steps[1] * steps[2])
    let share = volume < sampling * sampling * sampling / 2 ? 2 : 1
    var samples: [SIMD3<Double>] = []
    for (row, k) in places[2].enumerated() {
      for (column, j) in places[1].enumerated() {
        let offset = brain.grid.offset(0, j, k)
        for number in stride(from: (row + column) % share, to: places[0].count, by: share) {
          let i = places[0][number]
          if brain.labels[offset + i] > 0 { samples.append(affine([Double(i), Double(j), Double(k)])) }
        }
      }
    }
    return samples
  }

  /// Directions evenly distributed over the sphere, along a golden-angle spiral.
  private static var directions: [SIMD3<Double>] {
    (0..<directionCount).map { number in
      let z = 1 - (2 * Double(number) + 1) / Double(directionCount)
      let (radius, angle) = ((1 - z * z).squareRoot(), Double(number) * .pi * (3 - 5.0.squareRoot()))
      return SIMD3(radius * cos(angle), radius * sin(angle), z)
    }
  }

  /// Refines a direction as long as its share increases.
  private static func turned(
    _ start: SIMD3<Double>, _ samples: Coordinates, depth: Double
  ) -> (share: Double, direction: SIMD3<Double>) {
    var best = (share: samples.share(start, depth: depth), direction: start)
    for angle in angles {
      var grows = true
      while grows {
        grows = false
        for other in neighbours(of: best.direction, tangent: tan(angle * .pi / 180)) {
          let value = samples.share(other, depth: depth)
          if value > best.share { (best, grows) = ((value, other), true) }
        }
      }
    }
    return best
  }

  /// Returns eight directions around one.
  private static func neighbours(of direction: SIMD3<Double>, tangent: Double) -> [SIMD3<Double>] {
    let axis: SIMD3<Double> = abs(direction.x) < 0.8 ? [1, 0, 0] : [0, 1, 0]
    let first = unit(cross(direction, axis))
    let second = cross(direction, first)
    return (0..<8).map { number in
      let angle = Double(number) * .pi / 4
      return unit(direction + tangent * (cos(angle) * first + sin(angle) * second))
    }
  }

  private static func cross(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> SIMD3<Double> {
    SIMD3(a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x)
  }

  private static func unit(_ a: SIMD3<Double>) -> SIMD3<Double> { a / (a * a).sum().squareRoot() }
}

/// The coordinates of points, axis by axis, so that one pass over them is a few instructions for each point.
private struct Coordinates: Sendable {
  private let x: [Double]
  private let y: [Double]
  private let z: [Double]

  init(_ points: [SIMD3<Double>]) {
    (x, y, z) = (points.map { $0.x }, points.map { $0.y }, points.map { $0.z })
  }

  /// Returns the number of points in the outermost cross-section over the greatest number in any.
  func share(_ direction: SIMD3<Double>, depth: Double) -> Double {
    guard !x.isEmpty else { return 0 }
    let heights = heights(along: direction)
    let (top, bottom) = heights.withUnsafeBufferPointer { heights in
      heights.reduce((-Double.infinity, Double.infinity)) { (Swift.max($0.0, $1), Swift.min($0.1, $1)) }
    }
    var counts = [Int](repeating: 0, count: Int((top - bottom) / depth) + 1)
    heights.withUnsafeBufferPointer { heights in
      counts.withUnsafeMutableBufferPointer { counts in
        for height in heights { counts[Int((top - height) / depth)] += 1 }
      }
    }
    return Double(counts[0]) / Double(counts.max() ?? 1)
  }

  private func heights(along direction: SIMD3<Double>) -> [Double] {
    [Double](unsafeUninitializedCapacity: x.count) { heights, count in
      for index in x.indices {
        heights.initializeElement(
          at: index, to: x[index] * direction.x + y[index] * direction.y + z[index] * direction.z)
      }
      count = x.count
    }
  }
}
