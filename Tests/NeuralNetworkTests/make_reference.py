"""Writes Fixtures/reference.json: forward results and gradients of the network's operations, by PyTorch.

    python3 -m venv /tmp/reference && /tmp/reference/bin/pip install torch
    /tmp/reference/bin/python Tests/NeuralNetworkTests/make_reference.py

Everything is computed in double precision from inputs that are short decimals, so that a reader of the
file starts from the very same numbers, and is rounded to eight significant digits.

Tensors are {"shape": [...], "values": [...]}, flat with the last axis fastest; images are [N, C, D, H, W].
Triples (kernel, stride, padding) are in the order D, H, W, and padding is the same on both sides.

cases       inputs, weights, bias -> output; gradients are those of sum(output * cotangent).
            Weights: convolution [O, I, kD, kH, kW], transposedConvolution [I, O, kD, kH, kW],
            dense [O, I] on the input flattened to [N, I], instanceNormalization: weights is the scale [C],
            bias the shift [C], with the biased variance.
losses      prediction (logits; for meanSquaredError the prediction itself), target -> value, gradient with
            respect to the prediction. Targets: class index per voxel [N, D, H, W] for crossEntropy and
            softDice with activation softmax, else a tensor of the prediction's shape.
            softDice: p = activation(logits), t = one-hot target; mean over samples and channels of
            1 - (2 sum(p t) + epsilon) / (sum(p) + sum(t) + epsilon), sums over the voxels of one sample and
            channel; without the background, channel 0 does not enter the mean.
optimizers  weights after each step from `start`, one entry of `gradients` per step.
"""

import json
import pathlib

import torch
import torch.nn.functional as F

torch.manual_seed(20240229)
torch.set_default_dtype(torch.float64)


def random(*shape, scale=1.0, decimals=1):
    return torch.round(torch.randn(*shape) * scale, decimals=decimals)


def distinct(*shape):
    """No two values are equal and none is zero, so a maximum and the kink of a ReLU are unambiguous."""
    count = torch.Size(shape).numel()
    return torch.round((torch.randperm(count) - (count - 1) / 2 + 0.25) / count * 4, decimals=3).reshape(shape)


def tensor(value):
    return {"shape": list(value.shape), "values": [float(f"{x:.8g}") for x in value.detach().flatten().tolist()]}


def integers(value):
    return {"shape": list(value.shape), "values": value.flatten().tolist()}


def case(name, operation, function, inputs, weights=None, bias=None, **parameters):
    """`function` takes the inputs, then the weights and the bias where there are any."""
    leaves = [x.clone().requires_grad_() for x in [*inputs, weights, bias] if x is not None]
    output = function(*leaves)
    cotangent = random(*output.shape)
    gradients = list(torch.autograd.grad((output * cotangent).sum(), leaves))
    entry = {"name": name, "operation": operation, **parameters, "inputs": [tensor(x) for x in inputs]}
    if weights is not None:
        entry["weights"] = tensor(weights)
    if bias is not None:
        entry["bias"] = tensor(bias)
    entry |= {"output": tensor(output), "cotangent": tensor(cotangent)}
    entry["inputGradients"] = [tensor(gradients.pop(0)) for _ in inputs]
    if weights is not None:
        entry["weightGradient"] = tensor(gradients.pop(0))
    if bias is not None:
        entry["biasGradient"] = tensor(gradients.pop(0))
    return entry


def text(triple):
    return "x".join(map(str, triple))


