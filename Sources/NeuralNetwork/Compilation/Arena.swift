import Foundation

/// The one allocation in which all of a network's tensors lie: whole pages from the system, zero and not counted
/// as used until they are touched, and given back at once.
final class Arena {
  let address: UnsafeMutableRawPointer
  private let byteCount: Int

  /// - Throws: `EngineError.outOfMemory`.
  init(byteCount: Int) throws(EngineError) {
    self.byteCount = max(byteCount, 1)
    guard
      let address = mmap(nil, self.byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
      address != MAP_FAILED
    else { throw .outOfMemory(byteCount: byteCount) }
    self.address = address
    // Large pages where the system has them: gigabytes in small ones are half a million faults.
    madvise(address, self.byteCount, MADV_HUGEPAGE)
  }

  deinit { munmap(address, byteCount) }
}
