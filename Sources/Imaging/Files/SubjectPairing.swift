/// Two lists of files joined by subject, and what stood in the way.
public struct SubjectPairing: Hashable, Sendable {
  public struct Pair: Hashable, Sendable {
    public var subject: Subject
    public var first, second: String
  }

  /// Files of one list that have the same subject.
  public struct Repetition: Hashable, Sendable {
    public var subject: Subject
    public var kept, repeated: String
  }

  /// In the order of their subjects.
  public private(set) var pairs: [Pair] = []
  /// Files without a partner, in the order of their subjects.
  public private(set) var firstAlone: [String] = []
  public private(set) var secondAlone: [String] = []
  public private(set) var repetitions: [Repetition] = []

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
