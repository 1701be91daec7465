"""Runs ONNX files with onnxruntime, after onnx's own checks.

Reads from a JSON file [{"model": path, "runs": [{input name: {"shape": [...], "values": [...]}}]}] and prints
a JSON list with, for each file, what it says of itself and the output of each run.
"""

import json
import sys

import numpy
import onnx
import onnxruntime


def described(value):
    return [d.dim_param or d.dim_value for d in value.type.tensor_type.shape.dim]


def tensor(array):
    return {"shape": list(array.shape), "values": array.astype("float64").ravel().tolist()}


def answer(job):
    model = onnx.load(job["model"])
    onnx.checker.check_model(model, full_check=True)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    # 3: errors alone. 2 also warns, for instance where a declared size is not the one that comes out.
    options.log_severity_level = 2
    session = onnxruntime.InferenceSession(job["model"], options, providers=["CPUExecutionProvider"])
    outputs = []
    for run in job["runs"]:
        feed = {n: numpy.array(t["values"], "float32").reshape(t["shape"]) for n, t in run.items()}
        (output,) = session.run(None, feed)
        outputs.append(tensor(output))
    return {
        "opset": model.opset_import[0].version,
        "irVersion": model.ir_version,
        "producer": [model.producer_name, model.producer_version],
        "inputs": {v.name: [str(d) for d in described(v)] for v in model.graph.input},
        "outputs": {v.name: [str(d) for d in described(v)] for v in model.graph.output},
        "metadata": {entry.key: entry.value for entry in model.metadata_props},
        "weights": {
            t.name: tensor(onnx.numpy_helper.to_array(t))
            for t in model.graph.initializer
            if t.data_type == onnx.TensorProto.FLOAT
        },
        "results": outputs,
    }


with open(sys.argv[1]) as jobs:
    print(json.dumps([answer(job) for job in json.load(jobs)]))
