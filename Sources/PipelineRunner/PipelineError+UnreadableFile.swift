import Files

extension PipelineError {
  init(_ error: UnreadableFile) { self = .unreadable(path: error.path, code: error.code) }
}

extension FileHashes {
  /// `records`, with this module's error.
  mutating func found(_ paths: [String]) throws(PipelineError) -> [FileRecord] {
    do { return try records(paths) } catch { throw PipelineError(error) }
  }
}
