/// What a subject of each class counts, so that both count alike however rare one is: n / (2 n_c).
struct ClassWeights: Sendable {
  private var zero = 1.0, one = 1.0

  init() {}

  init(_ target: [Double]) {
    let ones = target.reduce(0, +)
    let count = Double(target.count)
    guard ones > 0, ones < count else { return }
    (zero, one) = (count / (2 * (count - ones)), count / (2 * ones))
  }

  subscript(target: Double) -> Double { target == 1 ? one : zero }
}
