/// The JSON header of a safetensors file: the place of each tensor under its name, and the metadata.
struct SafeTensorsHeader: Codable {
  /// The type, the shape and the bytes of a tensor.
  struct Place: Codable {
    var dtype: String
    var shape: [Int]
    /// The offset of the first byte and the offset after the last, counted from the end of the header.
    var offsets: [Int]

    private enum CodingKeys: String, CodingKey {
      case dtype, shape
      case offsets = "data_offsets"
    }

    /// Returns the range of the tensor's bytes, or `nil` if the offsets are no range or contradict shape and type.
    func range(_ type: SafeTensors.Storage) -> Range<Int>? {
      guard offsets.count == 2, 0 <= offsets[0], offsets[0] <= offsets[1] else { return nil }
      var count = type.byteCount
      for size in shape {
        let (product, overflow) = count.multipliedReportingOverflow(by: size)
        guard size >= 0, !overflow else { return nil }
        count = product
      }
      return offsets[1] - offsets[0] == count ? offsets[0]..<offsets[1] : nil
    }
  }

  var metadata: [String: String]
  var places: [String: Place]

  /// Whether no two tensors share a byte, which the format requires.
  var isDisjoint: Bool {
    let ranges = places.values.map(\.offsets).filter { $0.count == 2 && $0[0] < $0[1] }.sorted {
      $0[0] < $1[0]
    }
    return zip(ranges, ranges.dropFirst()).allSatisfy { $0[1] <= $1[0] }
  }

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
