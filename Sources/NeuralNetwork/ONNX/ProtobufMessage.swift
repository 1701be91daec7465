/// One message in the wire format of protocol buffers (https://protobuf.dev/programming-guides/encoding): fields
/// one after the other, each a key, number · 8 + wire type, and a value.
///
/// What an ONNX file needs are five kinds of field, below. A library for all of protocol buffers, with code
/// generated for all of ONNX, is a thousand times as much to build and to keep.
package struct ProtobufMessage: Hashable {
  package private(set) var bytes: [UInt8] = []

  package init() {}

  private enum WireType: UInt64 {
    case varint = 0
    case lengthDelimited = 2
    case fourBytes = 5
  }

  /// A field of type `int32`, `int64` or `enum`.
  package mutating func add(_ field: Int, _ value: Int) {
    addKey(field, .varint)
    // Negative numbers as their 64 bits in two's complement, as these types want it.
    addVarint(UInt64(bitPattern: Int64(value)))
  }

  /// A repeated field of whole numbers, each with its own key: proto2, in which ONNX is defined, packs none.
  package mutating func add(_ field: Int, each values: [Int]) { for value in values { add(field, value) } }

  /// A field of type `float`.
  package mutating func add(_ field: Int, _ value: Float) {
    addKey(field, .fourBytes)
    withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
  }

  /// A field of type `bytes`.
  package mutating func add(_ field: Int, _ value: [UInt8]) {
    addKey(field, .lengthDelimited)
    addVarint(UInt64(value.count))
    bytes.append(contentsOf: value)
  }

  /// A field of type `string`.
  package mutating func add(_ field: Int, _ text: String) { add(field, Array(text.utf8)) }

  /// A field that is a message itself.
  package mutating func add(_ field: Int, _ message: ProtobufMessage) { add(field, message.bytes) }

  private mutating func addKey(_ field: Int, _ type: WireType) {
    addVarint(UInt64(field) << 3 | type.rawValue)
  }

  /// Seven bits a byte, the lowest first; the eighth bit says that more follow.
  private mutating func addVarint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}
