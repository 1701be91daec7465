import Imaging
import Statistics

/// What an analysis knows before the first permutation: design, model, mask and plan.
package struct AnalysisSetup {
  package let configuration: VoxelwiseConfiguration
  package let design: DesignMatrix
  package let model: VoxelwiseModel
  package let reading: MapReading
  package let exchangeability: Exchangeability
  package let plan: PermutationPlan
  /// F has no sign.
  package let side: TestedSide
  package let clusterThreshold: Float
  package let atlas: Atlas?

  package init(_ configuration: VoxelwiseConfiguration, progress: (VoxelwiseAnalysis.Event) -> Void) throws {
    let tables = try configuration.tables.map { try ParticipantTable(contentsOf: $0) }
    try Self.checkIndependence(configuration)
    let participants = configuration.maps.map(ParticipantTable.scan)
    let blocks = configuration.blocks.flatMap { $0 == "participant_id" ? nil : $0 }
    design = try DesignMatrix(
      participants: participants, tables: tables, tested: configuration.tested,
      covariates: configuration.covariates, required: blocks.map { [$0] } ?? [])
    for warning in design.warnings { progress(.warning(warning)) }
    progress(
      .design(
        participants: design.participants.count, rank: design.rank,
        degreesOfFreedom: design.degreesOfFreedom))
    model = try VoxelwiseModel(design: design)
    side = model.contrast.isT ? configuration.side : .positive
    exchangeability = Self.exchangeability(configuration, design, tables)
    plan = try PermutationPlan(
      columns: design.columns.map(\.values), exchangeability: exchangeability,
      flipsSigns: design.tested == DesignTerm.intercept.name, asked: configuration.permutations,
      seed: configuration.seed)
    progress(
      .plan(
        permutations: plan.count, isExhaustive: plan.isExhaustive,
        exchangeability: exchangeability.description))
    let tail = configuration.clusterProbability / (model.contrast.isT && side == .both ? 2 : 1)
    clusterThreshold = Float(model.threshold(probability: tail))
    atlas = try configuration.atlas.map { try Atlas($0) }
    if let atlas { progress(.atlas(name: atlas.name, license: atlas.license)) }
    reading = try MapReading(
      paths: design.maps.map { configuration.maps[$0] }, threshold: configuration.maskThreshold,
      allowed: configuration.mask)
    progress(.mask(voxels: reading.mask.count, rule: reading.rule))
    self.configuration = configuration
  }

  /// The configuration with the side that is tested: F has no sign.
  package var effectiveConfiguration: VoxelwiseConfiguration {
    var result = configuration
    result.side = side
    return result
  }

  /// Refuses two maps of one scan, such as those in two spaces or of two widths of smoothing, and several scans of a
  /// participant without a rule for how they are permuted: they are not independent.
  private static func checkIndependence(_ configuration: VoxelwiseConfiguration) throws(StatisticsError) {
    var (scans, participants): ([Subject: String], [String: String]) = ([:], [:])
    for map in configuration.maps {
      let subject = ScanName(path: map).subject
      if let other = scans.updateValue(map, forKey: subject) {
        throw .twoMapsOfScan(scan: subject.description, maps: [other, map])
      }
      if let other = participants.updateValue(map, forKey: subject.person), configuration.blocks == nil {
        throw .repeatedScans(participant: subject.person, maps: [other, map])
      }
    }
  }

  private static func exchangeability(
    _ configuration: VoxelwiseConfiguration, _ design: DesignMatrix, _ tables: [ParticipantTable]
  ) -> Exchangeability {
    guard let column = configuration.blocks else { return .free }
    let names = design.participants.map { scan in
      tables.lazy.compactMap { $0.cell(scan, column) }.first ?? ParticipantTable.participant(scan)
    }
    return configuration.blockRule == .within ? .within(names) : .whole(names)
  }

  /// A number that differs where maps, design, seed or options differ: parts of different analyses are not joined.
  package func fingerprint(_ fit: VoxelwiseFit) -> String {
    // FNV-1a, over the bits of all numbers and the bytes of all options that matter.
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    func add(_ value: UInt64) {
      for byte in 0..<8 { hash = (hash ^ (value >> (8 * byte) & 255)) &* 0x100_0000_01B3 }
    }
    for column in design.columns { for value in column.values { add(value.bitPattern) } }
    for row in model.contrast.weights { for value in row { add(value.bitPattern) } }
    for value in fit.statistic { add(UInt64(value.bitPattern)) }
    for value in [configuration.tfce.extentPower, configuration.tfce.heightPower] { add(value.bitPattern) }
    add(UInt64(configuration.tfce.neighborhood.rawValue))
    add(UInt64(clusterThreshold.bitPattern))
    add(configuration.seed)
    add(UInt64(plan.count))
    for unit in exchangeability.groups(scans: design.participants.count).joined() {
      add(UInt64(unit.count))
      for scan in unit { add(UInt64(scan)) }
    }
    for byte in (side.rawValue + exchangeability.description).utf8 { add(UInt64(byte)) }
    return String(hash, radix: 16)
  }
}

