import Foundation
import Numerics
import TestSupport
import Testing

/// `kill -9` at random moments, each with a loss of power: what was not forced to the disk may be gone.
///
/// `GRISEA_KILLS` is how often, 12 without it.
@Suite(
  "Losses of power", .serialized,
  .enabled(if: PowerLoss.isPossible, "files have no birth time here, or clang cannot compile the library"))
struct PowerLossTests {
  private let place: Workplace
  private static let subjects = (1...6).map { "sub-\($0)" }
  private static let kills = ProcessInfo.processInfo.environment["GRISEA_KILLS"].flatMap { Int($0) } ?? 12

  init() throws {
    place = try Workplace()
    try SmallModel.write(to: place)
    for (number, subject) in Self.subjects.enumerated() {
      try place.write(SyntheticHead(shape: [48, 46, 44], number: number), to: "\(subject)_T1w.nii")
    }
  }

  private func words(_ folder: String) -> [String] {
    let scans = Self.subjects.map { $0 + "_T1w.nii" }
    return ["segment"] + scans
      + ["--model", "model.safetensors", "--threads", "1", "--probabilities", "--quiet", "--output", folder]
  }

  /// Subjects that the folder says are done: by their rows, and by the records that a next run would believe.
  private func subjectsDone(_ folder: String) throws -> Set<String> {
    let contents = try place.contents(folder)
    let rows = String(decoding: contents["status.tsv"] ?? Data(), as: UTF8.self).split(separator: "\n").map {
      $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    }
    let done = rows.filter { $0.count == 7 && ["done", "skipped"].contains($0[2]) }.map { $0[0] }
    let records = contents.filter { $0.key.hasSuffix(".segment.json") }.values.compactMap { data in
      (try? JSONSerialization.jsonObject(with: data) as? [String: Any])?["subject"] as? String
    }
    return Set(done + records)
  }

  @Test("what is recorded as done is whole, and the next run does the rest")
  func segment() throws {
    #expect(try place.run("grisea", words("whole")).status == 0)
    let whole = try place.results("whole")
    let rows = try place.table("whole/volumes.tsv")
    let start = ContinuousClock.now
    #expect(try place.run("grisea", words("timed")).status == 0)
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    var generator = SeededGenerator(seed: 1)
    let real = try #require(realpath(place.path, nil).map { String(cString: $0) })
    var (found, finished) = (0, 0)
    for number in 1...Self.kills {
      let loss = PowerLoss(watched: real + "/out", durable: real + "/durable")
      try FileManager.default.createDirectory(atPath: loss.durable, withIntermediateDirectories: true)
      let wait = Double.random(in: 0...1.2, using: &generator) * seconds
      let status = try place.start("grisea", words("out"), environment: loss.environment()).kill(after: wait)
      finished += status == 0 ? 1 : 0
      guard place.exists("out") else { continue }
      try loss.restore(to: place("restored"), using: &generator)
      let done = try subjectsDone("restored")
      found += done.count
      let left = try place.results("restored")
      let volumes =
        try (left["volumes.tsv"].map { $0.isEmpty } ?? true) ? [] : place.table("restored/volumes.tsv")
      for subject in done {
        for (name, content) in whole where name.hasPrefix(subject + "_") {
          #expect(left[name] == content, "kill \(number): \(name)")
        }
        #expect(
          volumes.first { $0["subject"] == subject } == rows.first { $0["subject"] == subject },
          "kill \(number): the volumes of \(subject)")
      }
      // Whatever bears an image's name is that image, recorded or not.
      for (name, content) in left where name.hasSuffix(".nii.gz") {
        #expect(content == whole[name], "kill \(number): \(name)")
      }
      // The disk after the restart is the one that the next kill finds, until all is done.
      try FileManager.default.removeItem(atPath: place("out"))
      try FileManager.default.removeItem(atPath: loss.durable)
      if done.count < Self.subjects.count {
        try FileManager.default.moveItem(atPath: place("restored"), toPath: place("out"))
        try forceToDisk(place("out"), loss)
      } else {
        try complete("restored", whole)
      }
    }
    if place.exists("out") {
      try FileManager.default.moveItem(atPath: place("out"), toPath: place("restored"))
      try complete("restored", whole)
    }
    #expect(found > Self.kills / 3 && finished < Self.kills, "\(found) found done, \(finished) not killed")
    print("\(Self.kills) kills with loss of power: \(found) subjects were recorded as done")
  }

  /// What a restart has found is on the disk: the copies begin with it.
  private func forceToDisk(_ folder: String, _ loss: PowerLoss) throws {
    try FileManager.default.createDirectory(atPath: loss.durable, withIntermediateDirectories: true)
    let script =
      "import os\nfor r, d, f in os.walk('\(loss.watched)', topdown=False):\n  for n in f + ['.']:\n"
      + "    x = os.open(os.path.join(r, n), os.O_RDONLY); os.fsync(x); os.close(x)"
    #expect(try place.run("python3", ["-c", script], environment: loss.environment()).status == 0)
  }

  private func complete(_ folder: String, _ whole: [String: Data]) throws {
    #expect(try place.run("grisea", words(folder)).status == 0)
    #expect(try place.results(folder) == whole)
    #expect(try place.contents(folder).keys.allSatisfy { !$0.hasSuffix(".partial") })
    try FileManager.default.removeItem(atPath: place(folder))
  }
}
