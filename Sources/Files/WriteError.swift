import Foundation

/// A file or folder that could not be written, and the reason.
public struct WriteError: Error, Hashable, Sendable, CustomStringConvertible {
  public let path: String
  public let reason: String

  public var description: String { "\(path): cannot be written: \(reason)" }
}

/// Small files: texts, tables and JSON.
extension AtomicFile {
  package static func write(_ data: Data, to path: String) throws(WriteError) {
    do throws(Failure) { try write([[UInt8](data)], to: path) } catch {
      throw WriteError(path: path, reason: error.reason)
    }
  }

  package static func write(_ text: String, to path: String) throws(WriteError) {
    try write(Data(text.utf8), to: path)
  }

  /// Writes the text unless the file holds exactly it, so that an unchanged file keeps its modification time.
  package static func update(_ text: String, to path: String) throws(WriteError) {
    let bytes = Data(text.utf8)
    if FileManager.default.contents(atPath: path) != bytes { try write(bytes, to: path) }
  }

  /// Makes the folder, and those above it that are missing.
  package static func makeFolder(_ path: String) throws(WriteError) {
    do throws(Failure) { try DurableFolder.make(path) } catch {
      throw WriteError(path: path, reason: error.reason)
    }
  }
}
