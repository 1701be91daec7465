import COneDNN

/// One piece of work of a compiled network, with the memory that it reads and writes.
struct Step {
  enum Work {
    /// oneDNN's, with its arguments by index.
    case primitive(Primitive, [(index: Int32, memory: Memory)])
    /// Our own, over the memory it names; gets the run's state.
    case custom(name: String, touches: [Memory], body: (RunState) -> Void)
  }

  var work: Work
  /// The node of the graph that it belongs to, by name.
  var node: String

  var touched: [Memory] {
    switch work {
    case .primitive(_, let arguments): arguments.map(\.memory)
    case .custom(_, let touches, _): touches
    }
  }

  var name: String {
    switch work {
    case .primitive(let primitive, _): primitive.name
    case .custom(let name, _, _): name
    }
  }
}

/// What changes from run to run.
struct RunState {
  /// Of this step's dropout masks.
  var seed: UInt64 = 0
  var threads: Int
}
