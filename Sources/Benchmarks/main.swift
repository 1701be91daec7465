import NeuralNetwork
import Foundation
var a = Autoencoder(outputChannels: 4)
if CommandLine.arguments.count > 1 { a.channels = Int(CommandLine.arguments[1])! ; a.levels = Int(CommandLine.arguments[2])! ; a.decoderConvolutions = Int(CommandLine.arguments[3])! ; a.encoderConvolutions = Int(CommandLine.arguments[4])!}
let n = CommandLine.arguments.count > 5 ? Int(CommandLine.arguments[5])! : 96
let g = a.graph
var rng = SystemRandomNumberGenerator()
let t = CommandLine.arguments.contains("train")
let c0 = Date()
let e = try Executable(g, batch: t ? 2 : 1, size: [n,n,n], purpose: t ? .training() : .inference)
print("compile", Date().timeIntervalSince(c0), "bytes", e.plannedByteCount, "parameters", Parameters(zerosFor: g).values.count)
try e.setParameters(Parameters(for: g, using: &rng))
let x = Tensor(shape: [t ? 2 : 1,1,n,n,n], values: (0..<(t ? 2 : 1)*n*n*n).map { _ in Float.random(in: 0...1) })
if t {
  var grad = Parameters(zerosFor: g).values
  let tgt = Target.classes((0..<2*n*n*n).map { UInt8($0 % 4) })
  for _ in 0..<3 { let s = Date(); _ = try e.learn(from: [x], target: tgt, loss: Loss(.crossEntropy)+Loss(.softDice(includingBackground: false)), gradient: &grad); print("step", Date().timeIntervalSince(s)) }
} else { for _ in 0..<3 { let s = Date(); _ = try e.predict([x]); print("predict", Date().timeIntervalSince(s)) } }
_ = try e.profile([x])
for (name, s) in try e.profile([x]) { print(String(format: "%7.1f ms", s*1000), name) }
if t {
  var grad = Parameters(zerosFor: g).values
  let tgt = Target.classes((0..<2*n*n*n).map { UInt8($0 % 4) })
  for _ in 0..<3 {
    let s = Date(); _ = try e.learn(from: [x], target: tgt, loss: Loss(.crossEntropy)+Loss(.softDice(includingBackground: false)), gradient: &grad); let a = Date(); let total = try e.profile([x]).reduce(0) { $0 + $1.seconds }
    print("learn", a.timeIntervalSince(s), "profile", total)
  }
}
