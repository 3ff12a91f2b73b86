"""Trains small models with LightGBM and scikit-learn, writes them as ONNX, and what onnxruntime says of 60 rows.

Usage: pip install -r scripts/peers/onnx-requirements.txt; python scripts/peers/make_onnx.py tests/fixtures/onnx
Then `npx biome check --write tests/fixtures/onnx`. Only tests of the import read what it makes.
"""
import json
import sys
import warnings
from pathlib import Path

import lightgbm
import numpy as np
import onnx
import onnx.helper
import onnxmltools
import onnxruntime
from onnxmltools.convert.common.data_types import FloatTensorType
from skl2onnx import to_onnx
from sklearn.ensemble import (
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

warnings.filterwarnings("ignore")
NAMES = ["failed_28d", "failure_rate_28d", "age_days", "duration_trend", "disk_free_share"]


def accept_flags() -> None:
    """skl2onnx 1.20 hands booleans where onnx 1.23 wants ints (histogram boosting)."""
    make_attribute = onnx.helper.make_attribute

    def made(key, value, *rest, **more):
        if isinstance(value, list) and value and isinstance(value[0], (bool, np.bool_, np.integer)):
            value = [int(one) for one in value]
        return make_attribute(key, value, *rest, **more)

    onnx.helper.make_attribute = made


def made_up(rows: int, seed: int):
    """Values with one decimal: doubles that floats round, and many ties with thresholds."""
    random = np.random.default_rng(seed)
    x = np.column_stack(
        [
            random.poisson(2, rows),
            random.integers(0, 11, rows) / 10,
            np.round(random.gamma(2, 90, rows), 1),
            np.round(random.normal(size=rows), 1),
            random.integers(0, 101, rows) / 100,
        ]
    ).astype(float)
    margin = x[:, 0] * x[:, 1] - 3 * x[:, 4] + x[:, 3]
    x[random.random(rows) < 0.2, 3] = np.nan
    x[random.random(rows) < 0.1, 4] = np.nan
    # Missing itself tells something: histogram boosting splits on it.
    margin = margin + np.where(np.isnan(x[:, 4]), 2.5, 0)
    return x, (margin + random.logistic(size=rows) > 1).astype(int)


def lightgbm_onnx(model):
    return onnxmltools.convert_lightgbm(model, initial_types=[("input", FloatTensorType([None, len(NAMES)]))])


def second_column(answer):
    """Probability of class 1, of ZipMap's dictionaries, of a matrix, or of a column."""
    if isinstance(answer, list):
        return [row[1] for row in answer]
    answer = np.asarray(answer)
    return answer[:, 1] if answer.ndim == 2 and answer.shape[1] == 2 else answer.ravel()


def main(folder: Path) -> None:
    accept_flags()
    x, y = made_up(800, 1)
    full = np.nan_to_num(x, nan=0.5)
    tests = made_up(60, 2)[0]
    whole = np.nan_to_num(tests, nan=0.5)
    single = x[:1].astype(np.float32)
    quiet = {"verbose": -1, "random_state": 1}
    matrix = {"options": {"zipmap": False}}
    boosting = lightgbm.LGBMClassifier(n_estimators=8, num_leaves=6, **quiet).fit(x, y)
    shares = lightgbm.LGBMRegressor(n_estimators=8, num_leaves=6, **quiet).fit(x, y)
    gradient = GradientBoostingClassifier(n_estimators=8, max_depth=3, random_state=1).fit(full, y)
    histogram = HistGradientBoostingClassifier(max_iter=8, max_leaf_nodes=6, random_state=1).fit(x, y)
    forest = RandomForestClassifier(5, max_depth=4, random_state=1).fit(full, y)
    imputed = make_pipeline(
        SimpleImputer(strategy="median"), RandomForestClassifier(3, max_depth=4, random_state=1)
    ).fit(x, y)
    voting = RandomForestRegressor(5, max_depth=4, random_state=1).fit(full, y)
    scaled = make_pipeline(StandardScaler(), LogisticRegression()).fit(full, y)
    completed = make_pipeline(SimpleImputer(strategy="median"), StandardScaler(), LogisticRegression()).fit(x, y)
    models = {
        "lightgbm-classifier": (lightgbm_onnx(boosting), tests),
        "lightgbm-regressor": (lightgbm_onnx(shares), tests),
        "gradient-boosting": (to_onnx(gradient, single), whole),
        "histogram-boosting": (to_onnx(histogram, single, **matrix), tests),
        "random-forest": (to_onnx(forest, single), whole),
        "random-forest-doubles": (to_onnx(forest, x[:1], **matrix), whole),
        "random-forest-imputed": (to_onnx(imputed, single, **matrix), tests),
        "random-forest-regressor": (to_onnx(voting, single), whole),
        "logistic-scaled": (to_onnx(scaled, single), whole),
        "logistic-imputed": (to_onnx(completed, single, **matrix), tests),
    }
    scores = {}
    for name, (model, rows) in models.items():
        onnx.helper.set_model_props(model, {"feature_names": json.dumps(NAMES)})
        (folder / f"{name}.onnx").write_bytes(model.SerializeToString())
        session = onnxruntime.InferenceSession(model.SerializeToString())
        source = session.get_inputs()[0]
        kind = np.float64 if source.type == "tensor(double)" else np.float32
        answer = second_column(session.run(None, {source.name: rows.astype(kind)})[-1])
        scores[name] = {"complete": rows is whole, "probabilities": [float(one) for one in answer]}
    document = {
        "names": NAMES,
        "rows": [[None if np.isnan(one) else one for one in row] for row in tests.tolist()],
        "missing": 0.5,
        "scores": scores,
    }
    (folder / "scores.json").write_text(json.dumps(document, allow_nan=False))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
