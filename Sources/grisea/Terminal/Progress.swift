import Files
import Foundation

/// Progress of a long task on standard error, with the time left.
///
/// On a terminal it is one line that rewrites itself; elsewhere, in a log file say, it is plain lines, ten
/// seconds apart or more.
struct Progress {
  /// What is counted, as in `patches`.
  private let title: String
  private let total: Int
  private let isSilent: Bool
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant
  private var lastPrint: ContinuousClock.Instant?

  /// The least time between two prints: ten per second is all that an eye follows.
  private let interval: Duration = StandardError.isTerminal ? .milliseconds(100) : .seconds(10)

  /// `total` is the count at which the task is done; `isSilent` is what `--quiet` says.
  init(_ title: String, total: Int, isSilent: Bool = false) {
    self.title = title
    self.total = total
    self.isSilent = isSilent
    start = clock.now
  }

  /// Tells how far the task is, if it is time to; `note` stands behind, as in `loss 0.21`.
  mutating func update(_ done: Int, note: String = "") {
    let now = clock.now
    guard !isSilent, now - (lastPrint ?? start) >= interval else { return }
    lastPrint = now
    let text = Self.line(title, done: done, total: total, elapsed: now - start, note: note)
    write(StandardError.isTerminal ? "\r\(text)\u{1B}[K" : text + "\n")
  }

  /// Makes room on a terminal for lines that stay.
  func clear() {
    if !isSilent && StandardError.isTerminal && lastPrint != nil { write("\r\u{1B}[K") }
  }

  /// Ends the line, and leaves `text` in its place where there is one.
  mutating func finish(_ text: String = "") {
    guard !isSilent else { return }
    clear()
    if !text.isEmpty { write(text + "\n") }
    lastPrint = nil
  }

  /// As in `patches 30/120, 1:30 left, loss 0.21`; the rest is taken to go as fast as what is done.
  static func line(_ title: String, done: Int, total: Int, elapsed: Duration, note: String = "") -> String {
    var parts = ["\(title) \(done)/\(total)"]
    if done > 0 && done < total {
      parts.append(time(elapsed * (Double(total - done) / Double(done))) + " left")
    }
    if !note.isEmpty { parts.append(note) }
    return parts.joined(separator: ", ")
  }

  /// Minutes and seconds, and hours where there are any, as in `1:05:09`.
  static func time(_ duration: Duration) -> String {
    let seconds = Int((duration / .seconds(1)).rounded())
    let tail = String(format: "%02d", seconds % 60)
    guard seconds >= 3600 else { return "\(seconds / 60):\(tail)" }
    return "\(seconds / 3600):" + String(format: "%02d", seconds / 60 % 60) + ":" + tail
  }

  private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
