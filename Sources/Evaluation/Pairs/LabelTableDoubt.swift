import Files
import Imaging

/// That the labels of a prediction or a reference fit much better when they are read by another built-in table.
public struct LabelTableDoubt: Hashable, Sendable {
  public enum Side: Hashable, Sendable { case prediction, reference }

  /// Whose labels seem to be read by the wrong table.
  public var side: Side
  /// Built-in tables by which they fit best, all alike.
  public var tables: [String]
  /// Mean Dice of GM, WM and CSF, by the table that was given and by those.
  public var given, possible: Double

  /// By how much the mean Dice must rise. Exchanged tissues have nearly none left, while two built-in tables by which
  /// one map is read alike, or a poor prediction, differ by less.
  static let leastGain = 0.25

  /// - Parameters:
  ///   - prediction: the labels as they stand in the file; `nil` is returned where a map holds too many of them.
  ///   - reference: likewise, on the same grid.
  /// - Returns: `nil` where no other built-in table fits much better.
  init?(
    prediction: LabelMap, by predictionTable: LabelTable, reference: LabelMap, by referenceTable: LabelTable
  ) {
    guard let joint = JointLabels(prediction, reference),
      let given = joint.dice(predictionTable, referenceTable), given + Self.leastGain <= 1
    else { return nil }
    var best: (side: Side, tables: [String], dice: Double)?
    for side in [Side.reference, .prediction] {
      for table in LabelTable.closestFirst {
        let dice =
          side == .reference ? joint.dice(predictionTable, table) : joint.dice(table, referenceTable)
        guard let dice, dice >= given + Self.leastGain, dice >= best?.dice ?? 0 else { continue }
        if let found = best, found.dice == dice {
          if found.side == side { best?.tables.append(table.name) }
        } else {
          best = (side, [table.name], dice)
        }
      }
    }
    guard let best else { return nil }
    (side, tables, self.given, possible) = (best.side, best.tables, given, best.dice)
  }

  /// One sentence for each side and table that several pairs cast the same doubt on.
  /// - Parameters:
  ///   - count: how many pairs were compared.
  ///   - options: what gives the tables of predictions and references on the command line.
  public static func sentences(
    _ doubts: [LabelTableDoubt], of count: Int, options: (prediction: String, reference: String)
  ) -> [String] {
    let kinds = Dictionary(grouping: doubts) {
      [$0.side == .reference ? "reference" : "prediction"] + $0.tables
    }
    return kinds.sorted { $0.value.count > $1.value.count }.map { _, alike in
      let (option, side) =
        alike[0].side == .reference ? (options.reference, "reference") : (options.prediction, "prediction")
      let mean = { (value: KeyPath<LabelTableDoubt, Double>) in
        TextTable.number(ScoreStatistics(alike.map { $0[keyPath: value] }).mean, digits: 2)
      }
      let others = alike[0].tables.dropFirst()
      return
        "in \(alike.count) of \(count) \(count == 1 ? "pair" : "pairs") the labels of the \(side) fit much better as "
        + "\(alike[0].tables[0]): the mean Dice of GM, WM and CSF is \(mean(\.possible)) instead of \(mean(\.given)); "
        + "if they are, give \(option) \(alike[0].tables[0])"
        + (others.isEmpty
          ? "" : " (\(others.joined(separator: " and ")) \(others.count == 1 ? "reads" : "read") them alike)")
    }
  }
}

/// How often each label of one map meets each label of another.
private struct JointLabels {
  private var first: [UInt16] = []
  private var second: [UInt16] = []
  /// `[label of the first, label of the second]`.
  private var counts: [Int] = []

  /// Maps of more pairs of labels than this are no tissue maps.
  private static let mostPairs = 1 << 20

  init?(_ a: LabelMap, _ b: LabelMap) {
    let (slotsA, slotsB) = (Self.slots(a, &first), Self.slots(b, &second))
    guard first.count * second.count <= Self.mostPairs else { return nil }
    counts = Array(repeating: 0, count: first.count * second.count)
    let width = second.count
    slotsA.withUnsafeBufferPointer { slotsA in
      slotsB.withUnsafeBufferPointer { slotsB in
        counts.withUnsafeMutableBufferPointer { counts in
          for (x, y) in zip(a.labels, b.labels) { counts[slotsA[Int(x)] * width + slotsB[Int(y)]] += 1 }
        }
      }
    }
  }

  /// The place of each label among those that a map holds, which are put into `labels`.
  private static func slots(_ map: LabelMap, _ labels: inout [UInt16]) -> [Int] {
    var slots = [Int](repeating: -1, count: Int(UInt16.max) + 1)
    for label in map.labels where slots[Int(label)] < 0 {
      slots[Int(label)] = labels.count
      labels.append(label)
    }
    return slots
  }

  /// Mean Dice over those of GM, WM and CSF that either map holds; `nil` where a table does not list a label, or there
  /// is no tissue.
  func dice(_ firstTable: LabelTable, _ secondTable: LabelTable) -> Double? {
    let rows = first.map { firstTable.tissue(of: $0) }
    let columns = second.map { secondTable.tissue(of: $0) }
    guard !rows.contains(nil), !columns.contains(nil) else { return nil }
    let dice = [Tissue.grayMatter, .whiteMatter, .csf].compactMap { tissue -> Double? in
      var (both, sum) = (0, 0)
      for i in rows.indices {
        for j in columns.indices {
          let (mine, theirs) = (rows[i] == tissue, columns[j] == tissue)
          let count = counts[i * second.count + j]
          if mine && theirs { both += count }
          sum += (mine ? count : 0) + (theirs ? count : 0)
        }
      }
      return sum > 0 ? 2 * Double(both) / Double(sum) : nil
    }
    return dice.isEmpty ? nil : dice.reduce(0, +) / Double(dice.count)
  }
}
