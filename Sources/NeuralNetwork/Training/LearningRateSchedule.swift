import Foundation

/// A learning rate schedule: the learning rate as a function of the progress of a training.
public struct LearningRateSchedule: Hashable, Codable, Sendable {
  /// The decrease of the rate after the warm-up.
  public enum Decay: Hashable, Codable, Sendable {
    /// No decrease.
    case constant
    /// Half a cosine from the peak to 0 (Loshchilov and Hutter 2017, arXiv 1608.03983).
    case cosine
    /// The given power of (1 − t). nnU-Net uses 0.9 (Isensee et al. 2021).
    case polynomial(power: Float)
  }

  /// The highest rate.
  public var peak: Float
  /// The decrease of the rate after the warm-up.
  public var decay: Decay
  /// The share of the training in which the rate increases linearly from 0 to the peak.
  public var warmUp: Float

  /// Makes a schedule from its parts.
  public init(peak: Float, decay: Decay = .cosine, warmUp: Float = 0) {
    self.peak = peak
    self.decay = decay
    self.warmUp = warmUp
  }

  /// Returns the rate at a progress of the training from 0 to 1.
  public func rate(at progress: Float) -> Float {
    if progress < warmUp { return peak * progress / warmUp }
    let t = warmUp < 1 ? Swift.min(1, (progress - warmUp) / (1 - warmUp)) : 1
    switch decay {
    case .constant: return peak
    case .cosine: return peak * 0.5 * (1 + cosf(.pi * t))
    case .polynomial(let power): return peak * powf(1 - t, power)
    }
  }
}
