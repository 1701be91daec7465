import Foundation
import Imaging
import Synthesis

extension TrainingData {
  /// Judges by their headers alone whether images and label maps can be held on the network's grid. A file whose header
  /// cannot be read is passed over: its reading tells why.
  /// - Parameters:
  ///   - limit: bytes that may be held; `nil` where that is not known.
  /// - Throws: `TrainingDataError.tooManyVoxels`, `.memory`.
  public static func checkSize(
    of images: [TrainingList.Entry], _ heads: [LabelMapSource], preprocessing: Preprocessing, limit: Int?
  ) throws(TrainingDataError) {
    var (held, most) = (0, 0)
    for image in images {
      guard let (source, count) = try size(of: image.image, preprocessing) else { continue }
      most = max(most, held + preprocessing.peakByteCount(for: source, isMasked: false))
      held += count * (MemoryLayout<Float>.stride + MemoryLayout<UInt16>.stride)
    }
    // Heads keep their box, which only their voxels tell: counted is the map that it is cut from.
    for head in heads {
      guard let (_, count) = try size(of: head.path, preprocessing) else { continue }
      most = max(most, held + count * MemoryLayout<UInt16>.stride)
    }
    let needed = max(held, most)
    if let limit, needed > limit {
      throw .memory(files: images.count + heads.count, needed: needed, limit: limit)
    }
  }

  private static func size(
    of path: String, _ preprocessing: Preprocessing
  ) throws(TrainingDataError) -> (source: Grid, count: Int)? {
    guard let source = try? NIfTIHeader(contentsOf: path).grid else { return nil }
    let count = preprocessing.grid(for: source).count
    guard count <= LabelIndex.mostVoxels else { throw .tooManyVoxels(path: path, count: count) }
    return (source, count)
  }
}
