/// A block of additional data between header and voxels. Blocks are kept when a volume is rewritten.
public struct NIfTIExtension: Hashable, Sendable {
  /// The code of the block's definition: 2 DICOM, 4 AFNI, 6 plain text, …
  public var code: Int32
  /// The data of the block, without size and code.
  public var content: [UInt8]

  /// Makes a block from its parts.
  public init(code: Int32, content: [UInt8]) {
    self.code = code
    self.content = content
  }

  /// Parses the blocks in `bytes`, which start after the four bytes of the flag.
  ///
  /// `isWhole` is false if a block claims fewer bytes than its own head or more bytes than exist. The blocks after it
  /// are then lost.
  static func parse(_ bytes: [UInt8], isSwapped: Bool) -> (blocks: [NIfTIExtension], isWhole: Bool) {
    var blocks: [NIfTIExtension] = []
    var position = 0
    while bytes.count - position >= 8 {
      let (size, code) = bytes.withUnsafeBytes { raw in
        let size = raw.loadUnaligned(fromByteOffset: position, as: Int32.self)
        let code = raw.loadUnaligned(fromByteOffset: position + 4, as: Int32.self)
        return isSwapped ? (size.byteSwapped, code.byteSwapped) : (size, code)
      }
      // Zeros are padding before the voxels.
      if size == 0 && code == 0 { break }
      guard size >= 8, Int(size) <= bytes.count - position else { return (blocks, false) }
      let end = position + Int(size)
      blocks.append(NIfTIExtension(code: code, content: Array(bytes[position + 8..<end])))
      position = end
    }
    return (blocks, true)
  }

  /// Returns the flag and the blocks in little-endian order. Each block is padded with zeros to a multiple of 16 bytes,
  /// as the standard requires.
  static func encode(_ blocks: [NIfTIExtension]) -> [UInt8] {
    guard !blocks.isEmpty else { return [0, 0, 0, 0] }
    var bytes: [UInt8] = [1, 0, 0, 0]
    for block in blocks {
      let size = (block.content.count + 8 + 15) / 16 * 16
      for number in [Int32(size), block.code] {
        bytes += withUnsafeBytes(of: number.littleEndian, Array.init)
      }
      bytes += block.content + [UInt8](repeating: 0, count: size - 8 - block.content.count)
    }
    return bytes
  }
}
