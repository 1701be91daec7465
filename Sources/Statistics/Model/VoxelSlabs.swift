import Foundation

/// The maps of all scans, slab after slab of voxels, so that a model reads all scans of few voxels at a time.
///
/// They are kept in memory, or in a scratch file of which only the slabs in use are in memory. The file has no name
/// from the start, and so is gone with the process, however that ends.
package final class VoxelSlabs {
  /// Voxels of a slab: each scan's part is one page of memory, so that slabs are whole pages.
  package static let width = 1024

  package let scans, voxels: Int
  private let values: UnsafeMutableBufferPointer<Float>
  private let isFile: Bool

  /// - Parameter folder: where a scratch file is kept; `nil` to keep the maps in memory.
  package init(scans: Int, voxels: Int, scratch folder: String? = nil) throws(StatisticsError) {
    self.scans = scans
    self.voxels = voxels
    isFile = folder != nil
    let count = max(1, Self.count(voxels)) * scans * Self.width
    let bytes = count * MemoryLayout<Float>.stride
    let descriptor = try folder.map { folder throws(StatisticsError) in
      try Self.scratchFile(in: folder, bytes: bytes)
    }
    defer { if let descriptor { close(descriptor) } }
    let flags = descriptor == nil ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_SHARED
    let address = mmap(nil, bytes, PROT_READ | PROT_WRITE, flags, descriptor ?? -1, 0)
    guard let address, address != MAP_FAILED else { throw .memory(needed: bytes, limit: nil) }
    values = UnsafeMutableBufferPointer(
      start: address.bindMemory(to: Float.self, capacity: count), count: count)
  }

  deinit { munmap(values.baseAddress, values.count * MemoryLayout<Float>.stride) }

  /// Slabs of so many voxels.
  package static func count(_ voxels: Int) -> Int { (voxels + width - 1) / width }

  package var count: Int { Self.count(voxels) }

  /// Bytes of all maps.
  package static func bytes(scans: Int, voxels: Int) -> Int { count(voxels) * width * scans * 4 }

  /// Stores the map of a scan, one value for each voxel.
  package func store(_ map: [Float], scan: Int) {
    precondition(map.count == voxels, "one value for each voxel")
    for slab in 0..<count {
      let start = slab * Self.width
      let target = slab * scans * Self.width + scan * Self.width
      for offset in 0..<min(Self.width, voxels - start) { values[target + offset] = map[start + offset] }
    }
    if isFile { release(0..<count) }
  }

  /// Calls `body` with the values of one slab: [scan][voxel], each scan `width` values, 0 beyond the last voxel.
  package func withSlab(_ index: Int, _ body: (UnsafeMutableBufferPointer<Float>) -> Void) {
    let size = scans * Self.width
    body(UnsafeMutableBufferPointer(rebasing: values[index * size..<(index + 1) * size]))
    if isFile { release(index..<index + 1) }
  }

  /// Gives the memory of slabs back; their values stay in the file.
  private func release(_ slabs: Range<Int>) {
    let bytes = scans * Self.width * MemoryLayout<Float>.stride
    madvise(
      UnsafeMutableRawPointer(values.baseAddress)?.advanced(by: slabs.lowerBound * bytes),
      slabs.count * bytes, MADV_DONTNEED)
  }

  private static func scratchFile(in folder: String, bytes: Int) throws(StatisticsError) -> Int32 {
    var path = Array("\(folder)/.vbm-XXXXXX".utf8CString)
    let descriptor = mkstemp(&path)
    guard descriptor >= 0 else { throw .scratch(folder: folder, errno: errno) }
    unlink(path)
    // The room is taken now: a full disk is an error here, not a crash later.
    let code = posix_fallocate(descriptor, 0, off_t(bytes))
    guard code == 0 else {
      close(descriptor)
      throw .scratch(folder: folder, errno: code)
    }
    return descriptor
  }
}
