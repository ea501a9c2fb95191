#!/usr/bin/env python3
"""Fits the weights of the score (shared/src/matching/variant.rs) and its scale on labelled pairs. Needs numpy.

    cv-matching evaluate-matching --data DIR --signals signals.ndjson
    scripts/fit-weights.py signals.ndjson

The weights of the mean of a pair's signals are found by coordinate ascent (Metzler and Croft, "Linear feature-based models for
information retrieval", 2007): from PRIOR on, one weight after the other is multiplied or divided by a step as long as that raises
the sets' mean of nDCG@10 and MAP, each set counted the same, less a small price for leaving the prior. So a weight on which the
labels say nothing stays where it was; one whose signal has data on less than half of a set's pairs (few of these CVs or jobs tell of
education, languages or place) is not fitted at all.
Reported are the metrics on all queries, and of weights that were fitted without the query's fifth (five folds).
Then the scale is fitted: score = 100 / (1 + exp(-steepness * (mean - middle))), by logistic regression, each set by half."""

import json
import sys

import numpy as np

PRIOR = {"skills": 15, "title": 10, "occupation": 25, "experience": 5, "education": 2, "languages": 2, "embedding": 15,
         "vocabulary": 24, "place": 2}
NAMES = list(PRIOR)
# What the square of a weight's distance to its prior costs, with weights that add up to one.
PRICE = 0.1
STEPS = [1.15, 1.4, 2.0, 4.0, 1.15]
LEAST_DATA = 0.5
FOLDS = 5


def read(path):
    """Sets by name: values and certainties (queries x documents x signals) and gains."""
    rows = {}
    for line in open(path, encoding="utf-8"):
        row = json.loads(line)
        rows.setdefault(row["set"], []).append(row)
    sets = {}
    for name, pairs in rows.items():
        shape = (max(p["query"] for p in pairs) + 1, max(p["document"] for p in pairs) + 1)
        values, certainty, gains = np.zeros((*shape, len(NAMES))), np.zeros((*shape, len(NAMES))), np.zeros(shape)
        for pair in pairs:
            place = (pair["query"], pair["document"])
            gains[place] = pair["gain"]
            for signal, (value, sure) in pair["signals"].items():
                values[(*place, NAMES.index(signal))] = value
                certainty[(*place, NAMES.index(signal))] = sure
        keep = gains.sum(1) > 0
        sets[name] = (values[keep], certainty[keep], gains[keep])
    return sets


def means(weights, values, certainty):
    return (values * certainty) @ weights / np.maximum(certainty @ weights, 1e-9)


def gain(weights, sets, prior):
    reached = [metrics(means(weights, values, certainty), gains).mean() for values, certainty, gains in sets]
    return np.mean(reached) - PRICE * ((weights - prior) ** 2).sum()


def fit(sets):
    prior = np.array([PRIOR[name] for name in NAMES], float)
    prior /= prior.sum()
    weights, best = prior.copy(), gain(prior, sets, prior)
    known = np.min([(certainty > 0).mean((0, 1)) for _, certainty, _ in sets], axis=0)
    for step in STEPS:
        improved = True
        while improved:
            improved = False
            for signal in np.flatnonzero(known >= LEAST_DATA):
                for factor in (step, 1 / step):
                    trial = weights.copy()
                    trial[signal] *= factor
                    trial /= trial.sum()
                    reached = gain(trial, sets, prior)
                    if reached > best + 1e-6:
                        weights, best, improved = trial, reached, True
    return weights


def metrics(mean, gains):
    """nDCG@10 and average precision of each query."""
    found = []
    for scores, gain in zip(mean, gains):
        order = np.argsort(-scores, kind="stable")
        discount = 1 / np.log2(np.arange(2, 12))
        top, ideal = gain[order][:10], np.sort(gain)[::-1][:10]
        relevant = gain[order] > 0
        precision = np.cumsum(relevant) / np.arange(1, len(relevant) + 1)
        found.append(((top * discount[: len(top)]).sum() / (ideal * discount[: len(ideal)]).sum(),
                      (precision * relevant).sum() / relevant.sum()))
    return np.array(found)


def fit_scale(mean, relevant, share):
    """Steepness and middle of the logistic curve, by Newton's method."""
    steepness, offset = 1.0, 0.0
    for _ in range(100):
        chance = 1 / (1 + np.exp(-(steepness * mean + offset)))
        error, spread = share * (chance - relevant), share * chance * (1 - chance)
        gradient = np.array([(error * mean).sum(), error.sum()])
        hessian = np.array([[(spread * mean * mean).sum(), (spread * mean).sum()], [(spread * mean).sum(), spread.sum()]])
        change = np.linalg.solve(hessian + 1e-9 * np.eye(2), gradient)
        steepness, offset = steepness - change[0], offset - change[1]
    return steepness, -offset / steepness


def main(path):
    sets = read(path)
    weights = fit(list(sets.values()))
    print("weights:", ", ".join(f"{name} {100 * weight:.1f}" for name, weight in zip(NAMES, weights)))
    chance = np.random.default_rng(0)
    folds = {name: chance.permutation(len(gains)) % FOLDS for name, (_, _, gains) in sets.items()}
    held_out = {name: np.zeros((len(gains), 2)) for name, (_, _, gains) in sets.items()}
    for fold in range(FOLDS):
        without = fit([tuple(part[folds[name] != fold] for part in whole) for name, whole in sets.items()])
        for name, (values, certainty, gains) in sets.items():
            here = folds[name] == fold
            held_out[name][here] = metrics(means(without, values[here], certainty[here]), gains[here])
    all_means, labels, shares = [], [], []
    for name, (values, certainty, gains) in sets.items():
        mean = means(weights, values, certainty)
        fitted, kept_out = metrics(mean, gains).mean(0), held_out[name].mean(0)
        print(f"{name}: nDCG@10 {fitted[0]:.3f} (held out {kept_out[0]:.3f}), MAP {fitted[1]:.3f} ({kept_out[1]:.3f})")
        all_means.append(mean.ravel())
        labels.append((gains > 0).ravel().astype(float))
        shares.append(np.full(gains.size, 1 / gains.size))
    steepness, middle = fit_scale(np.concatenate(all_means), np.concatenate(labels), np.concatenate(shares))
    print(f"scale: steepness {steepness:.2f}, middle {middle:.3f} of the mean from 0 to 1")


if len(sys.argv) != 2:
    sys.exit(__doc__)
main(sys.argv[1])
