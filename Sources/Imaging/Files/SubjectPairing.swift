/// Two lists of files matched by subject, and the files that could not be matched.
public struct SubjectPairing: Hashable, Sendable {
  /// Two files of the same subject.
  public struct Pair: Hashable, Sendable {
    /// The common subject.
    public var subject: Subject
    /// The files from the first and from the second list.
    public var first, second: String
  }

  /// Two files of one list that have the same subject.
  public struct Repetition: Hashable, Sendable {
    /// The subject of both files.
    public var subject: Subject
    /// The file that is used, and the one that is ignored.
    public var kept, repeated: String
  }

  /// The matched files, in the order of their subjects.
  public private(set) var pairs: [Pair] = []
  /// The files of the first list without a match, in the order of their subjects.
  public private(set) var firstAlone: [String] = []
  /// The files of the second list without a match, in the order of their subjects.
  public private(set) var secondAlone: [String] = []
  /// The files that were ignored because another file of their list has the same subject.
  public private(set) var repetitions: [Repetition] = []

  /// Matches two lists of paths.
  public init(_ first: [String], _ second: [String]) {
    let firstOf = bySubject(first)
    let secondOf = bySubject(second)
    for subject in Set(firstOf.keys).union(secondOf.keys).sorted() {
      switch (firstOf[subject], secondOf[subject]) {
      case (let first?, let second?): pairs.append(Pair(subject: subject, first: first, second: second))
      case (let first?, nil): firstAlone.append(first)
      case (nil, let second?): secondAlone.append(second)
      case (nil, nil): break
      }
    }
  }

  private mutating func bySubject(_ paths: [String]) -> [Subject: String] {
    var result: [Subject: String] = [:]
    for path in paths {
      let subject = ScanName(path: path).subject
      if let kept = result[subject] {
        repetitions.append(Repetition(subject: subject, kept: kept, repeated: path))
      } else {
        result[subject] = path
      }
    }
    return result
  }
}
