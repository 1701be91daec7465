import Numerics

/// A correction that brings the background of a scan to 0. It is needed for scans with values below 0, and for scans
/// with noise in the air that is as bright as the head.
///
/// All measures of intensity assume that air is 0: percentiles of the voxels above 0, logarithms, padding. Scans from a
/// scanner fulfil this and are not changed. Scans that were z-scored, mapped to -1...1 or stored with an offset, and
/// MP2RAGE's UNI images, do not.
public struct BackgroundCorrection: Sendable {
  /// A fact about the background of a scan, and the correction applied for it.
  public enum Finding: Hashable, Sendable {
    /// Some voxels are below 0, and the estimated background level was subtracted.
    case level(Float, belowZero: Int, of: Int)
    /// Some voxels are slightly below 0, as interpolation leaves them, and were set to 0.
    case undershoot(belowZero: Int, of: Int)
    /// The head was standardized around 0 while the background is 0. The background was set to the level, and then the
    /// level was subtracted.
    case insertedZeros(Float, belowZero: Int, of: Int)
    /// Some voxels outside the head are noise, and were set to 0.
    case noise(count: Int, of: Int)
  }

  /// The facts that were found, in the order of their correction.
  public let findings: [Finding]
  private let level: Float
  /// Whether voxels with the value 0 are background.
  private let isZeroBackground: Bool
  /// The head, if there is noise in the air. Voxels with label 0 are air.
  private let head: LabelMap?

  /// Analyses a scan. Returns `nil` if nothing needs to be corrected.
  public init?(of volume: Volume) {
    let head = NoisyAir(volume)?.head
    let values = head.map { zip(volume.voxels, $0.labels).compactMap { $1 > 0 ? $0 : nil } } ?? volume.voxels
    let below = ValueRange(volume.voxels).minimum < 0 ? volume.voxels.count { $0 < 0 } : 0
    guard below > 0 || head != nil else { return nil }
    let count = volume.voxels.count
    var findings: [Finding] = []
    if let head { findings.append(.noise(count: head.labels.count { $0 == 0 }, of: count)) }
    var (level, isZeroBackground): (Float, Bool) = (0, false)
    if below > 0 {
      let values = Self.measured(values)
      if head == nil, let inserted = Self.levelAroundInsertedZeros(values) {
        (level, isZeroBackground) = (inserted, true)
        findings.append(.insertedZeros(level, belowZero: below, of: count))
      } else {
        level = Self.level(values)
        findings.append(
          level < 0
            ? .level(level, belowZero: below, of: count) : .undershoot(belowZero: below, of: count))
      }
    }
    self.findings = findings
    self.level = level
    self.isZeroBackground = isZeroBackground
    self.head = head
  }

  /// Returns the volume with a background of 0: the level is subtracted, and values below 0 and air become 0.
  public func callAsFunction(_ volume: Volume) -> Volume {
    var result = volume
    apply(to: &result)
    return result
  }

  /// Corrects the volume in place, as `callAsFunction` does.
  func apply(to volume: inout Volume) {
    let (level, isZeroBackground) = (level, isZeroBackground)
    var voxels = volume.voxels.mutableSpan
    for index in voxels.indices {
      let value = voxels[index]
      voxels[index] = isZeroBackground && value == 0 ? 0 : max(value - level, 0)
    }
    guard let head else { return }
    for index in voxels.indices where head.labels[index] == 0 { voxels[index] = 0 }
  }
}

// MARK: - The level

extension BackgroundCorrection {
  /// The background is the darkest part of a scan. Its level is the first percentile and not the minimum, because one
  /// bad voxel can decide the minimum.
  private static let darkest = 1.0
  /// The bright end of the range of intensities, in percent of the voxels.
  private static let brightest = 99.5
  /// Values below 0 by less than this share of the range are undershoots of an interpolation.
  private static let undershoot = 0.03
  /// Zeros that lie above the dark end of the values by more than this share of the range are not a level of air.
  private static let middle = 0.1

  /// Returns the values that were measured.
  ///
  /// If the minimum fills much of the image and lies further below the other values than their entire range, it is left
  /// out: values such as -1024 or -32768 mark places without a measurement.
  private static func measured(_ values: [Float]) -> [Float] {
    let minimum = ValueRange(values).minimum
    guard OrderStatistics(of: values).percentile(darkest) == Double(minimum) else { return values }
    let others = values.filter { $0 > minimum }
    let rest = OrderStatistics(of: others)
    guard let dark = rest.percentile(darkest), let bright = rest.percentile(brightest),
      dark - Double(minimum) > bright - dark
    else { return values }
    return others
  }

  /// Returns the background level of values, or 0 if values below 0 are only undershoots.
  private static func level(_ values: [Float]) -> Float {
    let statistics = OrderStatistics(of: values)
    guard let low = statistics.percentile(darkest), let high = statistics.percentile(brightest) else {
      return 0
    }
    // Without a range there is no undershoot either.
    return low >= 0 || (high > 0 && -low <= undershoot * high) ? 0 : Float(low)
  }

  /// Returns the background level of a scan of which only the head was standardized. In such a scan many voxels are
  /// exactly 0, and the values of the head are on both sides of 0. Returns `nil` for any other scan.
  private static func levelAroundInsertedZeros(_ values: [Float]) -> Float? {
    let others = values.filter { $0 != 0 }
    let zeros = values.count - others.count
    let below = others.count { $0 < 0 }
    guard zeros * 10 >= values.count, below * 10 >= others.count else { return nil }
    let statistics = OrderStatistics(of: others)
    guard let dark = statistics.percentile(0.1), let low = statistics.percentile(darkest),
      let high = statistics.percentile(brightest), high > 0, -low > middle * (high - low)
    else { return nil }
    return Float(dark)
  }
}

extension BackgroundCorrection.Finding: CustomStringConvertible {
  /// A sentence for the user: what was found and what was done.
  public var description: String {
    switch self {
    case .level(let level, let below, let count):
      "\(Self.share(below, count)) are below 0, which a T1w scan does not have: \(level) was estimated as the background level and subtracted"
    case .undershoot(let below, let count):
      "\(Self.share(below, count)) are below 0, which a T1w scan does not have: they were set to 0"
    case .insertedZeros(let level, let below, let count):
      "\(Self.share(below, count)) are below 0, and a background of exactly 0 lies in the middle of the head's values: \(level) was estimated as the background level"
    case .noise(let noise, let count):
      "the air is noise as bright as the head, as in MP2RAGE: \(Self.share(noise, count)) outside of the head were set to 0"
    }
  }

  /// Returns a number of voxels as text, for example `1,234 voxels (5.1 %)`.
  private static func share(_ part: Int, _ count: Int) -> String {
    "\(part.grouped) voxels (\((1000 * Double(part) / Double(count)).rounded() / 10) %)"
  }
}

extension NIfTIImage {
  /// Corrects the background of the volume if necessary, and reports the correction as a warning about the file.
  public mutating func correctBackground() {
    guard let correction = BackgroundCorrection(of: volume) else { return }
    InputWarnings.report(correction.findings, in: path)
    correction.apply(to: &volume)
  }
}
