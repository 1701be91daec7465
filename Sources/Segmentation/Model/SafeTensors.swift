import Foundation

/// Named tensors and a string dictionary in one file, the `safetensors` format
/// (https://github.com/huggingface/safetensors): eight bytes with the header's length, little endian; the header,
/// JSON; the tensors' bytes. Any language reads it, and nothing in it is code.
public struct SafeTensors: Sendable {
  public struct Entry: Hashable, Sendable {
    public var shape: [Int]
    public var values: [Float]

    public init(shape: [Int], values: [Float]) {
      self.shape = shape
      self.values = values
    }
  }

  public var tensors: [String: Entry]
  public var metadata: [String: String]

  public init(tensors: [String: Entry], metadata: [String: String]) {
    self.tensors = tensors
    self.metadata = metadata
  }

  /// - Throws: `ModelError` where the file cannot be read or is not whole.
  public init(contentsOf path: String) throws(ModelError) {
    let bytes: Data
    do {
      bytes = try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
    } catch {
      throw .unreadable(path: path, reason: Self.reason(error))
    }
    guard bytes.count >= 8 else { throw .truncated(path: path, needed: 8, found: bytes.count) }
    let length = bytes.prefix(8).enumerated().reduce(UInt64(0)) { $0 | UInt64($1.element) << (8 * $1.offset) }
    guard length <= Self.longestHeader else { throw .notSafeTensors(path: path) }
    let start = 8 + Int(length)
    guard bytes.count >= start else { throw .truncated(path: path, needed: start, found: bytes.count) }
    let header: Header
    do {
      header = try JSONDecoder().decode(Header.self, from: bytes[8..<start])
    } catch {
      throw .notSafeTensors(path: path)
    }
    metadata = header.metadata
    tensors = [:]
    for (name, place) in header.places {
      tensors[name] = try Self.read(place, from: bytes, dataStart: start, name: name, path: path)
    }
  }

  /// Writes the whole file under a temporary name and renames it.
  /// - Throws: `ModelError.unwritable`.
  public func write(to path: String) throws(ModelError) {
    var header = Header(metadata: metadata, places: [:])
    var body = Data()
    for (name, entry) in tensors.sorted(by: { $0.key < $1.key }) {
      let start = body.count
      entry.values.withUnsafeBytes { body.append(contentsOf: $0) }
      header.places[name] = Place(dtype: "F32", shape: entry.shape, offsets: [start, body.count])
    }
    do {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      var text = try encoder.encode(header)
      // Padded with spaces, so that the tensors are aligned in a mapped file.
      text.append(Data(repeating: 0x20, count: (8 - text.count % 8) % 8))
      let length = withUnsafeBytes(of: UInt64(text.count).littleEndian) { Data($0) }
      try (length + text + body).write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw .unwritable(path: path, reason: Self.reason(error))
    }
  }

  /// The format's own limit, which keeps a damaged length from asking for all memory.
  private static let longestHeader: UInt64 = 100_000_000

  private static func reason(_ error: any Error) -> String {
    let underlying = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
    let code = underlying?.domain == NSPOSIXErrorDomain ? underlying?.code : nil
    return code.map { String(cString: strerror(Int32($0))) } ?? error.localizedDescription
  }

  private static func read(
    _ place: Place, from bytes: Data, dataStart: Int, name: String, path: String
  ) throws(ModelError) -> Entry {
    guard place.dtype == "F32" else { throw .unknownType(path: path, tensor: name, type: place.dtype) }
    var count = 1
    for size in place.shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      guard size >= 0, !overflow else { throw .notSafeTensors(path: path) }
      count = product
    }
    guard place.offsets.count == 2, place.offsets[0] >= 0, place.offsets[1] >= place.offsets[0],
      place.offsets[1] - place.offsets[0] == count.multipliedReportingOverflow(by: 4).partialValue
    else { throw .notSafeTensors(path: path) }
    let (end, overflow) = dataStart.addingReportingOverflow(place.offsets[1])
    guard !overflow, end <= bytes.count else {
      throw .truncated(path: path, needed: end, found: bytes.count)
    }
    let values = [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      initialized = count
      _ = bytes[dataStart + place.offsets[0]..<end].copyBytes(to: UnsafeMutableRawBufferPointer(buffer))
    }
    return Entry(shape: place.shape, values: values)
  }
}

private struct Place: Codable {
  var dtype: String
  var shape: [Int]
  var offsets: [Int]

  private enum CodingKeys: String, CodingKey {
    case dtype, shape
    case offsets = "data_offsets"
  }
}

/// One object with a tensor's place under each name, and the metadata among them.
private struct Header: Codable {
  var metadata: [String: String]
  var places: [String: Place]

  private struct Name: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
    static let metadata = Name(stringValue: "__metadata__")
  }

  init(metadata: [String: String], places: [String: Place]) {
    self.metadata = metadata
    self.places = places
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Name.self)
    metadata = try container.decodeIfPresent([String: String].self, forKey: .metadata) ?? [:]
    places = [:]
    for key in container.allKeys where key.stringValue != Name.metadata.stringValue {
      places[key.stringValue] = try container.decode(Place.self, forKey: key)
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Name.self)
    if !metadata.isEmpty { try container.encode(metadata, forKey: .metadata) }
    for (name, place) in places { try container.encode(place, forKey: Name(stringValue: name)) }
  }
}
