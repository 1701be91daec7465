import Foundation

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
