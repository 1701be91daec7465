import Foundation
import NeuralNetwork

/// The same graph in PyTorch, two threads, in each of its number formats and memory formats, eager and compiled.
enum TorchPeer {
  struct Result {
    var times: [(variant: String, seconds: Double)]
    /// Of the process, over all variants.
    var peakMegabytes: Double
  }

  /// - Parameter variants: `all`, `f32`, or `bf16` for bf16 and channels last alone, eager.
  /// - Returns: `nil` where there is no PyTorch.
  static func run(
    _ graph: Graph, _ purpose: String, _ shape: String, repetitions: Int, variants: String = "all"
  ) throws -> Result? {
    let nodes = String(decoding: try JSONEncoder().encode(graph), as: UTF8.self)
    let arguments = [nodes, purpose, shape, String(repetitions), variants]
    guard let lines = try Peer.lines(script, arguments) else { return nil }
    var result = Result(times: [], peakMegabytes: .nan)
    for line in lines {
      let fields = line.split(separator: "\t")
      guard fields.count == 2, let number = Double(fields[0]) else { continue }
      if fields[1] == "peak" {
        result.peakMegabytes = number
      } else {
        result.times.append((String(fields[1]), number))
      }
    }
    return result
  }

  private static let script = """
    import itertools, json, resource, sys, time, torch
    from torch import nn
    import torch.nn.functional as F
    torch.set_num_threads(2)

    def case(operation):
        return next(iter(operation.items()))

    class Network(nn.Module):
        def __init__(self, nodes):
            super().__init__()
            self.nodes, self.layers, channels = nodes, nn.ModuleDict(), []
            for place, node in enumerate(nodes):
                name, values = case(node["operation"])
                count = channels[node["inputs"][0]] if node["inputs"] else None
                if name == "input": count = values["_0"]["channels"]
                elif name == "convolution":
                    self.layers[str(place)] = nn.Conv3d(
                        count, values["outputChannels"], tuple(values["kernel"]), tuple(values["stride"]),
                        tuple(values["padding"]))
                    count = values["outputChannels"]
                elif name == "instanceNormalization":
                    self.layers[str(place)] = nn.InstanceNorm3d(count, affine=True)
                elif name == "concatenation": count = sum(channels[i] for i in node["inputs"])
                channels.append(count)

        def forward(self, x):
            values = []
            for place, node in enumerate(self.nodes):
                name, _ = case(node["operation"])
                inputs = [values[i] for i in node["inputs"]]
                if name == "input": y = x
                elif name in ("convolution", "instanceNormalization"): y = self.layers[str(place)](inputs[0])
                elif name == "relu": y = F.relu(inputs[0])
                elif name == "linearUpsampling":
                    y = F.interpolate(inputs[0], scale_factor=2, mode="trilinear", align_corners=False)
                elif name == "concatenation": y = torch.cat(inputs, 1)
                elif name == "softmax": y = inputs[0].float().softmax(1)
                else: raise SystemExit("no " + name)
                values.append(y)
            return values[-1]

    def loss(p, target):
        wanted = F.one_hot(target, p.shape[1]).movedim(-1, 1).float()
        space = (2, 3, 4)
        dice = (2 * (p * wanted).sum(space) + 1e-5) / (p.sum(space) + wanted.sum(space) + 1e-5)
        return F.nll_loss(torch.log(p.clamp_min(1e-7)), target) + 1 - dice[:, 1:].mean()

    nodes, purpose, shape = json.loads(sys.argv[1]), sys.argv[2], [int(n) for n in sys.argv[3].split("x")]
    repetitions, variants = int(sys.argv[4]), sys.argv[5]
    choices = list(itertools.product((False, True), (True, False), (False, True)))
    best = float("inf")
    if variants == "f32": choices = [choice for choice in choices if not choice[1]]
    for compiled, half, last in [(False, True, True)] if variants == "bf16" else choices:
        torch.manual_seed(0)
        network, x = Network(nodes), torch.rand(shape)
        if last:
            network = network.to(memory_format=torch.channels_last_3d)
            x = x.to(memory_format=torch.channels_last_3d)
        run = torch.compile(network) if compiled else network
        if purpose == "inference":
            network.eval()
            def step():
                with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=half): run(x)
        else:
            optimizer = torch.optim.AdamW(network.parameters())
            target = torch.randint(0, 4, [shape[0]] + shape[2:])
            def step():
                optimizer.zero_grad()
                with torch.autocast("cpu", torch.bfloat16, enabled=half): p = run(x)
                loss(p, target).backward()
                optimizer.step()
        try:
            step()
            times = []
            # What takes twice the best's time at its second step is not timed again.
            while len(times) < repetitions and (not times or times[0] < 2 * best):
                start = time.perf_counter(); step(); times.append(time.perf_counter() - start)
            best = min(best, min(times))
        except Exception as error:
            continue
        name = ("compiled" if compiled else "eager") + (", bf16" if half else ", f32")
        print(min(times), name + (", channels last" if last else ", contiguous"), sep="\\t", flush=True)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6, "peak", sep="\\t")
    """
}
