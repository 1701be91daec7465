import COneDNN

/// A step of a compiled network, with the memory that it reads and writes.
struct Step {
  /// The work of a step.
  enum Work {
    /// A primitive of oneDNN, with its arguments by index.
    case primitive(Primitive, [(index: Int32, memory: Memory)])
    /// A computation of our own on the given memory, which receives the state of the run.
    case custom(name: String, touches: [Memory], body: (RunState) -> Void)
  }

  /// The work.
  var work: Work
  /// The name of the node to which the step belongs.
  var node: String

  /// The memory that the step reads or writes.
  var touched: [Memory] {
    switch work {
    case .primitive(_, let arguments): arguments.map(\.memory)
    case .custom(_, let touches, _): touches
    }
  }

  /// The name of the work for messages and profiles.
  var name: String {
    switch work {
    case .primitive(let primitive, _): primitive.name
    case .custom(let name, _, _): name
    }
  }
}

/// The state that differs from run to run.
struct RunState {
  /// The seed of this run's dropout masks.
  var seed: UInt64 = 0
  /// The number of threads.
  var threads: Int
}
