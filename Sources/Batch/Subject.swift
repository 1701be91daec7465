import Files

extension Batch {
  /// One subject of a batch: its file, what its results follow from, where they go, and what is to be done about it.
  ///
  /// The same value goes from the command line to the row of `status.tsv`.
  public struct Subject: Sendable {
    /// What is to be done about a subject.
    public enum Plan: Hashable, Sendable {
      /// Work on it, for this reason.
      case runs(RunReason)
      /// Nothing, for this reason.
      case skips(reason: String)
    }

    /// The subject's name in tables, such as `sub-01_ses-2`; unique within a batch.
    public let name: String
    /// The path of the scan or other file that is worked on, as typed.
    public let path: String
    /// How metadata name the file: a BIDS URI, or its name without folders.
    public var source: String
    /// The path prefix of the results: `out/sub-01` for `out/sub-01_dseg.nii.gz`.
    public var stem: String
    /// The files whose bytes make the scan: one, or the two or three of an Analyze image.
    public var scanFiles: [String]
    /// Other files that are read for this subject alone, such as a mask.
    public var companions: [String] = []
    /// All files that are written for this subject alone.
    public var outputs: [String] = []
    /// The outputs whose paths are printed.
    public var results: [String] = []
    /// Why the subject cannot be worked on, where that is known before its file is read.
    public var fault: (any Error)?
    /// What is to be done; by default the work, as if it had never been done.
    public var plan = Plan.runs(.neverRan)
    /// Whether only outputs that were not asked for before are made, from results that are up to date.
    public var isAddition = false
    /// Why results that exist already need a visual check, such as `low quality 0.12: …`; `nil` where they do not.
    public var warning: String?

    /// Creates a subject that is to be worked on.
    /// - Parameters:
    ///   - scanFiles: by default the one file at `path`.
    ///   - source: by default the file's name without folders.
    public init(
      name: String, path: String, stem: String = "", scanFiles: [String]? = nil, source: String? = nil
    ) {
      self.name = name
      self.path = path
      self.stem = stem
      self.scanFiles = scanFiles ?? [path]
      self.source = source ?? path.lastComponent
    }

    /// All files that are read for this subject alone, the scan's own first.
    public var inputs: [String] { scanFiles + companions }

    /// Whether there is work to do.
    public var runs: Bool {
      if case .runs = plan { true } else { false }
    }
  }
}
