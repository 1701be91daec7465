import Foundation

/// An error for a file or folder that could not be written.
public struct WriteError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The path of the file or folder.
  public let path: String
  /// The reason, as a phrase.
  public let reason: String

  /// A sentence for the user: the path and the reason.
  public var description: String { "\(path): cannot be written: \(reason)" }
}

/// Functions for small files: texts, tables and JSON.
extension AtomicFile {
  /// Writes bytes to a file atomically.
  /// - Throws: `WriteError` if the file cannot be written.
  package static func write(_ data: Data, to path: String) throws(WriteError) {
    do throws(Failure) { try write([[UInt8](data)], to: path) } catch {
      throw WriteError(path: path, reason: error.reason)
    }
  }

  /// Writes text to a file atomically, in UTF-8.
  /// - Throws: `WriteError` if the file cannot be written.
  package static func write(_ text: String, to path: String) throws(WriteError) {
    try write(Data(text.utf8), to: path)
  }

  /// Writes the text unless the file already contains it, so that an unchanged file keeps its modification time.
  package static func update(_ text: String, to path: String) throws(WriteError) {
    let bytes = Data(text.utf8)
    if FileManager.default.contents(atPath: path) != bytes { try write(bytes, to: path) }
  }

  /// Creates a folder and its missing parents.
  /// - Throws: `WriteError` if a folder cannot be created.
  package static func makeFolder(_ path: String) throws(WriteError) {
    do throws(Failure) { try DurableFolder.make(path) } catch {
      throw WriteError(path: path, reason: error.reason)
    }
  }
}
