import Imaging

extension Segmentation {
  /// Writes labels, masks and what else was asked for with the scan's geometry, and the row of volumes last, so that a
  /// subject in the table has all its files. Probabilities are float32 or, `compact`, uint8 in steps of 1/255.
  /// - Throws: `NIfTIError`, `VolumeTableError`.
  public func write(
    to files: SegmentationFiles, like header: NIfTIHeader, subject: String,
    quality: SegmentationQuality? = nil, compact: Bool = false
  ) throws {
    let brain = brainMask
    try writeImages(to: files, like: header, brain: brain, compact: compact)
    var table = try VolumeTable(contentsOf: files.volumes)
    table.set(VolumeTable.Row(subject: subject, self, brain: brain, quality: quality))
    try table.write(to: files.volumes)
  }

  /// Writes all but the row of volumes.
  /// - Parameter brain: `brainMask`, which takes time and is needed elsewhere too.
  /// - Throws: `NIfTIError`.
  package func writeImages(
    to files: SegmentationFiles, like header: NIfTIHeader, brain: LabelMap, compact: Bool
  ) throws(NIfTIError) {
    func write(_ volume: Volume, _ path: String) throws(NIfTIError) {
      if compact {
        try volume.writeProbabilities(to: path, like: header)
      } else {
        try volume.write(to: path, like: header)
      }
    }
    for (tissue, path) in files.probabilities {
      if let volume = probabilities[tissue] { try write(volume, path) }
    }
    if let path = files.entropy { try write(entropy, path) }
    if let path = files.parts, let parts { try parts.write(to: path, like: header) }
    try brain.write(to: files.brainMask, like: header)
    try mask(of: .grayMatter).write(to: files.mask, like: header)
    try labels.write(to: files.labels, like: header)
  }

  /// Background wherever a voxel is not connected (by its 6 faces) to the largest piece of tissue:
  /// specks in skin or neck go, the brain stays whole. Probabilities become 0 where a label is taken away, and stay
  /// where background was the most probable anyway: the brain's border stays soft.
  public mutating func keepLargestComponent() {
    let tissue = LabelMap(grid: labels.grid, labels: labels.labels.map { $0 == 0 ? 0 : 1 })
    let kept = tissue.largestComponent(connectivity: .faces)
    let dropped = labels.labels.indices.filter { labels.labels[$0] != 0 && kept.labels[$0] == 0 }
    for index in dropped {
      labels.labels[index] = 0
      parts?.labels[index] = 0
    }
    probabilities = probabilities.mapValues { volume in
      var volume = volume
      for index in dropped { volume.voxels[index] = 0 }
      return volume
    }
  }
}
