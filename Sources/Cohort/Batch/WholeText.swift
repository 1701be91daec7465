import Foundation
import Imaging
import Segmentation

/// Small files that appear whole or not at all.
public enum WholeText {
  /// Why a file was not written.
  public struct Failure: Error, CustomStringConvertible {
    public let path: String
    public let reason: String

    public var description: String { "\(path): cannot be written: \(reason)" }
  }

  static func write(_ text: Data, to path: String) throws(Failure) {
    do throws(AtomicFile.Failure) {
      try AtomicFile.write([[UInt8](text)], to: path)
    } catch {
      throw Failure(path: path, reason: error.reason)
    }
  }

  /// Makes the folder and those above it, as far as they are missing.
  static func makeFolder(_ path: String) throws(Failure) {
    do throws(AtomicFile.Failure) { try DurableFolder.make(path) } catch {
      throw Failure(path: path, reason: error.reason)
    }
  }

  static func write(_ text: String, to path: String) throws(Failure) { try write(Data(text.utf8), to: path) }

  /// Writes what differs from what is there: a file that is as it should be keeps its times.
  public static func update(_ text: String, to path: String) throws(Failure) {
    let bytes = Data(text.utf8)
    if FileManager.default.contents(atPath: path) != bytes { try write(bytes, to: path) }
  }

  /// As JSON for people: indented, keys in order.
  static func json(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self) + "\n"
  }
}
