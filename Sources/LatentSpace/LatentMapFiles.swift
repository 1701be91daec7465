import Files
import Imaging

/// Where maps go that are made of latent features.
public struct LatentMapFiles: Sendable {
  public let folder: String

  public init(folder: String) { self.folder = folder }

  /// The map of a row of features with this name.
  public func map(_ name: String) -> String {
    folder.joined(Self.word(name) + "_desc-reconstructed_probseg.nii.gz")
  }

  /// How maps change along a row of changes with this name, such as a target's.
  public func change(_ name: String) -> String { folder.joined(Self.word(name) + "_change.nii.gz") }

  /// How a prediction with this name rises with each voxel.
  public func saliency(_ name: String) -> String { folder.joined(Self.word(name) + "_saliency.nii.gz") }

  /// A column's name may hold what a file's cannot.
  private static func word(_ name: String) -> String {
    String(name.map { $0.isLetter || $0.isNumber || "-_".contains($0) ? $0 : "-" })
  }
}
