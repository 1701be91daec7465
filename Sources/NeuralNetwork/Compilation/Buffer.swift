/// A stretch of memory that a compiled network uses, first as a size and, once planned, as an address.
final class Buffer {
  let byteCount: Int
  /// Kept from run to run, apart from what only lives between two steps.
  var isPersistent: Bool
  /// Set when the program's memory is laid out; valid as long as the program lives.
  var address: UnsafeMutableRawPointer?

  init(byteCount: Int, isPersistent: Bool = false) {
    self.byteCount = byteCount
    self.isPersistent = isPersistent
  }
}

/// A tensor's place: a layout at an offset of a buffer.
struct Memory {
  var layout: Layout
  var buffer: Buffer
  /// In bytes.
  var offset = 0

  init(layout: Layout, buffer: Buffer, offset: Int = 0) {
    self.layout = layout
    self.buffer = buffer
    self.offset = offset
  }

  /// A buffer of its own.
  init(_ layout: Layout, isPersistent: Bool = false) {
    self.init(layout: layout, buffer: Buffer(byteCount: layout.byteCount, isPersistent: isPersistent))
  }

  /// The same bytes read under another layout.
  func viewed(as layout: Layout) -> Memory { Memory(layout: layout, buffer: buffer, offset: offset) }

  func advanced(by bytes: Int) -> Memory { Memory(layout: layout, buffer: buffer, offset: offset + bytes) }

  /// The first byte. Only while the program that planned it lives.
  var bytes: UnsafeMutableRawPointer {
    guard let address = buffer.address else { preconditionFailure("memory is planned before it is used") }
    return address + offset
  }

  /// As floats, physical order, padding included. Only while the program that planned it lives.
  var floats: UnsafeMutableBufferPointer<Float> {
    let count = layout.byteCount / MemoryLayout<Float>.stride
    return UnsafeMutableBufferPointer(start: bytes.bindMemory(to: Float.self, capacity: count), count: count)
  }
}
