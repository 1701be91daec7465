import Files
import Imaging
import NeuralNetwork

extension SegmentationModel {
  /// Checks that the output is a probability of each tissue, in the order of their labels, as losses and labelled
  /// images need it.
  /// - Parameter path: the model's file, for the error's words.
  /// - Throws: `ModelError.otherOutput`.
  public func checkTissueProbabilities(path: String) throws(ModelError) {
    guard labels.map(\.tissue) == Tissue.allCases else {
      throw .otherOutput(
        path: path, found: labels.map(\.tissue.name).joined(separator: ", "),
        needed: Tissue.allCases.map(\.name).joined(separator: ", "))
    }
    guard let last = graph.nodes.last, last.operation == .softmax else {
      throw .otherOutput(path: path, found: graph.nodes.last?.name ?? "nothing", needed: "softmax")
    }
  }
}