extension VoxelwiseResult {
  /// p-values and clusters from permutations.
  package init(
    _ setup: AnalysisSetup, _ fit: VoxelwiseFit, _ permutations: PermutationResult, _ residuals: VoxelSlabs
  ) throws(StatisticsError) {
    let (configuration, mask) = (setup.configuration, setup.reading.mask)
    let forming = ClusterForming(neighborhood: configuration.tfce.neighborhood)
    let evidence = fit.statistic.map(setup.side.evidence)
    let tfce = configuration.tfce.enhanced(fit.statistic, in: mask)
    let formed = forming.clusters(fit.statistic, in: mask) { evidence[$0] > setup.clusterThreshold }
    let maxima = permutations.maxima
    let sizes = PValues.shares(
      formed.map { Double($0.size) }, null: maxima.map { Double($0.clusterSize) })
    let masses = PValues.shares(
      formed.map { $0.mass(fit.statistic, above: setup.clusterThreshold) }, null: maxima.map(\.clusterMass))
    func spread(_ values: [Double]) -> [Double] {
      var result = [Double](repeating: 1, count: mask.count)
      for (cluster, value) in zip(formed, values) { for voxel in cluster.voxels { result[voxel] = value } }
      return result
    }
    let uncorrected = permutations.counts.map { Double($0) / Double(maxima.count) }
    // A side that is not tested has no evidence: its p is 1.
    func tested(_ values: [Double]) -> [Double] { zip(values, evidence).map { $1 > 0 ? $0 : 1 } }
    probabilities = PValues(
      voxel: tested(PValues.shares(evidence.map(Double.init), null: maxima.map(\.statistic))),
      tfce: tested(PValues.shares(tfce.map { Double(setup.side.evidence($0)) }, null: maxima.map(\.tfce))),
      clusterSize: spread(sizes), clusterMass: spread(masses), uncorrected: uncorrected,
      falseDiscoveryRate: PValues.falseDiscoveryRates(uncorrected))
    let limit = configuration.significance
    let p = probabilities
    clusters =
      configuration.inference == .cluster
      ? formed.filter { p.clusterSize[$0.voxels[0]] <= limit }
      : forming.clusters(fit.statistic, in: mask) { p.tfce[$0] <= limit }
    self.configuration = setup.effectiveConfiguration
    design = setup.design
    contrast = setup.model.contrast
    degreesOfFreedom = setup.model.degreesOfFreedom
    (grid, header, maskRule) = (setup.reading.grid, setup.reading.header, setup.reading.rule)
    self.mask = mask
    self.fit = fit
    self.tfce = tfce
    plan = setup.plan
    exchangeability = setup.exchangeability.description
    clusterThreshold = setup.clusterThreshold
    self.permutations = permutations
    adjustedMeans = AdjustedMeans(clusters, model: setup.model, residuals: residuals, fit: fit)
    rows = clusters.enumerated().map { index, cluster in
      ClusterRow(
        cluster, number: index + 1, setup, fit, p, forming,
        isFormed: configuration.inference == .cluster)
    }
  }
}

extension ClusterRow {
  fileprivate init(
    _ cluster: VoxelCluster, number: Int, _ setup: AnalysisSetup, _ fit: VoxelwiseFit, _ p: PValues,
    _ forming: ClusterForming, isFormed: Bool
  ) {
    let reading = setup.reading
    let places = cluster.voxels.map(reading.position)
    let peaks = forming.peaks(of: cluster, fit.statistic, in: reading.mask, position: reading.position)
    let peak = peaks[0]
    func least(_ values: [Double]) -> Double { cluster.voxels.map { values[$0] }.min() ?? 1 }
    self.init(
      number: number, sign: cluster.sign, voxels: cluster.size,
      ml: Double(cluster.size) * reading.grid.voxelVolume / 1000, tfceProbability: least(p.tfce),
      voxelProbability: least(p.voxel), sizeProbability: isFormed ? least(p.clusterSize) : nil,
      massProbability: isFormed ? least(p.clusterMass) : nil,
      peaks: peaks.map { Peak(statistic: Double(fit.statistic[$0]), position: reading.position($0)) },
      center: places.reduce(.zero, +) / Double(places.count), effect: Double(fit.effect[peak]),
      effectPercent: 100 * Double(fit.effect[peak]) / Double(fit.mean[peak]),
      partialR: Double(fit.partialR[peak]), region: setup.atlas?.region(at: reading.position(peak)),
      regions: (setup.atlas?.shares(places) ?? []).filter { $0.share >= Self.smallestShare }.map {
        (name: $0.region, share: $0.share)
      })
  }
}
