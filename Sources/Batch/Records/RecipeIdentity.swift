import Files

/// What decides results beside the files that are read for them.
package struct RecipeIdentity: Codable, Hashable, Sendable {
  /// Another build of one version counts too: results that are out of date are worse than some that are made twice.
  package var program: ProgramIdentity
  /// Only those that decide a result's bytes, in a fixed order.
  package var arguments: [String]
  /// Of the network, where there is one.
  package var model: ContentHash?

  package init(program: ProgramIdentity, arguments: [String], model: ContentHash? = nil) {
    self.program = program
    self.arguments = arguments
    self.model = model
  }

  /// Why results of an earlier recipe must be made again; `nil` where it is this one.
  package func change(since old: RecipeIdentity) -> RunReason? {
    if old.program != program {
      return .programChanged(from: old.program.version, to: program.version)
    }
    if old.model != model { return .modelChanged }
    return old.arguments == arguments ? nil : .argumentsChanged
  }
}
