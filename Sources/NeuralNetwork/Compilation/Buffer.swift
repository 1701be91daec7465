/// A range of memory of a compiled network. It has a size at first, and an address after planning.
final class Buffer {
  /// The size in bytes.
  let byteCount: Int
  /// Whether the content must be kept from run to run. The memory of other buffers is reused within a run.
  var isPersistent: Bool
  /// The address, which is set when the program's memory is laid out. It is valid while the program exists.
  var address: UnsafeMutableRawPointer?

  /// Makes a buffer without an address.
  init(byteCount: Int, isPersistent: Bool = false) {
    self.byteCount = byteCount
    self.isPersistent = isPersistent
  }
}

/// The memory of a tensor: a layout at an offset in a buffer.
struct Memory {
  /// The arrangement of the elements.
  var layout: Layout
  /// The buffer.
  var buffer: Buffer
  /// The offset in the buffer, in bytes.
  var offset = 0

  /// Makes the memory of a tensor in an existing buffer.
  init(layout: Layout, buffer: Buffer, offset: Int = 0) {
    self.layout = layout
    self.buffer = buffer
    self.offset = offset
  }

  /// Makes the memory of a tensor with a buffer of its own.
  init(_ layout: Layout, isPersistent: Bool = false) {
    self.init(layout: layout, buffer: Buffer(byteCount: layout.byteCount, isPersistent: isPersistent))
  }

  /// Returns the same bytes under another layout.
  func viewed(as layout: Layout) -> Memory { Memory(layout: layout, buffer: buffer, offset: offset) }

  /// Returns the memory a number of bytes further on in the buffer.
  func advanced(by bytes: Int) -> Memory { Memory(layout: layout, buffer: buffer, offset: offset + bytes) }

  /// The first byte. It is valid while the program that planned the memory exists.
  var bytes: UnsafeMutableRawPointer {
    guard let address = buffer.address else { preconditionFailure("memory must be planned before its use") }
    return address + offset
  }

  /// The elements as floats in physical order, including padding. They are valid while the program that planned the
  /// memory exists.
  var floats: UnsafeMutableBufferPointer<Float> {
    let count = layout.byteCount / MemoryLayout<Float>.stride
    return UnsafeMutableBufferPointer(start: bytes.bindMemory(to: Float.self, capacity: count), count: count)
  }
}
