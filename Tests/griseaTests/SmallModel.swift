import Foundation
import TestSupport
import Testing

/// A model too small to be good, and small enough to be made in every run of the tests.
enum SmallModel {
  /// `grisea train` on the data set of `Workplace.writeDataset`; epochs are still to be named.
  static let training =
    "train --images data/sub-*_T1w.nii --labels data/sub-*_dseg.nii.gz --patch-size 16 --levels 2 --channels 4 "
    + "--spacing 2 --batch-size 1 --steps-per-epoch 2 --threads 1 --seed 1 --quiet"

  private static let file = Result {
    let place = try Workplace()
    try place.writeDataset(1...2)
    let outcome = try place.grisea(training + " --epochs 12 --output model.safetensors")
    try #require(outcome.status == 0, "\(outcome.error)")
    return try place.bytes("model.safetensors")
  }

  /// Writes it as `model.safetensors`.
  static func write(to place: Workplace) throws { try place.write(file.get(), to: "model.safetensors") }
}
