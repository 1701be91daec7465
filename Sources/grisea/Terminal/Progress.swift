import Files
import Foundation

/// Shows the progress of a long task on standard error, with the time left.
///
/// On a terminal it is one line that is rewritten; elsewhere, such as in a log file, it is plain lines, at least ten
/// seconds apart.
struct Progress {
  /// What is counted, such as `patches`.
  private let title: String
  private let total: Int
  /// Whether counts are shares of the work and not things, so that only the percentage is printed.
  private let isShare: Bool
  private let isSilent: Bool
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant
  private var lastPrint: ContinuousClock.Instant?

  /// The least time between two prints; on a terminal ten per second.
  private let interval: Duration = StandardError.isTerminal ? .milliseconds(100) : .seconds(10)

  /// Creates the progress of a task.
  /// - Parameters:
  ///   - total: the count at which the task is done.
  ///   - isShare: whether counts are shares of the work and not things.
  ///   - isSilent: whether nothing is printed.
  init(_ title: String, total: Int, isShare: Bool = false, isSilent: Bool = false) {
    self.title = title
    self.total = total
    self.isShare = isShare
    self.isSilent = isSilent
    start = clock.now
  }

  /// Prints how far the task is, unless the last print was a moment ago; `note` is appended, such as `loss 0.21`.
  mutating func update(_ done: Int, note: String = "") {
    let now = clock.now
    guard !isSilent, now - (lastPrint ?? start) >= interval else { return }
    lastPrint = now
    let text = Self.line(
      title, done: done, total: total, isShare: isShare, elapsed: now - start, note: note)
    write(StandardError.isTerminal ? "\r\(text)\u{1B}[K" : text + "\n")
  }

  /// Clears the line on a terminal, so that other lines can be printed.
  func clear() {
    if !isSilent && StandardError.isTerminal && lastPrint != nil { write("\r\u{1B}[K") }
  }

  /// Clears the line and prints `text` in its place, if there is one.
  mutating func finish(_ text: String = "") {
    guard !isSilent else { return }
    clear()
    if !text.isEmpty { write(text + "\n") }
    lastPrint = nil
  }

  /// Returns a line such as `patches 30/120 (25 %), 20 per minute, 4:30 left, loss 0.21`. The time left assumes the same
  /// rate as so far.
  static func line(
    _ title: String, done: Int, total: Int, isShare: Bool = false, elapsed: Duration, note: String = ""
  ) -> String {
    let percent = total > 0 ? "\(done * 100 / total) %" : ""
    var parts = [isShare ? "\(title) \(percent)" : "\(title) \(done)/\(total) (\(percent))"]
    if done > 0, !isShare { parts.append(rate(Double(done) / (elapsed / .seconds(1)))) }
    if done > 0 && done < total {
      parts.append(time(elapsed * (Double(total - done) / Double(done))) + " left")
    }
    if !note.isEmpty { parts.append(note) }
    return parts.filter { !$0.isEmpty }.joined(separator: ", ")
  }

  /// Returns a rate, given per second, in the unit in which it is at least 1; per hour where it is less in all.
  static func rate(_ perSecond: Double) -> String {
    guard perSecond.isFinite, perSecond > 0 else { return "" }
    let units = [(1.0, "second"), (60, "minute"), (3600, "hour")]
    let (factor, unit) = units.first { perSecond * $0.0 >= 1 } ?? units[2]
    let number = perSecond * factor
    return (number >= 10 ? String(format: "%.0f", number) : String(format: "%.1f", number)) + " per \(unit)"
  }

  /// Returns minutes and seconds, and hours where there are any, such as `1:05:09`.
  static func time(_ duration: Duration) -> String {
    let seconds = Int((duration / .seconds(1)).rounded())
    let tail = String(format: "%02d", seconds % 60)
    guard seconds >= 3600 else { return "\(seconds / 60):\(tail)" }
    return "\(seconds / 3600):" + String(format: "%02d", seconds / 60 % 60) + ":" + tail
  }

  private func write(_ text: String) { StandardError.write(text) }
}
