import Imaging

extension Segmentation {
  /// Writes labels, masks and what else was asked for with the scan's geometry, and the row of volumes last, so that a
  /// subject in the table has all its files. Probabilities are float32 or, `compact`, uint8 in steps of 1/255.
  /// - Throws: `NIfTIError`, `VolumeTableError`.
  public func write(
    to files: SegmentationFiles, like header: NIfTIHeader, subject: String, compact: Bool = false
  ) throws {
    for (tissue, path) in files.probabilities {
      if compact {
        try probabilities[tissue]?.writeProbabilities(to: path, like: header)
      } else {
        try probabilities[tissue]?.write(to: path, like: header)
      }
    }
    if let path = files.entropy {
      if compact {
        try entropy.writeProbabilities(to: path, like: header)
      } else {
        try entropy.write(to: path, like: header)
      }
    }
    try brainMask.write(to: files.brainMask, like: header)
    try mask(of: .grayMatter).write(to: files.mask, like: header)
    try labels.write(to: files.labels, like: header)
    var table = try VolumeTable(contentsOf: files.volumes)
    table.set(subject, self)
    try table.write(to: files.volumes)
  }

  /// Background wherever a voxel is not connected (by its 6 faces) to the largest piece of tissue:
  /// specks in skin or neck go, the brain stays whole. Probabilities become 0 where a label is taken away, and stay
  /// where background was the most probable anyway: the brain's border stays soft.
  public mutating func keepLargestComponent() {
    let tissue = LabelMap(grid: labels.grid, labels: labels.labels.map { $0 == 0 ? 0 : 1 })
    let kept = tissue.largestComponent(connectivity: .faces)
    let dropped = labels.labels.indices.filter { labels.labels[$0] != 0 && kept.labels[$0] == 0 }
    for index in dropped { labels.labels[index] = 0 }
    probabilities = probabilities.mapValues { volume in
      var volume = volume
      for index in dropped { volume.voxels[index] = 0 }
      return volume
    }
  }
}
