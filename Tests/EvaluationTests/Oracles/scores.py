"""Makes the numbers of SegmentationScoresTests and ScoreTableTests with scikit-learn and NumPy.

    pip install numpy scikit-learn && python3 Tests/EvaluationTests/Oracles/scores.py
"""

import numpy as np
from sklearn.metrics import cohen_kappa_score, f1_score, jaccard_score, precision_score, recall_score

VOXEL = 1.2 * 1.0 * 0.9  # mm3
n = np.arange(7 * 6 * 5, dtype=np.int64)


def maps(subject):
    """The label maps that the Swift tests build with the same formulas."""
    reference = (n * n * 31 + 7 * n + subject) % 11 % 4
    prediction = np.where((n * 13 + subject) % 5 == 0, (reference + 1) % 4, reference)
    return prediction, reference


for subject in (1, 2, 3):
    prediction, reference = maps(subject)
    for label in (1, 2, 3):
        p, r = prediction == label, reference == label
        volumes = p.sum() * VOXEL / 1000, r.sum() * VOXEL / 1000
        similarity = 1 - abs(volumes[0] - volumes[1]) / (volumes[0] + volumes[1])
        scores = (
            f1_score(r, p), jaccard_score(r, p), recall_score(r, p), recall_score(r, p, pos_label=0),
            precision_score(r, p), similarity, cohen_kappa_score(r, p), *volumes, abs(volumes[0] - volumes[1]),
            volumes[0] / volumes[1] - 1)
        print(f"({subject}, {label}, [" + ", ".join(f"{score:.9f}" for score in scores) + "]),")

for label in (1, 2, 3):
    dice = [f1_score(maps(s)[1] == label, maps(s)[0] == label) for s in (1, 2, 3)]
    print(f"({label}, {np.mean(dice):.9f}, {np.std(dice, ddof=1):.9f}),")
