import Files
import Imaging

/// The finding that the labels of a prediction or reference agree much better when another built-in label table is
/// used.
public struct LabelTableWarning: Hashable, Sendable {
  /// One of the two label maps of a pair.
  public enum Side: Hashable, Sendable { case prediction, reference }

  /// The map that seems to have been read with the wrong label table.
  public var side: Side
  /// Names of the built-in tables with the best agreement; all give the same Dice.
  public var tables: [String]
  /// Mean Dice of GM, WM and CSF with the table that was given and with `tables`.
  public var given, possible: Double

  /// The least gain of the mean Dice that is reported. Swapped tissues have a Dice near 0, whereas two built-in tables
  /// that read a map in the same way, or a poor prediction, differ by less.
  static let leastGain = 0.25

  /// Compares all built-in tables with the given ones.
  /// - Parameters:
  ///   - prediction: the labels as stored in the file.
  ///   - predictionTable: the label table of the prediction.
  ///   - reference: the labels as stored in the file, on the same grid.
  ///   - referenceTable: the label table of the reference.
  /// - Returns: `nil` if no other built-in table fits much better, or if the maps have too many labels.
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

  /// Returns one sentence for each combination of map and tables that was found in any pair.
  /// - Parameters:
  ///   - doubts: the findings of all pairs.
  ///   - count: the number of pairs that were compared.
  ///   - options: the command-line options that set the label tables of predictions and references.
  public static func sentences(
    _ doubts: [LabelTableWarning], of count: Int, options: (prediction: String, reference: String)
  ) -> [String] {
    let kinds = Dictionary(grouping: doubts) {
      [$0.side == .reference ? "reference" : "prediction"] + $0.tables
    }
    return kinds.sorted { $0.value.count > $1.value.count }.map { _, alike in
      let (option, side) =
        alike[0].side == .reference ? (options.reference, "reference") : (options.prediction, "prediction")
      let mean = { (value: KeyPath<LabelTableWarning, Double>) in
        TextTable.number(ScoreStatistics(alike.map { $0[keyPath: value] }).mean, digits: 2)
      }
      let others = alike[0].tables.dropFirst()
      return
        "in \(alike.count) of \(count) \(count == 1 ? "pair" : "pairs") the labels of the \(side) fit much better with the table "
        + "\(alike[0].tables[0]): the mean Dice of GM, WM and CSF is \(mean(\.possible)) instead of \(mean(\.given)); "
        + "if this is the right table, use \(option) \(alike[0].tables[0])"
        + (others.isEmpty
          ? "" : " (same result with \(others.joined(separator: " and ")))")
    }
  }
}

/// The joint histogram of the labels of two maps.
private struct JointLabels {
  private var first: [UInt16] = []
  private var second: [UInt16] = []
  /// Numbers of voxels, `[label of the first, label of the second]`.
  private var counts: [Int] = []

  /// The greatest number of label pairs; maps with more are not tissue maps.
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

  /// Returns the index of each label among the labels that a map has, and appends these labels to `labels`.
  private static func slots(_ map: LabelMap, _ labels: inout [UInt16]) -> [Int] {
    var slots = [Int](repeating: -1, count: Int(UInt16.max) + 1)
    for label in map.labels where slots[Int(label)] < 0 {
      slots[Int(label)] = labels.count
      labels.append(label)
    }
    return slots
  }

  /// Returns the mean Dice over those of GM, WM and CSF that either map has; `nil` if a table does not list a label, or
  /// if there is no tissue.
  func dice(_ firstTable: LabelTable, _ secondTable: LabelTable) -> Double? {
    let rows = first.map { firstTable.tissue(of: $0) }
    let columns = second.map { secondTable.tissue(of: $0) }
    guard !rows.contains(nil), !columns.contains(nil) else { return nil }
    let dice = [Tissue.grayMatter, .whiteMatter, .csf].compactMap { tissue -> Double? in
      var confusion = ConfusionCounts(truePositives: 0, falsePositives: 0, falseNegatives: 0)
      for i in rows.indices {
        for j in columns.indices {
          let count = counts[i * second.count + j]
          switch (rows[i] == tissue, columns[j] == tissue) {
          case (true, true): confusion.truePositives += count
          case (true, false): confusion.falsePositives += count
          case (false, true): confusion.falseNegatives += count
          case (false, false): break
          }
        }
      }
      return confusion.dice
    }
    return dice.isEmpty ? nil : dice.reduce(0, +) / Double(dice.count)
  }
}
