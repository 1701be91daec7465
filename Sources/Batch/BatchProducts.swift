/// What is told of a subject whose results have been written.
public struct BatchProducts: Sendable {
  /// The results, for standard output.
  public var lines: [String]
  public var warnings: [String]
  /// Why the results are not to be trusted without a look, as in `low quality 0.12: …`; `nil` where they are sound.
  public var doubt: String?
  /// Bytes that another process held for it at most; `nil` where this process did the work.
  public var peakByteCount: Int?

  public init(lines: [String], warnings: [String] = [], doubt: String? = nil, peakByteCount: Int? = nil) {
    self.lines = lines
    self.doubt = doubt
    self.warnings = warnings
    self.peakByteCount = peakByteCount
  }
}
