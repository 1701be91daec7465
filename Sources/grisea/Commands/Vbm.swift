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
    abstract: "Test at each voxel whether gray matter is related to a variable of the participants (VBM).",
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
        grisea vbm … --output vbm-age --executor slurm --tasks 10
        grisea vbm … --output vbm-age --shard 3/10    one of ten tasks; afterwards --join 10
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

  @OptionGroup(title: "Cluster") var executor: ExecutorOptions

  @Option(
    help: ArgumentHelp(
      "Join the n shards of the permutations, which --shard i/n has computed, and write the results.",
      valueName: "n"))
  var join: Int?

  @OptionGroup var reporting: ReportingOptions

  func validate() throws {
    try operands.validate()
    guard executor.shard == nil || join == nil else {
      throw ValidationError("--shard and --join exclude each other")
    }
    if let join, join < 1 { throw ValidationError("--join \(join): needed a number of at least 1") }
  }

  private var operands: ImageOperands { ImageOperands(images, list: list.list, .normalizedMaps) }

  private func analysis() throws -> VoxelwiseAnalysis {
    var analysis = VoxelwiseAnalysis(
      options.configuration(maps: try operands.paths(), atlas: atlas.value, seed: seed.seed, output: output))
    analysis.threads = threads.count
    analysis.memoryLimit = memory.memory(jobs: 1).limit
    return analysis
  }

  func run() throws {
    let analysis = try analysis()
    try OutputFolder.make(output)
    if join == nil, executor.submits { return try submit() }
    let tasks = VoxelwiseTasks(analysis, isSilent: reporting.quiet)
    if executor.workList != nil {
      return try tasks.run(executor.items { [] }, shard: executor.shard, output: output)
    }
    let part = executor.shard.map { VoxelwiseAnalysis.Part.part($0.index, of: $0.count) }
    switch try tasks.run(part ?? join.map { .join(of: $0) } ?? .all) {
    case .result(let result): print("\(result.summary)\n\(VoxelwiseFiles.results(in: output)[0])")
    case .part(let path): print(path)
    }
  }

  /// Submits the permutations as tasks of Slurm, whose parts are joined at the end.
  private func submit() throws {
    let tasks = executor.tasks ?? SlurmRequest.voxelwiseTasks(permutations: options.permutations)
    let request = SlurmRequest.voxelwise(
      permutations: options.permutations / tasks, memory: memory.byteCount, threads: threads.threads)
    try ClusterRun(output: output, isSilent: reporting.quiet).submit(
      VoxelwiseTasks.items(tasks), stage: VoxelwiseTasks.name, request: request, executor,
      finishing: ["--join", "\(tasks)"])
  }

  func declaration() throws -> StageDeclaration {
    StageDeclaration(
      inputs: operands.inputs + options.files + atlas.files + executor.files,
      inputPatterns: operands.patterns,
      outputs: executor.shard == nil ? VoxelwiseFiles.results(in: output) : [], memory: memory.byteCount)
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
