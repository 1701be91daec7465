/// A message in the wire format of protocol buffers (https://protobuf.dev/programming-guides/encoding): a sequence of
/// fields, each of which is a key (number · 8 + wire type) and a value.
///
/// An ONNX file needs the five kinds of field below. A library for protocol buffers, with code generated for ONNX,
/// would be a thousand times as much code.
package struct ProtobufMessage: Hashable {
  /// The encoded message.
  package private(set) var bytes: [UInt8] = []

  /// Makes an empty message.
  package init() {}

  private enum WireType: UInt64 {
    case varint = 0
    case lengthDelimited = 2
    case fourBytes = 5
  }

  /// Adds a field of type `int32`, `int64` or `enum`.
  package mutating func add(_ field: Int, _ value: Int) {
    addKey(field, .varint)
    // These types encode negative numbers as their 64 bits in two's complement.
    addVarint(UInt64(bitPattern: Int64(value)))
  }

  /// Adds a repeated field of integers, each with its own key: ONNX is defined in proto2, which does not pack them.
  package mutating func add(_ field: Int, each values: [Int]) { for value in values { add(field, value) } }

  /// Adds a field of type `float`.
  package mutating func add(_ field: Int, _ value: Float) {
    addKey(field, .fourBytes)
    withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
  }

  /// Adds a field of type `bytes`.
  package mutating func add(_ field: Int, _ value: [UInt8]) {
    addKey(field, .lengthDelimited)
    addVarint(UInt64(value.count))
    bytes.append(contentsOf: value)
  }

  /// Adds a field of type `string`.
  package mutating func add(_ field: Int, _ text: String) { add(field, Array(text.utf8)) }

  /// Adds a field that is a message.
  package mutating func add(_ field: Int, _ message: ProtobufMessage) { add(field, message.bytes) }

  private mutating func addKey(_ field: Int, _ type: WireType) {
    addVarint(UInt64(field) << 3 | type.rawValue)
  }

  /// Adds an integer in groups of seven bits, the lowest first. The eighth bit of a byte means that more bytes follow.
  private mutating func addVarint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}
