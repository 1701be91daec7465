import Numerics

/// The content of a file to be written: a header, and elements of `width` bytes each, which are converted on demand. A
/// volume therefore needs no converted copy before compression.
struct FileContent {
  private let header: [UInt8]
  private let count: Int
  private let width: Int
  private let store: (_ elements: Range<Int>, _ target: UnsafeMutableRawPointer) -> Void

  /// The size of the content in bytes.
  var size: Int { header.count + count * width }

  /// Makes a content from bytes.
  init(_ bytes: [UInt8]) { (header, count, width, store) = (bytes, 0, 1, { _, _ in }) }

  /// Makes a content of a header and of elements.
  ///
  /// The length of the header must be a multiple of the width. Headers and extensions fulfil this with multiples of
  /// eight or four bytes, so that elements are aligned in the file.
  /// - Parameters:
  ///   - header: The bytes before the elements.
  ///   - count: The number of elements.
  ///   - width: The number of bytes of an element.
  ///   - store: A function that writes some of the elements to memory. It is called on several threads at once.
  init(
    header: [UInt8], count: Int, width: Int,
    store: @escaping (_ elements: Range<Int>, _ target: UnsafeMutableRawPointer) -> Void
  ) {
    precondition(
      header.count.isMultiple(of: width), "the header's length must be a multiple of an element's size")
    (self.header, self.count, self.width, self.store) = (header, count, width, store)
  }

  /// The entire content.
  var bytes: [UInt8] {
    [UInt8](unsafeUninitializedCapacity: size) { buffer, filled in
      let raw = UnsafeMutableRawBufferPointer(buffer)
      ParallelLoop.forEach(over: size, size: 1 << 20) {
        copy($0, to: UnsafeMutableRawBufferPointer(rebasing: raw[$0]))
      }
      filled = size
    }
  }

  /// Copies the bytes at `range` to `target`. The bounds of the range are multiples of the width.
  func copy(_ range: Range<Int>, to target: UnsafeMutableRawBufferPointer) {
    let headerPart = range.clamped(to: 0..<header.count)
    target.copyBytes(from: header[headerPart])
    let first = max(range.lowerBound - header.count, 0) / width
    let end = max(range.upperBound - header.count, 0) / width
    if first < end, let start = target.baseAddress { store(first..<end, start + headerPart.count) }
  }
}
