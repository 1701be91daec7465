/// The least of f(q) + step² (p − q)² over all places q of a column, for each of its places p: one axis of a distance
/// transform. Columns are taken some at a time.
///
/// From each place the search goes outwards on both sides, until what a step costs is more than the best that was
/// found, and does so for all columns at once, a vector wide. Near a surface, where distances are asked for, that ends
/// after a few steps. Columns in which it has not ended after `reach` steps are left to `ColumnEnvelope`, whose time
/// does not depend on distances but is that of many steps.
struct ColumnDistances {
  /// Columns at a time: their floats fill a cache line.
  private typealias Lanes = SIMD16<Float>
  private typealias Choice = SIMDMask<SIMD16<Int32>>

  /// Steps to both sides before the search is given up.
  private static let reach = 48

  private let length: Int
  /// step² r² for r steps.
  private let costs: [Float]
  private var envelope: ColumnEnvelope
  /// f, place after place. Lanes without a finite value, or without a column, hold 0, and so are never searched.
  private var block: [Lanes]
  /// Lanes whose columns are infinite everywhere, and remain so.
  private var isInfinite = Choice(repeating: false)

  /// - Parameter step: mm between the places of a column.
  init(length: Int, step: Double) {
    self.length = length
    costs = (0..<max(length, 1)).map { Float(step * step * Double($0 * $0)) }
    envelope = ColumnEnvelope(length: length, step: step)
    block = [Lanes](repeating: .zero, count: length)
  }

  /// Replaces `count` neighbouring columns, whose first begins at `start` and whose places are `stride` apart.
  ///
  /// - Parameter wanted: other than 0 at places whose value is needed; others may keep what they hold.
  mutating func transform(
    _ values: UnsafeMutableBufferPointer<Float>, from start: Int, count: Int, stride: Int,
    wanted: UnsafeBufferPointer<UInt8>? = nil
  ) {
    for first in Swift.stride(from: 0, to: count, by: Lanes.scalarCount) {
      let width = min(Lanes.scalarCount, count - first)
      load(values, from: start + first, width: width, stride: stride)
      guard !all(isInfinite) else { continue }
      let isFar = search(values, from: start + first, width: width, stride: stride, wanted)
      guard any(isFar) else { continue }
      for lane in 0..<width where isFar[lane] {
        envelope.transform(values, from: start + first + lane, stride: stride) { place in block[place][lane] }
      }
    }
  }

  /// Copies columns to the block.
  private mutating func load(
    _ values: UnsafeMutableBufferPointer<Float>, from start: Int, width: Int, stride: Int
  ) {
    let length = length
    var least = Lanes(repeating: .infinity)
    block.withUnsafeMutableBufferPointer { block in
      for place in 0..<length {
        let lanes = Self.read(values, at: start &+ place &* stride, width)
        block[place] = lanes
        least.replace(with: lanes, where: lanes .< least)
      }
      let without = least .== Lanes(repeating: .infinity)
      isInfinite = without
      if any(isInfinite) {
        for place in 0..<length { block[place].replace(with: 0, where: isInfinite) }
      }
    }
  }

  @inline(__always)
  private static func read(
    _ values: UnsafeMutableBufferPointer<Float>, at start: Int, _ width: Int
  ) -> Lanes {
    if width == Lanes.scalarCount, let base = values.baseAddress {
      return UnsafeRawPointer(base + start).loadUnaligned(as: Lanes.self)
    }
    var lanes = Lanes.zero
    for lane in 0..<width { lanes[lane] = values[start + lane] }
    return lanes
  }

  @inline(__always)
  private static func write(
    _ lanes: Lanes, _ values: UnsafeMutableBufferPointer<Float>, at start: Int, _ width: Int
  ) {
    if width == Lanes.scalarCount, let base = values.baseAddress {
      UnsafeMutableRawPointer(base + start).storeBytes(of: lanes, as: Lanes.self)
    } else {
      for lane in 0..<width { values[start + lane] = lanes[lane] }
    }
  }

  /// The lanes in which the search has not ended; what it wrote there is to be replaced.
  private func search(
    _ values: UnsafeMutableBufferPointer<Float>, from start: Int, width: Int, stride: Int,
    _ wanted: UnsafeBufferPointer<UInt8>?
  ) -> Choice {
    let length = length
    var isFar = Choice(repeating: false)
    block.withUnsafeBufferPointer { block in
      costs.withUnsafeBufferPointer { costs in
        for place in 0..<length {
          let target = start &+ place &* stride
          if let wanted, !(target..<target &+ width).contains(where: { wanted[$0] != 0 }) { continue }
          var best = Self.best(place, block, costs, &isFar)
          best.replace(with: .infinity, where: isInfinite)
          Self.write(best, values, at: target, width)
        }
      }
    }
    return isFar
  }

  /// The least of each lane at one place; lanes for which that is not known after `reach` steps become far.
  @inline(__always)
  private static func best(
    _ place: Int, _ block: UnsafeBufferPointer<Lanes>, _ costs: UnsafeBufferPointer<Float>,
    _ isFar: inout Choice
  ) -> Lanes {
    var best = block[place]
    best.replace(with: 0, where: isFar)
    let farthest = max(place, block.count &- 1 &- place)
    for steps in stride(from: 1, through: farthest, by: 1) {
      let cost = Lanes(repeating: costs[steps])
      guard any(best .> cost) else { break }
      guard steps <= reach else {
        isFar .|= best .> cost
        break
      }
      if place >= steps {
        let offer = block[place &- steps] + cost
        best.replace(with: offer, where: offer .< best)
      }
      if place &+ steps < block.count {
        let offer = block[place &+ steps] + cost
        best.replace(with: offer, where: offer .< best)
      }
    }
    return best
  }
}
