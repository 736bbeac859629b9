from odoo.fields import Domain
from odoo.tests import TransactionCase, tagged

from ...tools.score import conditions
from ...tools.score.specification import Rule, Touch, get_decayed


def make_rule(domain):
    values = dict.fromkeys(Rule._fields)
    return Rule(**{**values, "domain": domain})


def make_touch(points, half_life):
    values = dict.fromkeys(Touch._fields)
    return Touch(**{**values, "points": points, "half_life": half_life})


@tagged("post_install", "-at_install")
class TestConditions(TransactionCase):
    """What the text of a rule's condition tells before any lead is asked."""

    def test_bounds_that_exclude_each_other(self):
        above, below = ("probability", ">", 5), ("probability", "<", 3)
        for domain, is_contradiction in (
            ([above, below], True),
            ([above, ("probability", "<", 7)], False),
            ([above, ("expected_revenue", "<", 3)], False),
            ([("probability", ">=", 5), ("probability", "<=", 5)], False),
            ([("probability", ">", 5), ("probability", "<=", 5)], True),
            ([("probability", ">=", 5), ("probability", "<", 5)], True),
            ([("probability", "<", 5), ("probability", "<", 3)], False),
            ([above], False),
            (["|", above, below], False),
            (["|", "&", above, below, "&", above, below], True),
            (["|", "&", above, below, above], False),
            ([("name", "=", "A"), "&", above, below], True),
            ([("create_date", ">", "2026-01-01"), ("create_date", "<", 3)], False),
        ):
            found = conditions.is_contradiction(Domain(domain))
            self.assertEqual(found, is_contradiction, domain)

    def test_what_time_moves(self):
        leads = self.env["crm.lead"]
        for domain, is_moved, is_stable in (
            ("", False, True),
            ("[('city', '=', 'Celle')]", False, True),
            ("[('create_date', '>', '2026-01-01')]", False, True),
            ("[('create_date', '>', 'today -60d')]", True, True),
            ("[('create_date', '>', 'now -60d')]", True, False),
            # looked up by name, which others may change
            ("[('team_id', '=', 'Sales')]", False, False),
            ("[('team_id', '=', 1)]", False, True),
            ("[('team_id.name', '=', 'Sales')]", False, True),
            # of no column
            ("[('activity_state', '=', 'overdue')]", True, False),
            ("[('partner_id', 'any', [('create_date', '>', 'now -1d')])]", True, False),
        ):
            rule = make_rule(domain)
            with self.subTest(domain):
                self.assertEqual(conditions.is_moved_by_time(leads, rule), is_moved)
                self.assertEqual(conditions.is_stable(leads, rule), is_stable)

    def test_the_fields_of_a_path(self):
        leads = self.env["crm.lead"]
        found = conditions.get_fields(leads, "partner_id.country_id.code.more")
        self.assertEqual([f.name for f in found], ["partner_id", "country_id", "code"])
        with self.assertRaisesRegex(ValueError, "no field nonsense"):
            conditions.get_fields(leads, "partner_id.nonsense")

    def test_the_paths_of_a_domain(self):
        domain = Domain([("team_id", "any", [("user_id.name", "=", "A")])])
        self.assertEqual(
            {*conditions.get_domain_paths(domain)}, {"team_id", "team_id.user_id.name"}
        )

    def test_a_touchpoint_fades_by_half_in_its_half_life(self):
        for points, half_life, age, worth in (
            (10, 0, 500, 10),
            (10, 30, 0, 10),
            (10, 30, 30, 5),
            (10, 30, 60, 2.5),
            (-8, 10, 5, -8 * 0.5**0.5),
            (10, 30, -3, 10),  # of tomorrow, in another time zone
        ):
            found = get_decayed(make_touch(points, half_life), age)
            self.assertAlmostEqual(found, worth, 9)
            self.assertIsInstance(found, float)
