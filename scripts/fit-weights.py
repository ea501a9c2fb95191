#!/usr/bin/env python3
"""Fits the weights of the score (shared/src/matching/variant.rs) and its scale on labelled pairs. Needs numpy.

    cv-matching evaluate-matching --data DIR --signals signals.ndjson
    scripts/fit-weights.py signals.ndjson

The mean of a pair's signals, each by its weight and certainty, is fitted so that the relevant documents of each query come first:
the cross entropy of the softmax over the query's documents against the relevant ones (ListNet: Cao et al. 2007). Weights are
not negative. Each set counts the same. Signals on which the labels say too little (education, languages, place, experience)
and the skills and the title, which readers check, are held near the weights of PRIOR (a Gaussian prior on all weights).
Reported are the metrics on all queries, and of weights that were fitted without the query's fifth (five folds).
Then the scale is fitted: score = 100 / (1 + exp(-steepness * (mean - middle))), by logistic regression, each set by half."""

import json
import sys

import numpy as np

PRIOR = {"skills": 10, "title": 6, "occupation": 33, "experience": 4, "education": 2, "languages": 2, "embedding": 12,
         "vocabulary": 29, "place": 2}
NAMES = list(PRIOR)
# How much a weight that is one hundredth off its prior costs, against the cross entropy.
STRENGTH = 2.0
# How sharp the softmax is, in points of the mean from 0 to 1.
SHARPNESS = 25.0
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


def loss_and_gradient(weights, sets, prior):
    loss, gradient = 0.0, np.zeros_like(weights)
    for values, certainty, gains in sets:
        whole = np.maximum(certainty @ weights, 1e-9)
        mean = (values * certainty) @ weights / whole
        scores = SHARPNESS * mean
        scores -= scores.max(1, keepdims=True)
        shares = np.exp(scores) / np.exp(scores).sum(1, keepdims=True)
        wanted = (gains > 0) / (gains > 0).sum(1, keepdims=True)
        loss -= (wanted * np.log(shares + 1e-12)).sum(1).mean() / len(sets)
        of_mean = SHARPNESS * (shares - wanted) / len(gains) / len(sets)
        slope = certainty * (values - mean[..., None]) / whole[..., None]
        gradient += np.einsum("qd,qds->s", of_mean, slope)
    return loss + STRENGTH * ((weights - prior) ** 2).sum(), gradient + 2 * STRENGTH * (weights - prior)


def fit(sets):
    """Projected gradient descent with backtracking on weights that are not negative and add up to one."""
    prior = np.array([PRIOR[name] for name in NAMES], float)
    prior /= prior.sum()
    weights, step = prior.copy(), 0.1
    loss, gradient = loss_and_gradient(weights, sets, prior)
    for _ in range(500):
        trial = np.maximum(weights - step * gradient, 0)
        trial /= trial.sum()
        trial_loss, trial_gradient = loss_and_gradient(trial, sets, prior)
        if trial_loss < loss:
            done = loss - trial_loss < 1e-7
            weights, loss, gradient, step = trial, trial_loss, trial_gradient, step * 1.5
            if done:
                break
        else:
            step /= 2
            if step < 1e-9:
                break
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
