import Files
import Foundation
import Imaging

/// A BIDS dataset that is read: its description and its T1-weighted scans.
public struct BIDSDataset: Sendable {
  /// Path of the dataset's folder, as typed.
  public let path: String
  /// The contents of `dataset_description.json`.
  public let description: Description
  private let folders: BIDSFolders
  private let ignored: BIDSIgnore

  /// Reads the description of the dataset in a folder.
  /// - Throws: `BIDSDatasetError` if the folder has no `dataset_description.json`, or one that cannot be used.
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
    ignored = BIDSIgnore(dataset: path)
  }

  /// Returns the T1-weighted scans, ordered by participant, session and name, without those that `.bidsignore` excludes.
  ///
  /// The list also has one entry for each participant without a T1w scan and for each folder that cannot be read; its
  /// `state` gives the reason.
  /// - Parameters:
  ///   - participants: labels with or without `sub-`; an empty list selects all participants.
  ///   - sessions: labels with or without `ses-`; an empty list selects all sessions.
  /// - Throws: `BIDSDatasetError` if no participant has one of the labels, or if no session of all participants, or of none
  ///   of the given ones, has one.
  public func scans(participants: [String] = [], sessions: [String] = []) throws(BIDSDatasetError)
    -> [BIDSScan]
  {
    let wanted = try participants.isEmpty ? allParticipants() : known(participants)
    let labels = Set(sessions.map { $0.hasPrefix("ses-") ? String($0.dropFirst(4)) : $0 })
    let found = wanted.flatMap { scans(of: $0, labels) }
    // A participant of several tasks need not have each session.
    let missing = labels.filter { label in
      !found.contains { participants.isEmpty ? $0.isOf(session: label) : $0.path != $0.participant }
    }
    guard missing.isEmpty else { throw .noSession(missing.sorted(), path) }
    return found
  }

  private func allParticipants() throws(BIDSDatasetError) -> [String] {
    let all: [String]
    do { all = try folders.participants() } catch { throw .unreadable(path, reason: error.systemReason) }
    guard !all.isEmpty else { throw .noParticipants(path) }
    return all
  }

  /// Returns the folders of the given participants, each once, in the order of the whole list.
  ///
  /// Only the named folders are checked. An array job of 1,000 tasks on a dataset of 100,000 participants would
  /// otherwise check 100 million folders.
  private func known(_ labels: [String]) throws(BIDSDatasetError) -> [String] {
    let names = Set(labels.map { $0.hasPrefix("sub-") ? $0 : "sub-" + $0 })
    let sorted = BIDSFolders.sorted(Array(names))
    if let missing = sorted.first(where: { !folders.isFolder($0) }) { throw .noParticipant(missing, path) }
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
            .filter { !ignored.excludes(folder + "/" + $0) }
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
    // The scan is in the wrong folder. The folder's entities come first in the stem, so that its outputs are not taken
    // for another subject's.
    if case .faulty(.elsewhere) = state { stem = parts.dropLast().joined(separator: "_") + "_" + stem }
    return BIDSScan(
      participant: parts[0], folder: folder, path: folder + "/" + file, stem: stem, state: state)
  }

  /// Returns whether a scan can be segmented.
  /// - Parameter folders: the folder names above `anat`: `sub-01` and, where there are sessions, `ses-2`.
  private static func state(of file: String, folders: [String], twin: String?) -> BIDSScan.State {
    let name: BIDSName
    do { name = try BIDSName(anatomical: file) } catch { return .faulty(.name(error)) }
    let own = ["sub", "ses"].compactMap { key in name[key].map { "\(key)-\($0)" } }
    if own != folders {
      return .faulty(
        .elsewhere(found: own.joined(separator: "_"), needed: folders.joined(separator: "_")))
    }
    if let twin { return .faulty(.twin(twin)) }
    if let part = name["part"], part != "mag" { return .passedOver("part-\(part) is not a magnitude image") }
    return .usable
  }
}

/// Why a folder cannot be used as a BIDS dataset, for input or for output.
public enum BIDSDatasetError: Error, Hashable, Sendable {
  /// The folder has no readable `dataset_description.json`.
  case noDescription(String)
  /// The description file, and what is wrong with it.
  case badDescription(String, BIDSDataset.Description.Fault)
  /// The folder cannot be listed.
  case unreadable(String, reason: String)
  /// The folder has no `sub-` folder.
  case noParticipants(String)
  /// The label of a participant that the dataset does not have, and the dataset's path.
  case noParticipant(String, String)
  /// The labels of sessions that no selected participant has, and the dataset's path.
  case noSession([String], String)
  /// The output folder's description belongs to another program's dataset.
  case otherDataset(String)
  /// The output folder has no table of volumes.
  case noVolumes(String)
}

extension BIDSDatasetError: CustomStringConvertible {
  /// The error as one sentence.
  public var description: String {
    switch self {
    case .noDescription(let path):
      "\(path): not a BIDS dataset: dataset_description.json is missing or cannot be read"
    case .badDescription(let file, let fault): "\(file): \(fault)"
    case .unreadable(let path, let reason): "\(path): cannot be read: \(reason)"
    case .noParticipants(let path): "\(path): found no participant folder, needed at least one such as sub-01"
    case .noParticipant(let label, let path): "\(path): has no participant \(label)"
    case .noSession(let labels, let path):
      "\(path): no participant has a session \(labels.joined(separator: ", "))"
    case .otherDataset(let file):
      "\(file): describes another dataset, not derivatives made by grisea; choose another output folder"
    case .noVolumes(let path):
      "\(path): found no tables of volumes; run the participant level first"
    }
  }
}

/// A T1-weighted scan of a dataset, or the entry of a participant or folder without a usable scan.
public struct BIDSScan: Hashable, Sendable {
  /// Whether the scan can be segmented.
  public enum State: Hashable, Sendable {
    /// The scan can be segmented.
    case usable
    /// The entry is skipped for the given reason, which is not an error.
    case passedOver(String)
    /// The entry cannot be segmented.
    case faulty(BIDSFault)
  }

  /// Name of the participant's folder: `sub-01`.
  public let participant: String
  /// Folder of the scan, relative to the dataset: `sub-01/anat`.
  public let folder: String
  /// Path of the scan, relative to the dataset.
  public let path: String
  /// First part of the names of the scan's derivatives: `sub-01_run-1`.
  public let stem: String
  /// Whether the scan can be segmented.
  public let state: State

  /// Whether the scan is in the folder of a session.
  func isOf(session: String) -> Bool { folder.split(separator: "/").contains("ses-\(session)") }
}

/// Why a scan of a dataset cannot be segmented.
public enum BIDSFault: Error, Hashable, Sendable {
  /// The file name breaks a rule of BIDS.
  case name(BIDSNameError)
  /// The entities of the file name differ from those of its folder.
  case elsewhere(found: String, needed: String)
  /// Another file of the folder would have derivatives of the same names.
  case twin(String)
  /// The folder cannot be read.
  case folder(reason: String)
}

extension BIDSFault: CustomStringConvertible {
  /// The error as the rest of a sentence that begins with the scan's path.
  public var description: String {
    switch self {
    case .name(let error): "\(error)"
    case .elsewhere(let found, let needed): "is in a folder of \(needed), but its name has \(found)"
    case .twin(let other): "has the same output names as \(other); keep one of the two files"
    case .folder(let reason): "cannot be read: \(reason)"
    }
  }
}
