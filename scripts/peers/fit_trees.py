"""Fits the peers' tree ensembles on a matrix, one request a line on stdin, one answer a line on stdout.

usage: fit_trees.py TRAIN HELD_OUT ROUNDS LEAVES LEARNING_RATE MIN_ROWS
request: lightgbm | sklearn_hgb | sklearn_rf
answer:  {"seconds": of the fit, "ap": average precision on HELD_OUT, "score_seconds": of scoring HELD_OUT, "peak_mb"}

Files hold 64-bit floats, one column after the other, the labels last. All of it on one thread; importing and reading
are not timed. Each learner gets the layout that it is fastest with.
"""

import json
import os
import sys
import time

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

import lightgbm
import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.metrics import average_precision_score

COLUMNS = 40
SEED = 1


def peak_mb():
    """Largest resident memory of this program alone; ru_maxrss would count what started it as well."""
    try:
        with open("/proc/self/status") as status:
            for line in status:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1]) / 1024
    except FileNotFoundError:
        pass
    import resource

    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def read(file):
    values = np.fromfile(file, dtype="<f8").reshape(COLUMNS + 1, -1)
    return values[:COLUMNS].T, values[COLUMNS].astype(np.int32)


def main():
    train, held_out, rounds, leaves, rate, min_rows = sys.argv[1:]
    rounds, leaves, rate, min_rows = int(rounds), int(leaves), float(rate), int(min_rows)
    X, y = read(train)
    held_X, held_y = read(held_out)
    by_rows, held_by_rows = np.ascontiguousarray(X), np.ascontiguousarray(held_X)

    def lightgbm_model():
        return lightgbm.LGBMClassifier(
            n_estimators=rounds,
            num_leaves=leaves,
            learning_rate=rate,
            min_child_samples=min_rows,
            n_jobs=1,
            random_state=SEED,
            verbose=-1,
        )

    def sklearn_hgb_model():
        return HistGradientBoostingClassifier(
            max_iter=rounds,
            max_leaf_nodes=leaves,
            learning_rate=rate,
            min_samples_leaf=min_rows,
            early_stopping=False,
            random_state=SEED,
        )

    def sklearn_rf_model():
        return RandomForestClassifier(n_estimators=rounds, n_jobs=1, random_state=SEED)

    models = {"lightgbm": lightgbm_model, "sklearn_hgb": sklearn_hgb_model, "sklearn_rf": sklearn_rf_model}
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        model = models[line.strip()]()
        started = time.perf_counter()
        model.fit(by_rows, y)
        fitted = time.perf_counter()
        scores = model.predict_proba(held_by_rows)[:, 1]
        scored = time.perf_counter()
        answer = {
            "seconds": fitted - started,
            "ap": average_precision_score(held_y, scores),
            "score_seconds": scored - fitted,
            "peak_mb": peak_mb(),
        }
        print(json.dumps(answer), flush=True)


main()
