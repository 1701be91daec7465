/// One axis of a distance transform: the minimum of f(q) + step² (p − q)² over all places q of a column, for each of
/// its places p. Several columns are processed at once.
///
/// For each place the search moves outwards on both sides until the cost of a step exceeds the best value found, for
/// all columns of a vector at once. Near a surface, where distances are usually needed, it ends after a few steps.
/// Columns in which it has not ended after `reach` steps are left to `ColumnEnvelope`, whose time does not depend on
/// the distances but equals that of many steps.
struct ColumnDistances {
  /// The number of columns at a time. Their floats fill a cache line.
  private typealias Lanes = SIMD16<Float>
  private typealias Choice = SIMDMask<SIMD16<Int32>>

  /// The number of steps to both sides after which the search is abandoned.
  private static let reach = 48

  private let length: Int
  /// The costs step² r² of r steps.
  private let costs: [Float]
  private var envelope: ColumnEnvelope
  /// The values f, place after place. Lanes without a finite value or without a column hold 0, so that they need no
  /// search.
  private var block: [Lanes]
  /// The lanes with columns that are infinite everywhere. Their results are infinite too.
  private var isInfinite = Choice(repeating: false)

  /// Prepares the transform of columns.
  /// - Parameters:
  ///   - length: The number of places of a column.
  ///   - step: The distance in mm between two places.
  init(length: Int, step: Double) {
    self.length = length
    costs = (0..<max(length, 1)).map { Float(step * step * Double($0 * $0)) }
    envelope = ColumnEnvelope(length: length, step: step)
    block = [Lanes](repeating: .zero, count: length)
  }

  /// Replaces the values of neighbouring columns.
  /// - Parameters:
  ///   - values: The array.
  ///   - start: The offset of the first place of the first column.
  ///   - count: The number of columns.
  ///   - stride: The distance between the places of a column.
  ///   - wanted: Non-zero for places whose value is needed. Other places may keep their old values.
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

  /// Copies columns into the block.
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

  /// Searches all places. Returns the lanes in which the search has not ended; their results must be replaced.
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

  /// Returns the minimum of each lane at one place. Lanes without a result after `reach` steps are marked as far.
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
