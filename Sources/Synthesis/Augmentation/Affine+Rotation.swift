import Foundation
import Imaging

extension Affine {
  /// Rotation about the first axis, then the second, then the third, through the origin; angles in radians.
  static func rotation(_ angles: SIMD3<Double>) -> Affine {
    let (a, b, c) = (angles.x, angles.y, angles.z)
    let first = Affine(i: [1, 0, 0], j: [0, cos(a), sin(a)], k: [0, -sin(a), cos(a)], origin: .zero)
    let second = Affine(i: [cos(b), 0, -sin(b)], j: [0, 1, 0], k: [sin(b), 0, cos(b)], origin: .zero)
    let third = Affine(i: [cos(c), sin(c), 0], j: [-sin(c), cos(c), 0], k: [0, 0, 1], origin: .zero)
    return third.composed(after: second).composed(after: first)
  }
}
