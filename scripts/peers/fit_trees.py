"""Fits one kind of tree ensemble, as often as asked: one request a line on stdin, one answer a line on stdout.

usage: fit_trees.py lightgbm|sklearn-hgb|sklearn-rf TREES LEAVES LEARNING_RATE MIN_ROWS
request: {"train": FILE, "heldOut": FILE}
answer:  {"fitSeconds", "fitCpuSeconds", "scoreSeconds" of scoring the held-out rows, "averagePrecision" on them, "peakMb"}

Files hold 64-bit floats, one of COLUMNS columns after the other, the labels last. Everything runs on one thread;
importing and reading are not timed. The forest keeps its own ways but for the number of trees.
"""

import json
import os
import sys
import time

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

import numpy as np

from peak_memory import peak_mb

COLUMNS = 40
SEED = 1


def read(file):
    values = np.fromfile(file, dtype="<f8").reshape(COLUMNS + 1, -1)
    return np.ascontiguousarray(values[:COLUMNS].T), values[COLUMNS].astype(np.int32)


def maker(kind, trees, leaves, rate, min_rows):
    if kind == "lightgbm":
        from lightgbm import LGBMClassifier

        return lambda: LGBMClassifier(
            n_estimators=trees,
            num_leaves=leaves,
            learning_rate=rate,
            min_child_samples=min_rows,
            n_jobs=1,
            random_state=SEED,
            verbose=-1,
        )
    if kind == "sklearn-hgb":
        from sklearn.ensemble import HistGradientBoostingClassifier

        return lambda: HistGradientBoostingClassifier(
            max_iter=trees,
            max_leaf_nodes=leaves,
            learning_rate=rate,
            min_samples_leaf=min_rows,
            early_stopping=False,
            random_state=SEED,
        )
    from sklearn.ensemble import RandomForestClassifier

    return lambda: RandomForestClassifier(n_estimators=trees, n_jobs=1, random_state=SEED)


def main():
    from sklearn.metrics import average_precision_score

    kind, trees, leaves, rate, min_rows = sys.argv[1:]
    make = maker(kind, int(trees), int(leaves), float(rate), int(min_rows))
    for line in sys.stdin:
        files = json.loads(line)
        rows, labels = read(files["train"])
        held_rows, held_labels = read(files["heldOut"])
        model = make()
        started, started_cpu = time.perf_counter(), time.process_time()
        model.fit(rows, labels)
        fitted, fitted_cpu = time.perf_counter(), time.process_time()
        scores = model.predict_proba(held_rows)[:, 1]
        scored = time.perf_counter()
        answer = {
            "fitSeconds": fitted - started,
            "fitCpuSeconds": fitted_cpu - started_cpu,
            "scoreSeconds": scored - fitted,
            "averagePrecision": average_precision_score(held_labels, scores),
            "peakMb": peak_mb(),
        }
        print(json.dumps(answer), flush=True)


main()
