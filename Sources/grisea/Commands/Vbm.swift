import ArgumentParser
import Batch
import Files
import Foundation
import Morphometry
import Numerics
import PipelineRunner

/// `grisea vbm IMAGE… --test TERM --output DIR`
struct Vbm: StageCommand, ReportingCommand {
  static let configuration = CommandConfiguration(
    abstract: "Test at each voxel how gray matter goes with a measure of the participants (VBM).",
    discussion: """
      A linear model is fitted at each voxel of the maps, which lie on one grid, as `grisea normalize` writes them. \
      p-values come from permutations (Freedman and Lane) and are corrected for the family-wise error by the largest \
      statistic: of the voxel, of threshold-free cluster enhancement, and of cluster size and mass. The test is two-sided \
      unless --one-sided is given. The participant is read from each map's name (sub-01).

      Writes statistical maps, clusters.tsv, design.tsv, contrasts.tsv, null.tsv, adjusted_means.tsv, vbm.json, and \
      methods.md with sentences for a paper. Prints the result in one sentence.

      Examples:
        grisea vbm 'derivatives/sub-*/anat/*_desc-modulatedSmoothed8_probseg.nii.gz' \\
          --participants participants.tsv --participants derivatives/group_volumes.tsv \\
          --test age --covariates sex,ICV_ml --seed 1 --output vbm-age
        grisea vbm … --shard 3/10 --output vbm-age    one of ten tasks; afterwards --join 10
      """)

  @Argument(help: "Maps on one grid: files, folders or quoted patterns.")
  var images: [String] = []

  @OptionGroup var list: ListOptions

  @Option(
    name: .shortAndLong, help: "Write results to this folder. It is created if it does not exist.")
  var output: String

  @OptionGroup(title: "Design and test") var options: VoxelwiseOptions
  @OptionGroup(title: "Design and test") var atlas: AtlasOptions
  @OptionGroup(title: "Design and test") var seed: SeedOptions
  @OptionGroup(title: "Computing") var threads: ThreadOptions
  @OptionGroup(title: "Computing") var memory: MemoryOptions

  @Option(
    help: ArgumentHelp(
      "Compute only shard i of n of the permutations, on any machine. Finish with --join n.", valueName: "i/n"
    ))
  var shard: Shard?

  @Option(help: ArgumentHelp("Join the n shards of the permutations and write the results.", valueName: "n"))
  var join: Int?

  @OptionGroup var reporting: ReportingOptions

  func validate() throws {
    try operands.validate()
    guard shard == nil || join == nil else { throw ValidationError("--shard and --join exclude each other") }
    if let join, join < 1 { throw ValidationError("--join \(join): needed a number of at least 1") }
  }

  private var operands: ImageOperands { ImageOperands(images, list: list.list, .normalizedMaps) }

  private var part: VoxelwiseAnalysis.Part {
    if let shard { return .part(shard.index, of: shard.count) }
    return join.map { .join(of: $0) } ?? .all
  }

  func run() throws {
    let maps = try operands.paths()
    try OutputFolder.make(output)
    var analysis = VoxelwiseAnalysis(
      options.configuration(maps: maps, atlas: atlas.value, seed: seed.seed, output: output))
    analysis.threads = threads.count
    analysis.memoryLimit = memory.memory(jobs: 1).limit
    var report = VoxelwiseReport(isSilent: reporting.quiet)
    let outcome = try ParallelLoop.limited(to: threads.count) {
      try analysis.run(part) { report.show($0) }
    }
    report.finish()
    switch outcome {
    case .result(let result): print("\(result.summary)\n\(VoxelwiseFiles.results(in: output)[0])")
    case .part(let path): print(path)
    }
  }

  func declaration() throws -> StageDeclaration {
    StageDeclaration(
      inputs: operands.inputs + options.files + atlas.files, inputPatterns: operands.patterns,
      outputs: shard == nil ? VoxelwiseFiles.results(in: output) : [], memory: memory.byteCount)
  }
}

/// The files of a voxelwise analysis whose names do not depend on the design.
enum VoxelwiseFiles {
  static func results(in folder: String) -> [String] {
    [
      "vbm.json", "clusters.tsv", "design.tsv", "contrasts.tsv", "null.tsv", "adjusted_means.tsv",
      "methods.md",
    ]
    .map(folder.joined)
  }
}
