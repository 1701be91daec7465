import Numerics

/// The bytes of a file to be written, made as they are asked for: a header, and elements that take `width` bytes each.
///
/// So a volume needs no second copy in the file's type before it is compressed.
struct FileContent {
  private let header: [UInt8]
  private let count: Int
  private let width: Int
  private let store: (_ elements: Range<Int>, _ target: UnsafeMutableRawPointer) -> Void

  var size: Int { header.count + count * width }

  init(_ bytes: [UInt8]) { (header, count, width, store) = (bytes, 0, 1, { _, _ in }) }

  /// `store` writes some of the elements to a target with room for them, on several threads at once.
  ///
  /// The header's length is a multiple of the width, as headers and extensions are of eight bytes or of four: elements
  /// are aligned in the file.
  init(
    header: [UInt8], count: Int, width: Int,
    store: @escaping (_ elements: Range<Int>, _ target: UnsafeMutableRawPointer) -> Void
  ) {
    precondition(header.count.isMultiple(of: width), "elements follow the header on a multiple of their size")
    (self.header, self.count, self.width, self.store) = (header, count, width, store)
  }

  /// All of it.
  var bytes: [UInt8] {
    [UInt8](unsafeUninitializedCapacity: size) { buffer, filled in
      let raw = UnsafeMutableRawBufferPointer(buffer)
      ParallelLoop.forEach(over: size, size: 1 << 20) {
        copy($0, to: UnsafeMutableRawBufferPointer(rebasing: raw[$0]))
      }
      filled = size
    }
  }

  /// The bytes at `range`, whose bounds are multiples of the width.
  func copy(_ range: Range<Int>, to target: UnsafeMutableRawBufferPointer) {
    let headerPart = range.clamped(to: 0..<header.count)
    target.copyBytes(from: header[headerPart])
    let first = max(range.lowerBound - header.count, 0) / width
    let end = max(range.upperBound - header.count, 0) / width
    if first < end, let start = target.baseAddress { store(first..<end, start + headerPart.count) }
  }
}
