extension Trainer {
  /// Where the model goes, and beside it the checkpoint and the log.
  public struct Files: Hashable, Sendable {
    public var model: String
    public var checkpoint: String
    /// Loss and validation Dice by epoch, TSV.
    public var log: String

    /// `model.safetensors` with `model.checkpoint.safetensors` and `model.log.tsv` beside it.
    public init(model: String) {
      self.model = model
      let stem = model.hasSuffix(".safetensors") ? String(model.dropLast(".safetensors".count)) : model
      checkpoint = stem + ".checkpoint.safetensors"
      log = stem + ".log.tsv"
    }
  }
}
