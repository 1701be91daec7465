import Foundation

/// Damages safetensors files: the file as a whole, the JSON at its head, and the JSON texts within that, whose quotes
/// hide them from changes of the file.
struct ModelDamage {
  /// A file, taken apart.
  struct Original {
    let bytes: [UInt8]
    private let head: [String: Any]
    private let data: [UInt8]
    private let keys: [String]

    init(_ bytes: [UInt8]) throws {
      self.bytes = bytes
      let length = bytes.prefix(8).enumerated().reduce(0) { $0 | Int($1.element) << (8 * $1.offset) }
      let json = try JSONSerialization.jsonObject(with: Data(bytes[8..<8 + length]))
      head = json as? [String: Any] ?? [:]
      data = Array(bytes[(8 + length)...])
      keys = (head["__metadata__"] as? [String: String] ?? [:]).keys.sorted()
    }

    /// The file with some of its texts changed.
    func damaged(_ mutator: inout Mutator) throws -> [UInt8] {
      if keys.isEmpty || mutator.below(8) == 0 {
        var all = bytes
        TextDamage.damage(&all, &mutator)
        return all
      }
      var head = head
      var metadata = head["__metadata__"] as? [String: String] ?? [:]
      if mutator.below(4) > 0 {
        let key = mutator.element(of: keys)
        var text = Array((metadata[key] ?? "").utf8)
        TextDamage.damage(&text, &mutator)
        metadata[key] = String(decoding: text, as: UTF8.self)
        head["__metadata__"] = metadata
      }
      var json = [UInt8](try JSONSerialization.data(withJSONObject: head, options: [.sortedKeys]))
      if mutator.below(4) == 0 { TextDamage.damage(&json, &mutator) }
      let length = UInt64(json.count)
      return (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * UInt64($0))) } + json + data
    }
  }
}
