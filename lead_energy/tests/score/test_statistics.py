import random
from math import exp, log

from odoo.tests import BaseCase, tagged

from ...tools.score import statistics
from ...tools.score.grades import Published

WON, LOST = True, False


def get_likelihood(rows, outcomes, weights, intercept):
    """Return the logarithm of the likelihood, less the ridge: what a fit maximises."""
    total = -0.5 * statistics.RIDGE * sum(weight**2 for weight in weights)
    for row, is_won in zip(rows, outcomes, strict=True):
        value = intercept + sum(weights[feature] for feature in row)
        total -= log(1 + exp(-value if is_won else value))
    return total


def climb(rows, outcomes, count):
    """Return the weights found by steps uphill, another way than Newton's."""
    weights = [0.0] * (count + 1)
    for _step in range(4000):
        slopes = [-statistics.RIDGE * weight for weight in weights[:-1]] + [0.0]
        for row, is_won in zip(rows, outcomes, strict=True):
            value = weights[-1] + sum(weights[feature] for feature in row)
            error = is_won - 1 / (1 + exp(-value))
            for feature in (*row, count):
                slopes[feature] += error
        weights = [w + 0.02 * s for w, s in zip(weights, slopes, strict=True)]
    return weights


@tagged("post_install", "-at_install")
class TestStatistics(BaseCase):
    def test_forty_of_each_are_enough(self):
        self.assertTrue(statistics.is_enough([WON] * 40 + [LOST] * 40))
        self.assertFalse(statistics.is_enough([WON] * 39 + [LOST] * 80))
        self.assertFalse(statistics.is_enough([WON] * 80 + [LOST] * 39))

    def test_the_area_is_the_share_of_pairs_in_the_right_order(self):
        for sample, area in (
            ([(10, WON), (5, LOST)], 1),
            ([(5, WON), (10, LOST)], 0),
            ([(5, WON), (5, LOST)], 0.5),
            ([(1, LOST), (2, WON), (2, LOST), (3, WON)], 0.875),
            ([(5, WON)], None),
            ([(5, LOST)], None),
            ([], None),
        ):
            self.assertEqual(statistics.get_auc(sample), area, sample)

    def test_the_area_of_many_equals_counting_their_pairs(self):
        chance = random.Random(7)
        sample = [(chance.randrange(12), chance.random() < 0.4) for _n in range(150)]
        won = [score for score, is_won in sample if is_won]
        lost = [score for score, is_won in sample if not is_won]
        pairs = [(w > s) + 0.5 * (w == s) for w in won for s in lost]
        self.assertAlmostEqual(statistics.get_auc(sample), sum(pairs) / len(pairs))

    def test_lift_tells_each_tenth_best_first(self):
        sample = [(score, score > 15) for score in range(1, 21)]
        lift = statistics.get_lift(sample)
        self.assertEqual(lift[:3], [(2, 2, 1, 4), (2, 2, 1, 4), (2, 1, 0.5, 2)])
        self.assertEqual(lift[3:], [(2, 0, 0, 0)] * 7)

    def test_lift_of_one_score_is_its_mean(self):
        sample = [(5, WON), (5, LOST)] * 5
        self.assertEqual(statistics.get_lift(sample), [(1, 0.5, 0.5, 1)] * 10)

    def test_lift_of_few_and_of_lost_ones(self):
        few = statistics.get_lift([(3, WON), (2, LOST), (1, LOST)])
        self.assertEqual(
            [leads for leads, *_rest in few], [0, 0, 0, 1, 0, 0, 1, 0, 0, 1]
        )
        self.assertEqual(few[0], (0, 0, 0, 0))
        self.assertAlmostEqual(few[3][3], 3)
        self.assertEqual(statistics.get_lift([(1, LOST)])[9], (1, 0, 0, 0))

    def test_precision_and_recall_count_from_the_threshold_on(self):
        sample = [(50, WON), (50, LOST), (60, LOST), (60, LOST), (49, WON), (48, WON)]
        for threshold, expected in (
            (50, (0.25, 1 / 3)),
            (48.5, (0.4, 2 / 3)),
            (61, (None, 0)),
        ):
            self.assertEqual(
                statistics.get_precision_recall(sample, threshold), expected
            )
        self.assertEqual(statistics.get_precision_recall([(1, LOST)], 0), (0, None))

    def test_the_fit_is_the_top_of_the_likelihood(self):
        chance = random.Random(11)
        rows = [
            {feature for feature in range(3) if chance.random() < 0.5}
            for _lead in range(60)
        ]
        outcomes = [chance.random() < (0.8 if 0 in row else 0.3) for row in rows]
        *expected, intercept = climb(rows, outcomes, 3)
        weights = statistics.fit_logistic(rows, outcomes, 3)
        self.assertEqual(len(weights), 3)
        for found, right in zip(weights, expected, strict=True):
            self.assertAlmostEqual(found, right, 4)
        best = get_likelihood(rows, outcomes, weights, intercept)
        for feature in range(3):
            for step in (-0.1, 0.1):
                other = [*weights]
                other[feature] += step
                self.assertLess(get_likelihood(rows, outcomes, other, intercept), best)

    def test_what_always_wins_keeps_a_finite_weight(self):
        rows, outcomes = [{0}] * 50 + [{1}] * 50, [WON] * 50 + [LOST] * 50
        won, lost = statistics.fit_logistic(rows, outcomes, 2)
        self.assertAlmostEqual(won, -lost, 4)
        *expected, _intercept = climb(rows, outcomes, 2)
        self.assertAlmostEqual(won, expected[0], 4)
        self.assertEqual(statistics.fit_logistic([], [], 1), [0])

    def test_a_score_on_the_threshold_has_reached_it(self):
        model = Published(None, warm_from=30, hot_from=60, mql_from=40, sql_from=70)
        for score, temperature in (
            (29, "cold"),
            (30, "warm"),
            (59, "warm"),
            (60, "hot"),
        ):
            self.assertEqual(model.get_temperature(score), temperature, score)
        for score, is_opportunity, has_contact, qualification in (
            (39, False, True, "lead"),
            (40, False, True, "mql"),
            (69, False, True, "mql"),
            (70, False, True, "sql"),
            (70, False, False, "mql"),
            (0, True, False, "opportunity"),
        ):
            found = model.get_qualification(score, is_opportunity, has_contact)
            self.assertEqual(found, qualification, score)
