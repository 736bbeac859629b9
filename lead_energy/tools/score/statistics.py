"""How well a score tells won leads from lost ones; plain Python, plain values.

A sample is a list of pairs of score and whether the lead was won.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from math import exp

# a fit with so little data says nothing
MINIMUM = 40
# pulls the weights of rare features towards 0
RIDGE = 1.0
ITERATIONS = 25
PRECISION = 1e-6

Sample = Sequence[tuple[float, bool]]


def is_enough(outcomes: Sequence[bool]) -> bool:
    """Return whether there are at least 40 won and 40 lost."""
    won = sum(outcomes)
    return won >= MINIMUM and len(outcomes) - won >= MINIMUM


def get_auc(sample: Sample) -> float | None:
    """Return how likely a won lead has the higher score than a lost one; ties half."""
    won = sum(1 for _score, is_won in sample if is_won)
    lost = len(sample) - won
    if not won or not lost:
        return None
    ranks, position = 0.0, 0
    ordered = sorted(sample, key=lambda pair: pair[0])
    while position < len(ordered):
        end = position
        while end < len(ordered) and ordered[end][0] == ordered[position][0]:
            end += 1
        mean_rank = (position + 1 + end) / 2
        ranks += mean_rank * sum(1 for _s, is_won in ordered[position:end] if is_won)
        position = end
    return (ranks - won * (won + 1) / 2) / (won * lost)


def get_lift(sample: Sample) -> list[tuple[int, float, float, float]]:
    """Return for each tenth, best scores first: (leads, won, share, lift).

    Leads of one score count as won by their mean, as their order is chance.
    """
    by_score = defaultdict(list)
    for score, is_won in sample:
        by_score[score].append(is_won)
    means = {score: sum(won) / len(won) for score, won in by_score.items()}
    ordered = sorted((score for score, _is_won in sample), reverse=True)
    share = sum(1 for _score, is_won in sample if is_won) / len(sample)
    tenths = []
    for tenth in range(10):
        start, end = len(ordered) * tenth // 10, len(ordered) * (tenth + 1) // 10
        leads = ordered[start:end]
        won = sum(means[score] for score in leads)
        part = won / len(leads) if leads else 0
        tenths.append((len(leads), won, part, part / share if share else 0))
    return tenths


def get_precision_recall(
    sample: Sample, threshold: float
) -> tuple[float | None, float | None]:
    """Return the share won of the leads from ``threshold`` on, and of the won those.

    None where there is nothing to divide by.
    """
    chosen = [is_won for score, is_won in sample if score >= threshold]
    won = sum(1 for _score, is_won in sample if is_won)
    return (
        sum(chosen) / len(chosen) if chosen else None,
        sum(chosen) / won if won else None,
    )


def fit_logistic(
    rows: Sequence[Iterable[int]], outcomes: Sequence[bool], count: int
) -> list[float]:
    """Return the weights of a logistic regression, by Newton's method with a ridge.

    :param rows: for each lead the set of its features, numbers below ``count``
    :param outcomes: for each lead whether it was won
    :return: list of weights of the features; the intercept is left out
    """
    size = count + 1  # the intercept is the last
    weights = [0.0] * size
    for _iteration in range(ITERATIONS):
        gradient = [-RIDGE * weight for weight in weights[:-1]] + [0.0]
        hessian = [[0.0] * size for _row in range(size)]
        for index in range(count):
            hessian[index][index] = RIDGE
        hessian[count][count] = PRECISION
        for row, is_won in zip(rows, outcomes, strict=True):
            features = [*row, count]
            chance = _logistic(sum(weights[feature] for feature in features))
            slope = chance * (1 - chance)
            for one in features:
                gradient[one] += is_won - chance
                for other in features:
                    hessian[one][other] += slope
        step = _solve(hessian, gradient)
        weights = [w + s for w, s in zip(weights, step, strict=True)]
        if max(map(abs, step)) < PRECISION:
            break
    return weights[:-1]


def _logistic(value: float) -> float:
    return 1 / (1 + exp(-max(min(value, 35), -35)))


def _solve(matrix: Sequence[Sequence[float]], vector: Sequence[float]) -> list[float]:
    """Solve a system of linear equations by elimination with pivots."""
    rows = [[*row, value] for row, value in zip(matrix, vector, strict=True)]
    size = len(rows)
    for column in range(size):
        pivot = max(range(column, size), key=lambda r, c=column: abs(rows[r][c]))
        rows[column], rows[pivot] = rows[pivot], rows[column]
        for below in range(column + 1, size):
            factor = rows[below][column] / rows[column][column]
            if factor:
                for index in range(column, size + 1):
                    rows[below][index] -= factor * rows[column][index]
    solution = [0.0] * size
    for row in range(size - 1, -1, -1):
        known = sum(rows[row][i] * solution[i] for i in range(row + 1, size))
        solution[row] = (rows[row][size] - known) / rows[row][row]
    return solution
