import Statistics

/// One cluster of a result, as a row of `clusters.tsv`.
public struct ClusterRow: Hashable, Sendable {
  /// A local maximum.
  public struct Peak: Hashable, Sendable {
    public var statistic: Double
    /// mm.
    public var position: SIMD3<Double>
  }

  /// From 1, the largest first; the label in the map of clusters.
  public var number: Int
  /// 1 or −1.
  public var sign: Int
  public var voxels: Int
  public var ml: Double
  /// The smallest p in the cluster.
  public var tfceProbability, voxelProbability: Double
  /// p of the cluster by its size and mass; `nil` where clusters are not those of the cluster-forming threshold.
  public var sizeProbability, massProbability: Double?
  /// The maximum first, then those at least 8 mm from all before.
  public var peaks: [Peak]
  /// Mean of its voxels' places in mm.
  public var center: SIMD3<Double>
  /// At the first peak: effect in units of the maps for each unit of the regressor, and in percent of the mean map.
  public var effect, effectPercent: Double
  public var partialR: Double
  /// At the first peak.
  public var region: String?
  /// Regions with at least 5 % of the cluster.
  public var regions: [(name: String, share: Double)]

  /// A region is listed from this share on.
  package static let smallestShare = 0.05

  public static func == (a: ClusterRow, b: ClusterRow) -> Bool { a.cells == b.cells }
  public func hash(into hasher: inout Hasher) { hasher.combine(cells) }
}

extension ClusterRow {
  /// Columns of the table and what they mean.
  package static let columns: [(name: String, description: String, units: String?)] = [
    ("cluster", "Number of the cluster, the label in the map of clusters", nil),
    ("sign", "Sign of the effect: + where the map rises with the tested regressor, - where it falls", nil),
    ("voxels", "Number of voxels", nil),
    ("volume", "Volume of the cluster", "ml"),
    ("p_fwe_tfce", "Smallest family-wise p by threshold-free cluster enhancement in the cluster", nil),
    ("p_fwe_voxel", "Smallest family-wise p by the voxel's statistic in the cluster", nil),
    ("p_fwe_size", "Family-wise p by the size of the cluster at the cluster-forming threshold", nil),
    ("p_fwe_mass", "Family-wise p by the mass of the cluster above the cluster-forming threshold", nil),
    ("peak_statistic", "Statistic at the peak, the voxel of the largest absolute statistic", nil),
    ("peak_x", "Place of the peak to the right", "mm"),
    ("peak_y", "Place of the peak to the front", "mm"),
    ("peak_z", "Place of the peak to the top", "mm"),
    ("center_x", "Mean place of the cluster's voxels to the right", "mm"),
    ("center_y", "Mean place of the cluster's voxels to the front", "mm"),
    ("center_z", "Mean place of the cluster's voxels to the top", "mm"),
    (
      "subpeaks",
      "Up to three further local maxima at least 8 mm from the peaks before: x y z in mm and the statistic",
      nil
    ),
    ("effect", "Effect at the peak for each unit of the tested regressor, in units of the maps", nil),
    ("effect_percent", "Effect at the peak in percent of the mean of all maps there", "%"),
    ("partial_r", "Partial correlation at the peak", nil),
    ("region", "Region of the atlas at the peak", nil),
    ("regions", "Regions of the atlas with at least 5 % of the cluster, and their shares", nil),
  ]

  /// A row of the table.
  package var cells: [String] {
    func place(_ position: SIMD3<Double>) -> [String] { (0..<3).map { rounded(position[$0], 1) } }
    let first = peaks.first ?? Peak(statistic: 0, position: .zero)
    let others = peaks.dropFirst().map {
      "\(place($0.position).joined(separator: " ")) (\(rounded($0.statistic, 3)))"
    }
    let shares = regions.map { "\($0.name) \(rounded(100 * $0.share, 0)) %" }
    return [
      String(number), sign > 0 ? "+" : "-", String(voxels), rounded(ml, 3), rounded(tfceProbability, 5),
      rounded(voxelProbability, 5), sizeProbability.map { rounded($0, 5) } ?? "n/a",
      massProbability.map { rounded($0, 5) } ?? "n/a", rounded(first.statistic, 4),
    ] + place(first.position) + place(center) + [
      others.isEmpty ? "n/a" : others.joined(separator: "; "), significant(effect), rounded(effectPercent, 3),
      rounded(partialR, 4), region ?? "n/a", shares.isEmpty ? "n/a" : shares.joined(separator: "; "),
    ]
  }
}
