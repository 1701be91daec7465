import Foundation

/// A scan whose results would take the place of those of another scan with the same name.
public struct ReplacedScanError: Error, Hashable, Sendable, CustomStringConvertible {
  /// As typed.
  public let scan: String
  /// The scan whose results are there, by its absolute path.
  public let owner: String
  /// Where the results are.
  public let folder: String

  public var description: String {
    "\(scan): its results would replace those of \(owner) in \(folder.isEmpty ? "." : folder), which has the same name; "
      + "choose another --output, or replace them with --force"
  }
}

extension String {
  /// The path from the root on, without following links: the name by which a file is known from every folder.
  var absolutePath: String { URL(filePath: self).standardizedFileURL.path }
}
