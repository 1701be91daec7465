import Foundation
import Segmentation
import Testing

@Suite struct CalibrationTests {
  @Test(
    "the temperature that labels were drawn with is found", arguments: [0.4, 0.7, 1, 1.6, 3] as [Double])
  func recovery(temperature: Double) throws {
    let (sample, logits, _) = DrawnVoxels.sample(40_000, temperature: temperature, seed: 3)
    let found = try Calibration(sample)
    // The likelihood's curvature in 1 / T is the logits' variance, summed over the voxels: Fisher's information,
    // whose inverse root is the standard error.
    let information = logits.reduce(0.0) { sum, logits in
      let shares = DrawnVoxels.softmax(logits, temperature: temperature)
      let mean = zip(shares, logits).reduce(0) { $0 + $1.0 * $1.1 }
      return sum + zip(shares, logits).reduce(0) { $0 + $1.0 * ($1.1 - mean) * ($1.1 - mean) }
    }
    #expect(abs(1 / found.temperature - 1 / temperature) < 4 / information.squareRoot())
    #expect(found.voxels == 40_000)
    #expect(found.after.negativeLogLikelihood <= found.before.negativeLogLikelihood)
  }

  @Test("at the minimum the mean logit of the right labels is the one that the probabilities expect")
  func stationary() throws {
    let (sample, logits, labels) = DrawnVoxels.sample(5000, temperature: 2, seed: 4)
    let temperature = try Calibration(sample).temperature
    let gap = zip(logits, labels).reduce(0.0) { sum, voxel in
      let shares = DrawnVoxels.softmax(voxel.0, temperature: temperature)
      return sum + zip(shares, voxel.0).reduce(0) { $0 + $1.0 * $1.1 } - voxel.0[voxel.1]
    }
    // The gap's derivative by ln T is at most the logits' variance over T, below 16 / 2; the search knows ln T to
    // 1e-5, and single precision adds as much.
    #expect(abs(gap / 5000) < 3e-4)
  }

  @Test("the negative log-likelihood is that of the formula", arguments: [0.3, 1, 5] as [Double])
  func likelihood(temperature: Double) {
    let (sample, logits, labels) = DrawnVoxels.sample(1000, temperature: 1, seed: 5)
    let wanted =
      zip(logits, labels).reduce(0.0) {
        $0 - log(DrawnVoxels.softmax($1.0, temperature: temperature)[$1.1])
      } / 1000
    // Logarithms in single precision.
    #expect(abs(sample.negativeLogLikelihood(at: temperature) - wanted) < 1e-5)
  }

  @Test("a probability of 0 for the right label is unlikely, and no infinity")
  func zero() {
    var sample = CalibrationSample(channels: 2)
    sample.add(probabilities: [1, 0], label: 1)
    // ln of the least normal number: -126 ln 2.
    #expect(abs(sample.negativeLogLikelihood(at: 1) - 126 * log(2)) < 1e-4)
  }

  @Test(
    "a network that is always right, or wrong as a coin is, has no best temperature; no voxel is no sample")
  func noMinimum() throws {
    var right = CalibrationSample(channels: 2)
    var wrong = CalibrationSample(channels: 2)
    for index in 0..<100 {
      right.add(probabilities: [0.9, 0.1], label: 0)
      wrong.add(probabilities: [0.9, 0.1], label: UInt8(index % 2))
    }
    let errors = [right, wrong].map { sample in
      #expect(throws: CalibrationError.self) { try Calibration(sample) }
    }
    guard case .noMinimum(let low) = errors[0], case .noMinimum(let high) = errors[1] else {
      Issue.record("\(errors)")
      return
    }
    #expect(abs(low - 0.05) < 1e-4 && abs(high - 20) < 1e-2)
    #expect(throws: CalibrationError.noTissue) { try Calibration(CalibrationSample(channels: 4)) }
  }

  @Test("the table shows what was found")
  func text() throws {
    let (sample, _, _) = DrawnVoxels.sample(5000, temperature: 2, seed: 6)
    let found = try Calibration(sample)
    let lines = found.text.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    #expect(lines[0] == ["5000", "voxels", "before", "after"])
    #expect(lines[1] == ["temperature", "1.0000", String(format: "%.4f", found.temperature)])
    let error = [found.before.expectedError, found.after.expectedError].map { String(format: "%.4f", $0) }
    #expect(lines[3] == ["expected", "calibration", "error"] + error)
  }
}
