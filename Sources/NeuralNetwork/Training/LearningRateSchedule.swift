import Foundation

/// The learning rate over a training, as a function of how much of it has passed.
public struct LearningRateSchedule: Hashable, Codable, Sendable {
  public enum Decay: Hashable, Codable, Sendable {
    case constant
    /// Half a cosine, from the peak to 0 (Loshchilov and Hutter 2017, arXiv 1608.03983).
    case cosine
    /// (1 − t) to this power; nnU-Net uses 0.9 (Isensee et al. 2021).
    case polynomial(power: Float)
  }

  /// The highest rate.
  public var peak: Float
  public var decay: Decay
  /// Share of the training in which the rate grows linearly from 0 to the peak.
  public var warmUp: Float

  public init(peak: Float, decay: Decay = .cosine, warmUp: Float = 0) {
    self.peak = peak
    self.decay = decay
    self.warmUp = warmUp
  }

  /// The rate when `progress` of the training, 0 to 1, has passed.
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
