import Files

/// Why a folder is no dataset to read from, or to write to.
public enum BIDSDatasetError: Error, Hashable, Sendable {
  case noDescription(String)
  case badDescription(String, BIDSDataset.Description.Fault)
  case unreadable(String, reason: String)
  case noParticipants(String)
  case noParticipant(String, String)
  case noSession([String], String)
  /// A description that is there and is not this program's.
  case otherDataset(String)
  case noVolumes(String)
}

extension BIDSDatasetError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noDescription(let path):
      "\(path): is no BIDS dataset: it has no dataset_description.json that can be read"
    case .badDescription(let file, let fault): "\(file): \(fault)"
    case .unreadable(let path, let reason): "\(path): cannot be read: \(reason)"
    case .noParticipants(let path): "\(path): has no folder of a participant, such as sub-01"
    case .noParticipant(let label, let path): "\(path): has no participant \(label)"
    case .noSession(let labels, let path):
      "\(path): none of the participants has a session \(labels.joined(separator: ", "))"
    case .otherDataset(let file):
      "\(file): describes another dataset, not derivatives of grisea; choose another output folder"
    case .noVolumes(let path):
      "\(path): holds no tables of volumes; run the participant level first"
    }
  }
}
