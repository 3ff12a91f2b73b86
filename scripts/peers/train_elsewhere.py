"""Trains LightGBM on what `smart-etl model matrix FOLDER` wrote, and writes the files that `smart-etl model import FOLDER` reads.

Usage: pip install -r scripts/peers/onnx-requirements.txt; python scripts/peers/train_elsewhere.py FOLDER
"""
import csv
import json
import sys

import lightgbm
import numpy as np
import onnx
import onnxmltools
from onnxmltools.convert.common.data_types import FloatTensorType

folder = sys.argv[1]
about = json.load(open(f"{folder}/about.json"))
for head in ("week", "day"):
    names = [feature["name"] for feature in about[head]["features"]]
    with open(f"{folder}/{head}.csv", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["part"] == "early"]
    x = np.array([[float(row[name] or "nan") for name in names] for row in rows])
    model = lightgbm.LGBMClassifier(
        n_estimators=60, learning_rate=0.05, num_leaves=7, min_child_samples=50, random_state=1, verbose=-1
    )
    model.fit(x, [int(row["label"]) for row in rows], sample_weight=[float(row["weight"]) for row in rows])
    onnx_model = onnxmltools.convert_lightgbm(model, initial_types=[("x", FloatTensorType([None, len(names)]))])
    onnx.helper.set_model_props(
        onnx_model, {"feature_names": json.dumps(names), "trained_at": about["trained_at"]["early"]}
    )
    with open(f"{folder}/lightgbm-{head}.onnx", "wb") as file:
        file.write(onnx_model.SerializeToString())