def convolution(batch, channels, size, outputs, kernel, stride=(1, 1, 1), padding=None, bias=True):
    padding = tuple(k // 2 for k in kernel) if padding is None else padding
    fan = channels * torch.Size(kernel).numel()
    name = (f"convolution {channels} to {outputs} channels, kernel {text(kernel)}, stride {text(stride)}, "
            f"padding {text(padding)}, batch {batch}, size {text(size)}" + ("" if bias else ", no bias"))
    return case(
        name, "convolution",
        lambda x, w, b=None: F.conv3d(x, w, b, stride=stride, padding=padding),
        [random(batch, channels, *size)], random(outputs, channels, *kernel, scale=fan ** -0.5, decimals=2),
        random(outputs) if bias else None, kernel=kernel, stride=stride, padding=padding)


def transposed(batch, channels, size, outputs, kernel, stride, padding):
    name = (f"transposed convolution {channels} to {outputs} channels, kernel {text(kernel)}, "
            f"stride {text(stride)}, padding {text(padding)}, batch {batch}, size {text(size)}")
    return case(
        name, "transposedConvolution",
        lambda x, w, b: F.conv_transpose3d(x, w, b, stride=stride, padding=padding),
        [random(batch, channels, *size)], random(channels, outputs, *kernel, scale=channels ** -0.5, decimals=2),
        random(outputs), kernel=kernel, stride=stride, padding=padding)


def pooling(operation, batch, channels, size, kernel, stride):
    function = F.max_pool3d if operation == "maxPooling" else F.avg_pool3d
    return case(
        f"{operation} kernel {kernel}, stride {stride}, batch {batch}, size {text(size)}", operation,
        lambda x: function(x, kernel, stride), [distinct(batch, channels, *size)],
        kernel=[kernel] * 3, stride=[stride] * 3, padding=[0] * 3)


def normalization(batch, channels, size):
    def function(x, scale, shift):
        return F.instance_norm(x, weight=scale, bias=shift, eps=1e-5)
    return case(
        f"instance normalization of {channels} channels, batch {batch}, size {text(size)}",
        "instanceNormalization", function, [random(batch, channels, *size) * 2 + 1],
        1 + random(channels, scale=0.5), random(channels), epsilon=1e-5)


def dense(shape, outputs):
    features = torch.Size(shape[1:]).numel()
    return case(
        f"dense from {text(shape[1:])} to {outputs} features, batch {shape[0]}", "dense",
        lambda x, w, b: F.linear(x.flatten(1), w, b), [random(*shape)],
        random(outputs, features, scale=features ** -0.5, decimals=2), random(outputs))


def cases():
    one, two = (1, 1, 1), (2, 2, 2)
    yield convolution(1, 1, (4, 5, 6), 3, (3, 3, 3))
    yield convolution(2, 3, (3, 4, 5), 5, (3, 3, 3))
    yield convolution(2, 3, (3, 4, 5), 2, (3, 3, 3), bias=False)
    yield convolution(3, 5, (3, 4, 2), 1, (1, 1, 1))
    yield convolution(1, 3, (4, 3, 5), 5, (3, 1, 2), padding=(1, 0, 0))
    yield convolution(2, 3, (4, 5, 3), 3, (3, 1, 2), padding=(1, 0, 1))
    yield convolution(1, 3, (5, 6, 7), 5, (3, 3, 3), padding=(0, 0, 0))
    yield convolution(1, 3, (5, 6, 7), 5, (3, 3, 3), stride=two)
    yield convolution(3, 1, (6, 4, 5), 3, (3, 3, 3), stride=(2, 1, 2))
    yield convolution(2, 5, (5, 6, 3), 3, (1, 1, 1), stride=two)
    yield convolution(2, 3, (6, 4, 4), 5, (2, 2, 2), stride=two, padding=(0, 0, 0))
    yield convolution(1, 16, (2, 3, 3), 2, (3, 3, 3))
    yield convolution(2, 16, (3, 2, 3), 17, (3, 1, 1))
    yield convolution(1, 17, (2, 3, 4), 16, (1, 1, 1))
    yield convolution(1, 17, (2, 4, 5), 16, (1, 1, 3), stride=(1, 2, 2))
    yield transposed(1, 3, (2, 3, 4), 5, (2, 2, 2), two, (0, 0, 0))
    yield transposed(2, 5, (3, 2, 1), 3, (2, 2, 2), two, (0, 0, 0))
    yield transposed(2, 3, (3, 2, 3), 2, (3, 3, 3), two, one)
    yield transposed(1, 16, (1, 2, 2), 3, (2, 2, 2), two, (0, 0, 0))
    for operation in ["maxPooling", "averagePooling"]:
        yield pooling(operation, 2, 3, (4, 4, 6), 2, 2)
        yield pooling(operation, 1, 3, (5, 6, 7), 2, 2)
        yield pooling(operation, 2, 1, (5, 6, 7), 3, 2)
        yield pooling(operation, 1, 17, (2, 3, 2), 2, 2)
    yield normalization(1, 3, (3, 4, 5))
    yield normalization(2, 3, (2, 3, 4))
    yield normalization(2, 17, (2, 2, 3))
    yield dense((3, 7, 1, 1, 1), 5)
    yield dense((1, 17, 1, 1, 1), 16)
    yield dense((2, 3, 2, 1, 3), 4)
    for name, operation, function, parameters in [
        ("ReLU", "relu", F.relu, {}),
        ("leaky ReLU", "leakyRelu", lambda x: F.leaky_relu(x, 0.01), {"slope": 0.01}),
        ("sigmoid", "sigmoid", torch.sigmoid, {}),
        ("softmax over channels", "softmax", lambda x: F.softmax(x, dim=1), {}),
    ]:
        for shape in [(1, 3, 3, 4, 5), (2, 4, 2, 3, 3)]:
            yield case(f"{name}, {text(shape)}", operation, function, [distinct(*shape)], **parameters)
    yield case(
        "concatenation of 3 and 5 channels", "concatenation", lambda *x: torch.cat(x, dim=1),
        [random(2, 3, 2, 3, 3), random(2, 5, 2, 3, 3)])
    yield case(
        "concatenation of 16, 1 and 2 channels", "concatenation", lambda *x: torch.cat(x, dim=1),
        [random(1, 16, 1, 2, 3), random(1, 1, 1, 2, 3), random(1, 2, 1, 2, 3)])
    yield case("addition", "addition", lambda a, b: a + b, [random(2, 3, 2, 3, 4), random(2, 3, 2, 3, 4)])
    for mode, operation, options in [
        ("trilinear", "linearUpsampling", {"align_corners": False}), ("nearest", "nearestUpsampling", {}),
    ]:
        for shape in [(1, 3, 3, 4, 2), (2, 1, 2, 1, 5)]:
            yield case(
                f"{operation} by 2, {text(shape)}", operation,
                lambda x: F.interpolate(x, scale_factor=2, mode=mode, **options), [random(*shape)], factor=[2, 2, 2])


def loss(name, kind, function, prediction, target, **parameters):
    leaf = prediction.clone().requires_grad_()
    value = function(leaf)
    (gradient,) = torch.autograd.grad(value, leaf)
    return {
        "name": name, "loss": kind, **parameters, "prediction": tensor(prediction),
        "target": target, "value": float(f"{value.item():.8g}"), "gradient": tensor(gradient)}


def soft_dice(probability, target, include_background, epsilon):
    axes = (2, 3, 4)
    intersection, total = (probability * target).sum(axes), probability.sum(axes) + target.sum(axes)
    score = 1 - (2 * intersection + epsilon) / (total + epsilon)
    return (score if include_background else score[:, 1:]).mean()


def losses():
    for batch, size in [(1, (3, 4, 5)), (2, (3, 2, 3))]:
        label = f"batch {batch}"
        logits = random(batch, 1, *size) * 2
        mask = torch.randint(0, 2, logits.shape).double()
        yield loss(
            f"binary cross entropy, {label}", "binaryCrossEntropy",
            lambda x: F.binary_cross_entropy(torch.sigmoid(x), mask), logits, integers(mask.int()),
            activation="sigmoid")
        yield loss(
            f"soft Dice of a sigmoid, {label}", "softDice",
            lambda x: soft_dice(torch.sigmoid(x), mask, True, 1e-5), logits, integers(mask.int()),
            activation="sigmoid", includeBackground=True, epsilon=1e-5)
        logits = random(batch, 4, *size) * 2
        # In the second sample class 2 never occurs: the loss's ε matters there.
        classes = torch.randint(0, 4, (batch, *size))
        if batch == 2:
            classes[1][classes[1] == 2] = 1
        yield loss(
            f"cross entropy of 4 classes, {label}", "crossEntropy", lambda x: F.cross_entropy(x, classes), logits,
            integers(classes), activation="softmax")
        one_hot = F.one_hot(classes, 4).movedim(-1, 1).double()
        for background in [True, False]:
            yield loss(
                f"soft Dice of 4 classes {'with' if background else 'without'} background, {label}", "softDice",
                lambda x: soft_dice(F.softmax(x, dim=1), one_hot, background, 1e-5), logits, integers(classes),
                activation="softmax", includeBackground=background, epsilon=1e-5)
        prediction, target = random(batch, 3, *size), random(batch, 3, *size)
        yield loss(
            f"mean squared error, {label}", "meanSquaredError", lambda x: F.mse_loss(x, target), prediction,
            tensor(target))


def optimizer(name, kind, make, **parameters):
    start, gradients = random(7), [random(7) for _ in range(5)]
    weights = start.clone().requires_grad_()
    method, steps = make([weights]), []
    for gradient in gradients:
        weights.grad = gradient.clone()
        method.step()
        steps.append(tensor(weights)["values"])
    return {
        "name": name, "optimizer": kind, **parameters, "start": tensor(start)["values"],
        "gradients": [tensor(x)["values"] for x in gradients], "weights": steps}


def optimizers():
    yield optimizer("gradient descent", "gradientDescent", lambda w: torch.optim.SGD(w, lr=0.1), learningRate=0.1)
    yield optimizer(
        "gradient descent with momentum", "gradientDescent", lambda w: torch.optim.SGD(w, lr=0.1, momentum=0.9),
        learningRate=0.1, momentum=0.9)
    adam = {"learningRate": 0.01, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8}
    yield optimizer("Adam", "adam", lambda w: torch.optim.Adam(w, lr=0.01), **adam)
    yield optimizer(
        "AdamW", "adamW", lambda w: torch.optim.AdamW(w, lr=0.01, weight_decay=0.01), **adam, weightDecay=0.01)


def lines(entries):
    """One key per line, so that a change of one case is a readable difference."""
    blocks = [",\n".join(f"  {json.dumps(k)}: {json.dumps(v, separators=(',', ':'))}" for k, v in e.items())
              for e in entries]
    return "[" + ",\n".join("{\n" + block + "\n}" for block in blocks) + "]"


path = pathlib.Path(__file__).parent / "Fixtures" / "reference.json"
path.write_text(
    "{\n" + f'"library": "PyTorch {torch.__version__.split("+")[0]}",\n"cases": {lines(cases())},\n'
    f'"losses": {lines(losses())},\n"optimizers": {lines(optimizers())}\n' + "}\n")
print(path, path.stat().st_size, "bytes")
