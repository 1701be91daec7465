import Foundation

/// The JSON style of grisea: sorted keys, and slashes without a backslash.
package enum JSONText {
  /// Returns indented JSON with a line break at the end, for reading by people.
  package static func readable(_ value: some Encodable) throws -> String {
    String(decoding: try encoder(.prettyPrinted).encode(value), as: UTF8.self) + "\n"
  }

  /// Returns JSON on one line, for reading by programs.
  package static func compact(_ value: some Encodable) throws -> Data { try encoder([]).encode(value) }

  private static func encoder(_ formatting: JSONEncoder.OutputFormatting) -> JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = formatting.union([.sortedKeys, .withoutEscapingSlashes])
    return encoder
  }
}
