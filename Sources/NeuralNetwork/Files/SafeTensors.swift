import Files
import Foundation

/// Named tensors and a string dictionary in one file, in the format safetensors
/// (https://github.com/huggingface/safetensors): eight bytes with the length of the header in little-endian order, the
/// header as JSON, and the bytes of the tensors. The format can be read from any language and contains no code.
public struct SafeTensors: Hashable, Sendable {
  /// A storage type of numbers, with its name in the format.
  public enum Storage: String, Hashable, Sendable {
    /// 32 bits.
    case float32 = "F32"
    /// The upper 16 bits of a float32: half the size, and about three significant digits.
    case bfloat16 = "BF16"

    /// The size of a number in bytes.
    var byteCount: Int { self == .float32 ? 4 : 2 }
  }

  /// The tensors by name.
  public var tensors: [String: Tensor]
  /// The entries of the string dictionary.
  public var metadata: [String: String]

  /// Makes a file content from its parts.
  public init(tensors: [String: Tensor], metadata: [String: String]) {
    self.tensors = tensors
    self.metadata = metadata
  }

  /// Reads a file.
  /// - Throws: `ModelError` if the file cannot be read, is not complete, or has types other than F32 and BF16.
  public init(contentsOf path: String) throws(ModelError) {
    let bytes: Data
    do {
      bytes = try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
    } catch {
      throw .unreadable(path: path, reason: Self.reason(error, path: path))
    }
    try self.init(bytes, path: path)
  }

  /// Parses the bytes of a file.
  /// - Parameters:
  ///   - bytes: All bytes of the file.
  ///   - path: The path of the file, for errors.
  /// - Throws: `ModelError` if the bytes are not a complete file, or have types other than F32 and BF16.
  public init(_ bytes: Data, path: String) throws(ModelError) {
    guard bytes.count >= 8 else { throw .truncated(path: path, needed: 8, found: bytes.count) }
    let length = bytes.prefix(8).enumerated().reduce(UInt64(0)) { $0 | UInt64($1.element) << (8 * $1.offset) }
    guard length <= Self.longestHeader else { throw .notSafeTensors(path: path) }
    let start = 8 + Int(length)
    guard bytes.count >= start else { throw .truncated(path: path, needed: start, found: bytes.count) }
    let header: SafeTensorsHeader
    do {
      header = try JSONDecoder().decode(
        SafeTensorsHeader.self, from: bytes[bytes.startIndex + 8..<bytes.startIndex + start])
    } catch {
      throw .notSafeTensors(path: path)
    }
    metadata = header.metadata
    tensors = [:]
    // Tensors that share bytes would need more memory than the size of the file justifies.
    guard header.isDisjoint else { throw .notSafeTensors(path: path) }
    // The last tensor comes first, so that the error of a truncated file states the size of the complete file.
    func end(_ place: SafeTensorsHeader.Place) -> Int { place.offsets.last ?? 0 }
    for (name, place) in header.places.sorted(by: { (end($0.value), $0.key) > (end($1.value), $1.key) }) {
      tensors[name] = try Self.read(place, from: bytes, dataStart: start, name: name, path: path)
    }
  }

  /// Writes a file atomically. Numbers that the storage type cannot represent are rounded to the nearest.
  /// - Throws: `ModelError.unwritable`.
  public func write(to path: String, as storage: Storage = .float32) throws(ModelError) {
    var header = SafeTensorsHeader(metadata: metadata, places: [:])
    var pieces: [[UInt8]] = []
    var end = 0
    for (name, tensor) in tensors.sorted(by: { $0.key < $1.key }) {
      let piece = Self.bytes(of: tensor.values, as: storage)
      header.places[name] = .init(
        dtype: storage.rawValue, shape: tensor.shape, offsets: [end, end + piece.count])
      end += piece.count
      pieces.append(piece)
    }
    do {
      var text = [UInt8](try JSONText.compact(header))
      // The header is padded with spaces, so that tensors are aligned in a mapped file.
      text += [UInt8](repeating: 0x20, count: (8 - text.count % 8) % 8)
      let length = withUnsafeBytes(of: UInt64(text.count).littleEndian) { [UInt8]($0) }
      try AtomicFile.write([length, text] + pieces, to: path)
    } catch let failure as AtomicFile.Failure {
      throw .unwritable(path: path, reason: failure.reason)
    } catch {
      throw .unwritable(path: path, reason: "\(error)")
    }
  }

  /// The limit of the format for the header, which also protects against a damaged length.
  private static let longestHeader: UInt64 = 100_000_000

  /// Returns the reason why a file could not be read. It is the message of the system, because Foundation's messages
  /// name neither a missing file nor a folder.
  private static func reason(_ error: any Error, path: String) -> String {
    if DurableFolder.exists(path) { return "it is a folder" }
    return access(path, R_OK) == 0 ? error.localizedDescription : errno.systemMessage
  }

  private static func read(
    _ place: SafeTensorsHeader.Place, from bytes: Data, dataStart: Int, name: String, path: String
  ) throws(ModelError) -> Tensor {
    guard let type = Storage(rawValue: place.dtype) else {
      throw .unknownType(path: path, tensor: name, type: place.dtype)
    }
    guard let range = place.range(type) else { throw .notSafeTensors(path: path) }
    let available = bytes.count - dataStart
    guard range.upperBound <= available else {
      // A sum that overflows is no size of a file. The largest number represents it.
      let (needed, overflow) = dataStart.addingReportingOverflow(range.upperBound)
      throw .truncated(path: path, needed: overflow ? .max : needed, found: bytes.count)
    }
    let start = bytes.startIndex + dataStart
    let source = bytes[start + range.lowerBound..<start + range.upperBound]
    return Tensor(shape: place.shape, values: Self.values(of: source, as: type))
  }

  private static func values(of source: Data, as type: Storage) -> [Float] {
    let count = source.count / type.byteCount
    switch type {
    case .float32:
      return [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
        initialized = count
        _ = source.copyBytes(to: UnsafeMutableRawBufferPointer(buffer))
      }
    case .bfloat16:
      let halves = [UInt16](unsafeUninitializedCapacity: count) { buffer, initialized in
        initialized = count
        _ = source.copyBytes(to: UnsafeMutableRawBufferPointer(buffer))
      }
      return halves.map { Float(bitPattern: UInt32($0) << 16) }
    }
  }

  private static func bytes(of values: [Float], as type: Storage) -> [UInt8] {
    switch type {
    case .float32: return values.withUnsafeBytes { [UInt8]($0) }
    case .bfloat16:
      let halves = values.map { value -> UInt16 in
        // A NaN stays a NaN. Other numbers are rounded to the nearest, with ties to even.
        guard !value.isNaN else { return UInt16(value.bitPattern >> 16) | 0x40 }
        return UInt16((value.bitPattern + 0x7FFF + (value.bitPattern >> 16 & 1)) >> 16)
      }
      return halves.withUnsafeBytes { [UInt8]($0) }
    }
  }
}
