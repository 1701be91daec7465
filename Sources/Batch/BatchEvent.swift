import Files

/// What is told while a batch goes on. All but `begins` come in the order of the subjects, one at a time.
public enum BatchEvent: Sendable {
  case begins(BatchSubject, why: RunReason)
  /// `lines` are the results, for standard output.
  case done(BatchSubject, lines: [String], warnings: [String])
  /// After `done`: why the results are not to be trusted without a look.
  case doubted(BatchSubject, String)
  case skipped(BatchSubject, reason: String, lines: [String])
  /// `line` names the file and says what was found and what was needed.
  case failed(BatchSubject, line: String)
  /// The table could not be added to; told once, while the batch goes on.
  case statusNotWritten(StatusTableError)
}
