import Files
import Foundation

/// The subject of a scan according to its file name (`ScanName`), which matches predictions with references and images
/// with labels.
///
/// For a BIDS name the subject consists of all entities that distinguish scans (`sub`, `ses`, `acq`, `run`, …), in the
/// order of the name. Entities that distinguish derivatives of one scan (`label`, `desc`, `space`, `res`, `den`, `seg`)
/// and the suffix are left out: `sub-01_ses-2_label-GM_mask.nii.gz` belongs to `sub-01_ses-2`. For a name without
/// `sub-` the subject is the name without a suffix such as `_T1w` or `_dseg`: `anna_dseg.nii.gz` belongs to `anna`.
public struct Subject: Hashable, Codable, Sendable, Comparable, CustomStringConvertible {
  /// The entities joined by underscores, or the name of the file.
  public let description: String
  /// Whether the name has a `sub-` entity. Two different such subjects are certainly two scans.
  public let isBIDS: Bool

  private static let derivativeEntities: Set = ["label", "desc", "space", "res", "den", "seg"]
  private static let suffixes: Set = ["T1w", "dseg", "mask", "probseg"]

  /// Makes a subject from the parts of a BIDS name, of which the first is the `sub-` entity.
  init(entities parts: [String]) {
    let kept = parts.filter { part in
      guard let dash = part.firstIndex(of: "-") else { return false }
      return !Self.derivativeEntities.contains(String(part[..<dash]))
    }
    description = kept.joined(separator: "_")
    isBIDS = true
  }

  /// Makes a subject from the parts of any other name.
  init(plain parts: [String]) {
    var kept = parts
    while kept.count > 1, let last = kept.last, Self.suffixes.contains(last) || last.hasPrefix("label-") {
      kept.removeLast()
    }
    description = kept.joined(separator: "_")
    isBIDS = false
  }

  /// The person: the `sub-` entity without session and run. A name without `sub-` is a person of its own.
  public var person: String {
    isBIDS ? String(description.prefix { $0 != "_" }) : description
  }

  /// Compares subjects by their names, with numbers compared by value.
  public static func < (a: Subject, b: Subject) -> Bool {
    a.description.compare(b.description, options: .numeric) == .orderedAscending
  }
}

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
