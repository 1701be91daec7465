import Numerics

extension Affine {
  /// The column of an axis: i, j or k.
  subscript(axis axis: Int) -> SIMD3<Double> {
    get { axis == 0 ? i : axis == 1 ? j : k }
    set {
      switch axis {
      case 0: i = newValue
      case 1: j = newValue
      default: k = newValue
      }
    }
  }
}

extension Grid {
  /// Returns the grid of the same voxels, with axes along `orientation`.
  public func reoriented(to orientation: Orientation) -> Grid {
    let (axes, flipped) = orientation.axes(from: Orientation(affine))
    var result = self
    for axis in 0..<3 {
      let column = affine[axis: axes[axis]]
      result.shape[axis] = shape[axes[axis]]
      result.affine[axis: axis] = flipped[axis] ? -column : column
      if flipped[axis] { result.affine.origin += column * Double(shape[axes[axis]] - 1) }
    }
    return result
  }

  /// Returns the elements of an array on this grid in the order of the reoriented grid. This is a permutation.
  func reorder<Element>(_ elements: [Element], to orientation: Orientation) -> [Element] {
    let (axes, flipped) = orientation.axes(from: Orientation(affine))
    let strides = SIMD3(1, shape.x, shape.x * shape.y)
    var target = SIMD3(repeating: 0)  // shape of the result
    var step = SIMD3(repeating: 0)  // offset in the source of one step along each axis of the result
    var start = 0  // offset in the source of the result's first element
    for axis in 0..<3 {
      target[axis] = shape[axes[axis]]
      step[axis] = strides[axes[axis]] * (flipped[axis] ? -1 : 1)
      if flipped[axis] { start += strides[axes[axis]] * (target[axis] - 1) }
    }
    if start == 0 && step == strides { return elements }
    return [Element](unsafeUninitializedCapacity: elements.count) { output, filled in
      elements.withUnsafeBufferPointer { source in
        ParallelLoop.forEach(over: target.z, size: 8) { slices in
          for k in slices {
            for j in 0..<target.y {
              let row = start + j * step.y + k * step.z
              let first = target.x * (j + target.y * k)
              for i in 0..<target.x { output.initializeElement(at: first + i, to: source[row + i * step.x]) }
            }
          }
        }
      }
      filled = elements.count
    }
  }
}

extension Volume {
  /// Returns the same voxels at the same world positions, with axes along `orientation`. Nothing is interpolated.
  public func reoriented(to orientation: Orientation) -> Volume {
    Volume(grid: grid.reoriented(to: orientation), voxels: grid.reorder(voxels, to: orientation))
  }
}

extension LabelMap {
  /// Returns the same labels at the same world positions, with axes along `orientation`.
  public func reoriented(to orientation: Orientation) -> LabelMap {
    LabelMap(grid: grid.reoriented(to: orientation), labels: grid.reorder(labels, to: orientation))
  }
}
