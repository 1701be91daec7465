import Imaging
import Numerics
import Segmentation

/// What can be wrong with labels that were right: by a slip in a script, a wrong table, or another program.
enum LabelCorruption: String, CaseIterable {
  case grayAndWhite = "labels of GM and WM exchanged"
  case grayAndFluid = "labels of GM and CSF exchanged"
  case rotated = "labels in the order 2, 3, 1"
  case shifted = "labels moved by 15 mm"
  case mirrored = "labels mirrored along the third axis"
  case swollen = "GM grown by 3 mm"
  case halved = "one half without labels"
  case scattered = "every fourth label of tissue drawn anew"

  func applied(to labels: LabelMap, seed: UInt64) -> LabelMap {
    var result = labels
    let shape = labels.grid.shape
    switch self {
    case .grayAndWhite: result.labels = labels.labels.map { [0, 2, 1, 3][Int($0)] }
    case .grayAndFluid: result.labels = labels.labels.map { [0, 3, 2, 1][Int($0)] }
    case .rotated: result.labels = labels.labels.map { [0, 2, 3, 1][Int($0)] }
    case .shifted:
      let steps = SIMD3<Int>((15 / labels.grid.affine.spacing).rounded(.toNearestOrAwayFromZero))
      result.labels = labels.moved { ($0 &+ steps) }
    case .mirrored: result.labels = labels.moved { [$0.x, $0.y, shape.z - 1 - $0.z] }
    case .swollen:
      let gray = LabelMap(grid: labels.grid, labels: labels.labels.map { $0 == 1 ? 1 : 0 })
      let spacing = labels.grid.affine.spacing
      let grown = gray.dilated(Int((3 / (spacing.sum() / 3)).rounded()))
      for index in result.labels.indices where grown.labels[index] > 0 { result.labels[index] = 1 }
    case .halved:
      let turned = labels.reoriented(to: .ras)
      var half = turned
      let middle = turned.middle
      for index in half.labels.indices where index % turned.grid.shape.x < middle { half.labels[index] = 0 }
      result = half.resampled(onto: labels.grid)
    case .scattered:
      var generator = SeededGenerator(seed: seed)
      for index in result.labels.indices where result.labels[index] > 0 && generator.next() % 4 == 0 {
        result.labels[index] = UInt16(1 + generator.next() % 3)
      }
    }
    return result
  }
}

extension LabelMap {
  /// The label of each voxel is that of another place; outside there is background.
  fileprivate func moved(from place: (SIMD3<Int>) -> SIMD3<Int>) -> [UInt16] {
    var result = [UInt16](repeating: 0, count: labels.count)
    for k in 0..<grid.shape.z {
      for j in 0..<grid.shape.y {
        for i in 0..<grid.shape.x {
          let source = place([i, j, k])
          guard all(source .>= 0), all(source .< grid.shape) else { continue }
          result[grid.offset(i, j, k)] = self[source.x, source.y, source.z]
        }
      }
    }
    return result
  }

  /// Index along i with as many labelled voxels on either side.
  fileprivate var middle: Int {
    var counts = [Int](repeating: 0, count: grid.shape.x)
    for (index, label) in labels.enumerated() where label > 0 { counts[index % grid.shape.x] += 1 }
    let half = counts.reduce(0, +) / 2
    var sum = 0
    return counts.firstIndex {
      sum += $0
      return sum >= half
    } ?? 0
  }
}
