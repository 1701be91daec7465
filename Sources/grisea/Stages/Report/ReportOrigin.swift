import BIDS
import Files
import Foundation
import Reports
import Segmentation

/// What results were made from, when, and how: the facts on top of a report. They come from the files of the results, so
/// that the same results give the same page.
struct ReportOrigin {
  private let subjects: [ReportSubject]
  private let folder: String
  private let sidecars: [Sidecar]

  /// Reads the JSON beside the labels of each scan.
  init(_ subjects: [ReportSubject], folder: String) {
    self.subjects = subjects
    self.folder = folder
    sidecars = subjects.compactMap { subject in
      FileManager.default.contents(atPath: SegmentationFiles.sidecar(of: subject.labels)).flatMap {
        try? JSONDecoder().decode(Sidecar.self, from: $0)
      }
    }
  }

  /// The facts that are known.
  var facts: [ReportCard.Fact] {
    [("Dataset", dataset), ("Segmented on", date), ("Model", model), ("Command", command)].compactMap {
      $1.isEmpty ? nil : .init($0, $1)
    }
  }

  /// The name and the path of the BIDS dataset, or the folders of the scans.
  private var dataset: String {
    let description = folder.joined("dataset_description.json")
    if let data = FileManager.default.contents(atPath: description),
      let link = DerivativeDescription.Found(json: data)?.rawLink
    {
      let path = link.removingPercentEncoding ?? link
      let name = (try? BIDSDataset(contentsOf: folder.joined(path)))?.description.name
      return [name, name == nil ? path : "(\(path))"].compactMap { $0 }.joined(separator: " ")
    }
    let folders = Set(subjects.compactMap { $0.scan?.parentFolder }).sorted()
    return Self.list(folders.map { $0.isEmpty ? "." : $0 })
  }

  /// The days on which the label files were written, by Coordinated Universal Time.
  private var date: String {
    let days = subjects.compactMap { subject in
      try? FileManager.default.attributesOfItem(atPath: subject.labels)[.modificationDate] as? Date
    }.map { $0.formatted(.iso8601.year().month().day()) }
    guard let first = days.min(), let last = days.max() else { return "" }
    return first == last ? first : "\(first) to \(last)"
  }

  private var model: String {
    Self.list(
      Set(sidecars.map { "\($0.model) (SHA-256 \("\($0.modelHash)".prefix(12))…), \($0.program)" }).sorted())
  }

  /// The command that makes the same results, without the names of the files.
  private var command: String {
    let isDataset = FileManager.default.fileExists(atPath: folder.joined("dataset_description.json"))
    return Self.list(
      Set(
        sidecars.map { sidecar in
          let options = ["--model", sidecar.model] + sidecar.arguments
          return (["grisea", isDataset ? "bids" : "segment"] + options).joined(separator: " ")
        }
      ).sorted())
  }

  /// Some items, and the number of the others.
  private static func list(_ items: [String]) -> String {
    let most = 3
    let rest = items.count - most
    return items.prefix(most).joined(separator: "; ") + (rest > 0 ? "; and \(rest) more" : "")
  }
}
