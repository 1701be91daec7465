import NeuralNetwork
import Testing

/// Bytes worked out by hand from the format's rules, and the examples of its own guide
/// (https://protobuf.dev/programming-guides/encoding).
@Suite("Protocol buffers' wire format")
struct ProtobufMessageTests {
  private func bytes(_ write: (inout ProtobufMessage) -> Void) -> [UInt8] {
    var message = ProtobufMessage()
    write(&message)
    return message.bytes
  }

  @Test("the guide's own messages have the guide's bytes")
  func guide() {
    #expect(bytes { $0.add(1, 150) } == [0x08, 0x96, 0x01])
    #expect(bytes { $0.add(2, "testing") } == [0x12, 0x07, 0x74, 0x65, 0x73, 0x74, 0x69, 0x6e, 0x67])
    var inner = ProtobufMessage()
    inner.add(1, 150)
    #expect(bytes { $0.add(3, inner) } == [0x1a, 0x03, 0x08, 0x96, 0x01])
  }

  @Test("whole numbers: zero, the last of one byte, the first of two, negative ones in ten")
  func integers() {
    #expect(bytes { $0.add(1, 0) } == [0x08, 0x00])
    #expect(bytes { $0.add(1, 127) } == [0x08, 0x7f])
    #expect(bytes { $0.add(1, 128) } == [0x08, 0x80, 0x01])
    #expect(bytes { $0.add(1, -1) } == [0x08] + Array(repeating: 0xff, count: 9) + [0x01])
    #expect(bytes { $0.add(2, each: [3, 270]) } == [0x10, 0x03, 0x10, 0x8e, 0x02])
  }

  @Test("a key of a field above 15 has two bytes; a float has its four, the lowest first")
  func keysAndFloats() {
    #expect(bytes { $0.add(20, 1) } == [0xa0, 0x01, 0x01])
    #expect(bytes { $0.add(2, Float(1)) } == [0x15, 0x00, 0x00, 0x80, 0x3f])
    #expect(bytes { $0.add(9, [UInt8]()) } == [0x4a, 0x00])
  }
}
