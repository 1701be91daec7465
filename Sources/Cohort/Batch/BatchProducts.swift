/// What is told of a subject whose results have been written.
public struct BatchProducts: Sendable {
  /// The results, for standard output.
  public var lines: [String]
  public var warnings: [String]
  /// Bytes that another process held for it at most; `nil` where this process did the work.
  public var peakByteCount: Int?

  public init(lines: [String], warnings: [String] = [], peakByteCount: Int? = nil) {
    self.lines = lines
    self.warnings = warnings
    self.peakByteCount = peakByteCount
  }
}
