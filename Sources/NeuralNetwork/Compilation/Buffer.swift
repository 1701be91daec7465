import Foundation
import Numerics

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

/// A memory mapping that holds all tensors of a network. It consists of whole pages, which are zero, use no memory
/// until they are touched, and return to the system together.
final class Arena {
  /// The first byte.
  let address: UnsafeMutableRawPointer
  private let byteCount: Int

  /// Maps the memory.
  /// - Throws: `EngineError.outOfMemory`.
  init(byteCount: Int) throws(EngineError) {
    self.byteCount = max(byteCount, 1)
    guard
      let address = mmap(nil, self.byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
      address != MAP_FAILED
    else { throw .outOfMemory(byteCount: byteCount) }
    self.address = address
    // Large pages where available: gigabytes in small pages cause half a million page faults.
    madvise(address, self.byteCount, MADV_HUGEPAGE)
  }

  deinit { munmap(address, byteCount) }
}

/// A plan that places buffers in one arena. Buffers that are never in use at the same time can share bytes.
///
/// The plan is greedy by size: each buffer, largest first, is placed at the lowest offset without a placed buffer of
/// overlapping lifetime. Pisarchyk and Lee 2020 (arXiv 2001.03288, "greedy by size for offset calculation") measured
/// sizes within a few per cent of the lower bound.
struct BufferPlan {
  /// The use of a buffer, from the first step that touches it to the last.
  struct Use {
    var lifetime: ClosedRange<Int>
    var byteCount: Int
  }

  /// The alignment of buffers in bytes: the size of cache lines and of the widest vector registers.
  static let alignment = 64

  /// The offsets of the buffers in bytes.
  private(set) var offsets: [Int]
  /// The size of the arena in bytes.
  private(set) var byteCount = 0

  /// Plans the offsets of buffers.
  init(_ uses: [Use]) {
    offsets = Array(repeating: 0, count: uses.count)
    var placed: [(range: Range<Int>, lifetime: ClosedRange<Int>)] = []
    let order = uses.indices.sorted { (uses[$0].byteCount, $1) > (uses[$1].byteCount, $0) }
    for index in order {
      let size = Self.aligned(uses[index].byteCount)
      var offset = 0
      for other in placed where other.lifetime.overlaps(uses[index].lifetime) {
        if offset + size <= other.range.lowerBound { break }
        offset = max(offset, other.range.upperBound)
      }
      offsets[index] = offset
      let entry = (range: offset..<offset + size, lifetime: uses[index].lifetime)
      let place = placed.firstIndex { $0.range.lowerBound > offset } ?? placed.count
      placed.insert(entry, at: place)
      byteCount = max(byteCount, offset + size)
    }
  }

  /// Returns the size rounded up to a multiple of the alignment.
  static func aligned(_ bytes: Int) -> Int { (bytes + alignment - 1) / alignment * alignment }
}

extension UnsafeBufferPointer<Float> {
  /// The number of elements that a thread copies at a time: enough to hide the overhead, few enough to distribute.
  private static var chunkLength: Int { 1 << 18 }

  /// Copies all elements on several threads, which also distributes the page faults of new memory.
  func copy(to target: UnsafeMutableBufferPointer<Float>, threads: Int) {
    precondition(target.count >= count, "the target of a copy must have room for all elements")
    _ = ParallelLoop.map(Array(stride(from: 0, to: count, by: Self.chunkLength)), threads: threads) { start in
      let length = Swift.min(Self.chunkLength, count - start)
      guard let from = baseAddress, let to = target.baseAddress else { return }
      (to + start).update(from: from + start, count: length)
    }
  }
}

extension UnsafeMutableBufferPointer<Float> {
  /// Returns an array of the elements, copied on several threads.
  func copied(threads: Int) -> [Float] {
    [Float](unsafeUninitializedCapacity: count) { target, initialized in
      UnsafeBufferPointer(self).copy(to: target, threads: threads)
      initialized = count
    }
  }
}
