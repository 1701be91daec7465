import Foundation
import Imaging
import NeuralNetwork

/// Named tensors and a string dictionary in one file, the `safetensors` format
/// (https://github.com/huggingface/safetensors): eight bytes with the header's length, little endian; the header,
/// JSON; the tensors' bytes. Any language reads it, and nothing in it is code.
public struct SafeTensors: Hashable, Sendable {
  public var tensors: [String: Tensor]
  public var metadata: [String: String]

  public init(tensors: [String: Tensor], metadata: [String: String]) {
    self.tensors = tensors
    self.metadata = metadata
  }

  /// - Throws: `ModelError` where the file cannot be read, is not whole, or holds other numbers than F32.
  public init(contentsOf path: String) throws(ModelError) {
    let bytes: Data
    do {
      bytes = try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
    } catch {
      throw .unreadable(path: path, reason: Self.reason(error, path: path))
    }
    guard bytes.count >= 8 else { throw .truncated(path: path, needed: 8, found: bytes.count) }
    let length = bytes.prefix(8).enumerated().reduce(UInt64(0)) { $0 | UInt64($1.element) << (8 * $1.offset) }
    guard length <= Self.longestHeader else { throw .notSafeTensors(path: path) }
    let start = 8 + Int(length)
    guard bytes.count >= start else { throw .truncated(path: path, needed: start, found: bytes.count) }
    let header: SafeTensorsHeader
    do {
      header = try JSONDecoder().decode(SafeTensorsHeader.self, from: bytes[8..<start])
    } catch {
      throw .notSafeTensors(path: path)
    }
    metadata = header.metadata
    tensors = [:]
    // The file's last tensor first, so that of a truncated file the whole size is told that it should have.
    func end(_ place: SafeTensorsHeader.Place) -> Int { place.offsets.last ?? 0 }
    for (name, place) in header.places.sorted(by: { (end($0.value), $0.key) > (end($1.value), $1.key) }) {
      tensors[name] = try Self.read(place, from: bytes, dataStart: start, name: name, path: path)
    }
  }

  /// Writes the file whole or not at all.
  /// - Throws: `ModelError.unwritable`.
  public func write(to path: String) throws(ModelError) {
    var header = SafeTensorsHeader(metadata: metadata, places: [:])
    var pieces: [[UInt8]] = []
    var end = 0
    for (name, tensor) in tensors.sorted(by: { $0.key < $1.key }) {
      let piece = tensor.values.withUnsafeBytes { [UInt8]($0) }
      header.places[name] = .init(dtype: "F32", shape: tensor.shape, offsets: [end, end + piece.count])
      end += piece.count
      pieces.append(piece)
    }
    do {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      var text = [UInt8](try encoder.encode(header))
      // Padded with spaces, so that the tensors are aligned in a mapped file.
      text += [UInt8](repeating: 0x20, count: (8 - text.count % 8) % 8)
      let length = withUnsafeBytes(of: UInt64(text.count).littleEndian) { [UInt8]($0) }
      try AtomicFile.write([length, text] + pieces, to: path)
    } catch let failure as AtomicFile.Failure {
      throw .unwritable(path: path, reason: failure.reason)
    } catch {
      throw .unwritable(path: path, reason: "\(error)")
    }
  }

  /// The format's own limit, which keeps a damaged length from asking for all memory.
  private static let longestHeader: UInt64 = 100_000_000

  /// Why a file could not be read: the system's word, since Foundation's names neither a missing file nor a
  /// folder as what it is.
  private static func reason(_ error: any Error, path: String) -> String {
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
      return "it is a folder"
    }
    return access(path, R_OK) == 0
      ? error.localizedDescription : String(cString: strerror(errno)).lowercased()
  }

  private static func read(
    _ place: SafeTensorsHeader.Place, from bytes: Data, dataStart: Int, name: String, path: String
  ) throws(ModelError) -> Tensor {
    guard place.dtype == "F32" else { throw .unknownType(path: path, tensor: name, type: place.dtype) }
    guard let range = place.range else { throw .notSafeTensors(path: path) }
    let available = bytes.count - dataStart
    guard range.upperBound <= available else {
      // A sum that exceeds Int is no file's size; the largest stands for it.
      let (needed, overflow) = dataStart.addingReportingOverflow(range.upperBound)
      throw .truncated(path: path, needed: overflow ? .max : needed, found: bytes.count)
    }
    let values = [Float](unsafeUninitializedCapacity: range.count / 4) { buffer, initialized in
      initialized = range.count / 4
      let source = bytes[dataStart + range.lowerBound..<dataStart + range.upperBound]
      _ = source.copyBytes(to: UnsafeMutableRawBufferPointer(buffer))
    }
    return Tensor(shape: place.shape, values: values)
  }
}
