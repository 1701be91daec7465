import Files
import Foundation
import Imaging

/// A BIDS dataset as it is read: its description, and its T1-weighted scans.
public struct BIDSDataset: Sendable {
  /// As typed.
  public let path: String
  public let description: Description
  private let folders: BIDSFolders

  /// - Throws: `BIDSDatasetError` where the folder holds no dataset.
  public init(contentsOf path: String) throws(BIDSDatasetError) {
    let file = path.joined("dataset_description.json")
    guard let data = FileManager.default.contents(atPath: file) else {
      if let link = DanglingLink(file) { throw .badDescription(file, .danglingLink("\(link)")) }
      throw .noDescription(path)
    }
    do {
      description = try Description(json: data)
    } catch {
      throw .badDescription(file, error)
    }
    self.path = path
    folders = BIDSFolders(root: path)
  }

  /// The T1-weighted scans, in the order of participants, sessions and names.
  ///
  /// A participant without one, and a folder that cannot be read, stand in the list too, with what is to be said.
  /// - Parameters: labels with or without `sub-` and `ses-`; without any, all.
  /// - Throws: `BIDSDatasetError` where a label is nobody's.
  public func scans(participants: [String] = [], sessions: [String] = []) throws(BIDSDatasetError)
    -> [BIDSScan]
  {
    let wanted = try participants.isEmpty ? everybody() : known(participants)
    let labels = Set(sessions.map { $0.hasPrefix("ses-") ? String($0.dropFirst(4)) : $0 })
    let found = wanted.flatMap { scans(of: $0, labels) }
    if !labels.isEmpty, !found.contains(where: { $0.path != $0.participant }) {
      throw .noSession(labels.sorted(), path)
    }
    return found
  }

  private func everybody() throws(BIDSDatasetError) -> [String] {
    let all: [String]
    do { all = try folders.participants() } catch { throw .unreadable(path, reason: error.systemReason) }
    guard !all.isEmpty else { throw .noParticipants(path) }
    return all
  }

  /// These participants' folders, each once, in the order of all. The others' are not looked at: a thousand tasks that
  /// did so in a dataset of a hundred thousand would be a hundred million questions to the file system.
  private func known(_ labels: [String]) throws(BIDSDatasetError) -> [String] {
    let names = Set(labels.map { $0.hasPrefix("sub-") ? $0 : "sub-" + $0 })
    let sorted = BIDSFolders.sorted(Array(names))
    if let nobody = sorted.first(where: { !folders.isFolder($0) }) { throw .noParticipant(nobody, path) }
    return sorted
  }

  private func scans(of participant: String, _ sessions: Set<String>) -> [BIDSScan] {
    func place(_ folder: String, _ state: BIDSScan.State) -> BIDSScan {
      BIDSScan(participant: participant, folder: folder, path: folder, stem: participant, state: state)
    }
    do {
      var scans: [BIDSScan] = []
      for folder in try folders.anatomical(of: participant, sessions: sessions) {
        do {
          let names = try folders.files(in: folder, ending: ["_T1w.nii.gz", "_T1w.nii"])
          scans += names.map { scan($0, in: folder, beside: names) }
        } catch {
          scans.append(place(folder, .faulty(.folder(reason: error.systemReason))))
        }
      }
      return scans.isEmpty ? [place(participant, .passedOver("no T1w scan"))] : scans
    } catch {
      return [place(participant, .faulty(.folder(reason: error.systemReason)))]
    }
  }

  private func scan(_ file: String, in folder: String, beside names: [String]) -> BIDSScan {
    let plain = file.hasSuffix(".gz") ? String(file.dropLast(3)) : file
    let parts = folder.split(separator: "/").map(String.init)
    let state = Self.state(
      of: file, folders: parts.dropLast(), twin: names.first { $0 != file && $0.hasPrefix(plain) })
    var stem = String(plain.dropLast("_T1w.nii".count))
    // Under the name that it bears it would be taken for another's scan.
    if case .faulty(.elsewhere) = state { stem = parts.dropLast().joined(separator: "_") + "_" + stem }
    return BIDSScan(
      participant: parts[0], folder: folder, path: folder + "/" + file, stem: stem, state: state)
  }

  /// - Parameter folders: `sub-01` and, where there are sessions, `ses-2`.
  private static func state(of file: String, folders: [String], twin: String?) -> BIDSScan.State {
    let name: BIDSName
    do { name = try BIDSName(anatomical: file) } catch { return .faulty(.name(error)) }
    let own = ["sub", "ses"].compactMap { key in name[key].map { "\(key)-\($0)" } }
    if own != folders {
      return .faulty(
        .elsewhere(found: own.joined(separator: "_"), needed: folders.joined(separator: "_")))
    }
    if let twin { return .faulty(.twin(twin)) }
    if let part = name["part"], part != "mag" { return .passedOver("part-\(part) is no magnitude image") }
    return .usable
  }
}
