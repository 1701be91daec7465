import Foundation
import Imaging
import Numerics

/// A smooth and invertible map of a box onto itself: x ↦ x + u(x), with u in mm, and the logarithm of its Jacobian
/// determinant.
///
/// The exponential of a stationary velocity field is taken by scaling and squaring (Arsigny et al. 2006, doi
/// 10.1007/11866565_113): the velocity is halved until it moves nothing by more than a fraction of a voxel, and the map
/// of that is composed with itself as often. The log determinant takes the same path, by the chain rule
/// log |D(φ∘φ)|(x) = log |Dφ|(x) + log |Dφ|(φ(x)), which is the rule of the displacement, u(x) + u(x + u(x)). So both are
/// one field of four numbers, and a determinant is an exponential and cannot become 0 or negative.
public struct Diffeomorphism: Sendable, Equatable {
  /// Nodes on axes that run to the right, front and top, with one spacing.
  public let grid: Grid
  /// Displacement in world mm along x, y, z, and the log of the Jacobian determinant. i runs fastest.
  package var field: [SIMD4<Float>]

  /// Voxels that the first small map moves anything by at most. The second-order start makes its error the third power
  /// of this.
  package static let firstStep: Float = 0.5

  /// The map that leaves everything in its place.
  public init(identityOn grid: Grid) {
    precondition(grid.isIsotropicRAS, "a map's grid has axes along the world's, and one spacing")
    self.grid = grid
    field = Array(repeating: .zero, count: grid.count)
  }

  /// The flow of a velocity over one unit of time, or over another `time`: the inverse for -1.
  public init(exponentialOf velocity: StationaryVelocityField, time: Float = 1) {
    grid = velocity.grid
    let voxels = abs(time) * velocity.greatestSpeed / grid.isotropicSpacing
    let squarings = Self.squarings(for: voxels)
    field = Self.smallFlow(of: velocity, time: time / Float(1 << squarings))
    for _ in 0..<squarings { field = Self.composed(field, after: field, on: grid) }
  }

  /// `first` and then this map: `self ∘ first`. Both have one grid.
  public func composed(after first: Diffeomorphism) -> Diffeomorphism {
    precondition(grid == first.grid, "maps that are composed have one grid")
    var result = first
    result.field = Self.composed(field, after: first.field, on: grid)
    return result
  }

  /// The displacement in mm at voxel (i, j, k).
  public subscript(i: Int, j: Int, k: Int) -> SIMD3<Float> {
    let vector = field[grid.offset(i, j, k)]
    return [vector.x, vector.y, vector.z]
  }

  /// The log of the Jacobian determinant.
  public var logDeterminant: Volume { Volume(grid: grid, voxels: field.map(\.w)) }

  /// The image of a position in world mm; the displacement is interpolated between voxels.
  public func callAsFunction(_ point: SIMD3<Double>) -> SIMD3<Double> {
    let node = (point - grid.affine.origin) / Double(grid.isotropicSpacing)
    let sampling = NodeSampling(shape: grid.shape)
    let u = field.withUnsafeBufferPointer { nodes in
      nodes.baseAddress.map { sampling($0, SIMD4(Float(node.x), Float(node.y), Float(node.z), 0)) } ?? .zero
    }
    return point + SIMD3(Double(u.x), Double(u.y), Double(u.z))
  }

  /// f(x) ← first(x) + second(x + u(x)), u being the first's displacement.
  package static func composed(
    _ second: [SIMD4<Float>], after first: [SIMD4<Float>], on grid: Grid
  ) -> [SIMD4<Float>] {
    let shape = grid.shape
    let perVoxel = 1 / grid.isotropicSpacing
    let sampling = NodeSampling(shape: shape)
    return [SIMD4<Float>](unsafeUninitializedCapacity: grid.count) { output, filled in
      second.withUnsafeBufferPointer { second in
        first.withUnsafeBufferPointer { first in
          guard let nodes = second.baseAddress else { return }
          ParallelLoop.forEach(over: shape.z, size: 2) { slices in
            for k in slices {
              for j in 0..<shape.y {
                let start = shape.x &* (j &+ shape.y &* k)
                var here = SIMD4<Float>(0, Float(j), Float(k), 0)
                for i in 0..<shape.x {
                  here.x = Float(i)
                  let u = first[start &+ i]
                  output[start &+ i] = u + sampling(nodes, here + perVoxel * u)
                }
              }
            }
          }
        }
      }
      filled = grid.count
    }
  }
}

extension Diffeomorphism {
  /// How often a displacement of so many voxels is halved.
  private static func squarings(for voxels: Float) -> Int {
    var (count, rest) = (0, voxels)
    // No deformation of a head needs more.
    while rest > firstStep && count < 20 { (count, rest) = (count + 1, rest / 2) }
    return count
  }
}
