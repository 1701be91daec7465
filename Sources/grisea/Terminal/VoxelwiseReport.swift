import Morphometry

/// Prints what a voxelwise analysis reports while it runs, on standard error.
struct VoxelwiseReport {
  private let isSilent: Bool
  private var progress: Progress?

  /// - Parameter isSilent: whether only warnings are printed.
  init(isSilent: Bool) { self.isSilent = isSilent }

  /// Prints one event.
  mutating func show(_ event: VoxelwiseAnalysis.Event) {
    switch event {
    case .warning(let warning): StandardError.print("warning: \(warning)")
    case .design(let participants, let rank, let degrees):
      say("design: \(participants) scans, rank \(rank), \(degrees) degrees of freedom")
    case .mask(let voxels, let rule): say("mask: \(voxels) voxels where \(rule)")
    case .atlas(let name, let license): say("atlas: \(name); license: \(license)")
    case .memory(let plan):
      let scratch = plan.scratchBytes > 0 ? ", and \(Self.megabytes(plan.scratchBytes)) of scratch file" : ""
      say("memory: at most \(Self.megabytes(plan.bytes))\(scratch)")
    case .plan(let permutations, let isExhaustive, let exchangeability):
      say(
        "permutations: \(isExhaustive ? "all possible " : "")\(permutations), the unpermuted data included; "
          + exchangeability)
    case .permutations(let done, let total):
      if progress == nil { progress = Progress("permutations", total: total, isSilent: isSilent) }
      progress?.update(done)
    }
  }

  /// Clears the line of the progress.
  mutating func finish() { progress?.finish() }

  private func say(_ line: String) { if !isSilent { StandardError.print(line) } }

  private static func megabytes(_ bytes: Int) -> String { "\((bytes + 999_999) / 1_000_000) MB" }
}
