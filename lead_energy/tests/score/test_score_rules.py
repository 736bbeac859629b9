import random
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tests import tagged
from odoo.tools import SQL

from ...tools.score import specification, statements, sums
from ..common import LeadEnergyCommon

LEADS = 60


@tagged("post_install", "-at_install")
class TestScoreRules(LeadEnergyCommon):
    """Random conditions mean the same to SQL, to a search and to a form."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        countries = cls.env["res.country"].search([("code", "in", ["DE", "AT"])])
        states = cls.env["res.country.state"].search(
            [("country_id", "in", countries.ids)], limit=3
        )
        cls.tags = cls.env["crm.tag"].create(
            [{"name": name} for name in ("Solar Park", "wärme", "100%_")]
        )
        categories = cls.env["res.partner.category"].create(
            [{"name": "Key"}, {"name": "key account"}]
        )
        company = cls.env["res.partner"].create(
            {"name": "Stadtwerke", "country_id": countries[0].id, "is_company": True}
        )
        partners = cls.env["res.partner"].create(
            [
                {"name": "Ä. Müller", "parent_id": company.id},
                {
                    "name": "solar",
                    "country_id": countries[1].id,
                    "state_id": states[:1].id,
                    "category_id": categories.ids,
                },
                {"name": "100% Sonne", "category_id": categories[0].ids},
            ]
        )
        cls.partners = company | partners
        cls.categories = categories
        pick = random.Random(7)
        now = fields.Datetime.now()
        cls.leads = cls.env["crm.lead"].create(
            [
                {
                    "name": pick.choice(["Solar", "solar park", "Wärme", "50%"]),
                    "type": pick.choice(["lead", "opportunity"]),
                    "city": pick.choice(["Berlin", "BERN", "", False, "a_b"]),
                    "function": pick.choice(["CEO", "ceo", False]),
                    "expected_revenue": pick.choice([0, 10, 5000.5]),
                    "annual_consumption_kwh": pick.choice([0, 99999, 100001]),
                    "contract_end_date": pick.choice(
                        [False, (now + timedelta(pick.randint(-9, 200))).date()]
                    ),
                    "date_deadline": pick.choice([False, now.date()]),
                    "lead_status_date": now - timedelta(hours=pick.randint(0, 2400)),
                    "customer_segment": pick.choice([False, "industry", "household"]),
                    "influence_id": pick.choice([False, cls.decision_maker.id]),
                    "partner_id": pick.choice([False, *cls.partners.ids]),
                    "tag_ids": pick.sample(cls.tags.ids, pick.randint(0, 2)),
                    "interest_ids": pick.choice([False, cls.photovoltaics.ids]),
                    "active": pick.choice([True, True, False]),
                }
                for _n in range(LEADS)
            ]
        )
        cls.env.flush_all()

    def _get_strategy(self):
        numbers = st.sampled_from([0, 10, 100000, -1])
        texts = st.sampled_from(
            ["solar", "Sol", "ä", "100%", "_", "ceo", "Berlin", "key"]
        )
        days = st.sampled_from(["today", "today -30d", "today +6m", "now", "-7d"])
        likes = st.sampled_from(["ilike", "not ilike", "like", "not like"])
        exact = st.sampled_from(["=like", "=ilike", "not =ilike"])
        order = st.sampled_from(["<", "<=", ">", ">="])
        equal = st.sampled_from(["=", "!="])
        member = st.sampled_from(["in", "not in"])

        def leaf(path, *pairs):
            return st.one_of(
                [st.tuples(st.just(path), operator, value) for operator, value in pairs]
            )

        def text(path):
            return leaf(
                path,
                (likes, texts),
                (exact, texts.map(lambda t: f"{t}%")),
                (equal, st.one_of(texts, st.just(False))),
                (member, st.lists(st.one_of(texts, st.just(False)), min_size=1)),
            )

        def ids(path, records):
            some = st.lists(st.sampled_from(records.ids), min_size=1)
            return leaf(
                path,
                (member, some),
                (equal, st.sampled_from([*records.ids, False])),
            )

        leaves = [
            text("city"),
            text("function"),
            text("tag_ids.name"),
            text("partner_id.name"),
            text("partner_id.parent_id.name"),
            text("partner_id.country_id.code"),
            text("partner_id.category_id.name"),
            text("partner_id.state_id.country_id.code"),
            ids("partner_id", self.partners),
            ids("tag_ids", self.tags),
            ids("partner_id.category_id", self.categories),
            ids("influence_id", self.decision_maker),
            ids("interest_ids", self.photovoltaics),
            leaf("expected_revenue", (order, numbers), (equal, numbers)),
            leaf("annual_consumption_kwh", (order, numbers), (equal, numbers)),
            leaf("contract_end_date", (order, days), (equal, st.just(False))),
            leaf("lead_status_date", (order, days)),
            leaf("active", (equal, st.booleans())),
            leaf("type", (equal, st.sampled_from(["lead", "opportunity"]))),
            leaf(
                "customer_segment",
                (equal, st.sampled_from(["industry", False])),
                (member, st.just(["industry", "household"])),
            ),
        ]
        domains = st.one_of(leaves).map(lambda leaf: [leaf])
        sub = st.one_of(
            [
                st.tuples(
                    st.just(path),
                    st.sampled_from(["any", "not any"]),
                    st.one_of(strategies).map(lambda leaf: [leaf]),
                ).map(lambda leaf: [leaf])
                for path, strategies in (
                    ("partner_id", [text("name"), text("country_id.code")]),
                    ("tag_ids", [text("name")]),
                )
            ]
        )
        return st.recursive(
            st.one_of(domains, sub),
            lambda inner: st.one_of(
                st.tuples(st.sampled_from("&|"), inner, inner).map(
                    lambda t: [t[0], *t[1], *t[2]]
                ),
                inner.map(lambda d: ["!", *d]),
            ),
            max_leaves=4,
        )

    def test_sql_search_and_form_agree_on_random_conditions(self):
        leads = self.env["crm.lead.score.model"]._get_leads()
        leads = leads.browse(self.leads.ids)
        forms = {lead.id: leads.new(origin=lead) for lead in leads}
        ran = []

        @settings(
            max_examples=500,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(self._get_strategy())
        def check(domain):
            ran.append(domain)
            text = repr(domain)
            rule = specification.Rule(1, 0, text, 1)
            # as a new rule is checked before it is saved
            self.assertFalse(
                self.env["crm.lead.score.rule"].new({"domain": text})._find_problem(),
                text,
            )
            spec = specification.Spec(
                (specification.Criterion(1, "fit", 0, 1, "", (rule,)),), ()
            )
            select = statements.compile_select(leads, spec, by_ids=True)
            rows = leads.env.execute_query(statements.bind(select, leads.ids))
            by_sql = {row[0] for row in rows if row[4]}
            found = leads.search(Domain(domain) & Domain("id", "in", leads.ids))
            self.assertEqual(by_sql, set(found.ids), f"search: {text}")
            by_form = {
                lead_id
                for lead_id, form in forms.items()
                if sums.preview(form, spec)[3]
            }
            self.assertEqual(by_sql, by_form, f"form: {text}")

        check()
        self.assertGreaterEqual(len(ran), 500)

    # ----------------------------------------------------------------------- refusals
    def _create_rule(self, domain, user=None):
        model = self.env["crm.lead.score.model"].with_user(user or self.manager)
        draft = model.create({"name": "Draft"})
        criterion = self.env["crm.lead.score.criterion"].with_user(user or self.manager)
        criterion = criterion.create(
            {"model_id": draft.id, "name": "Rules", "code": "rules"}
        )
        return criterion.rule_ids.create(
            {
                "criterion_id": criterion.id,
                "name": "Tested",
                "domain": domain,
                "points": 5,
            }
        )

    def test_a_condition_that_cannot_be_scored_is_refused_with_its_reason(self):
        for domain, reason in (
            ("[('no_such_field', '=', 1)]", "no_such_field is unknown"),
            ("[('partner_id.no_such_field', '=', 1)]", "is unknown"),
            ("[('lead_score', '>', 1)]", "follows from the score itself"),
            ("[('lead_temperature', '=', 'hot')]", "follows from the score itself"),
            ("[('qualification', '=', 'mql')]", "follows from the score itself"),
            ("[('duplicate_lead_count', '>', 1)]", "cannot be searched"),
            ("[('user_id', '=', uid)]", "current user"),
            ("[('message_is_follower', '=', True)]", "who looks"),
            ("[('my_activity_date_deadline', '!=', False)]", "who looks"),
            ("[('partner_id', 'child_of', 1)]", "child_of is not offered"),
            ("[('partner_id', 'ilike', 'ACME')]", "compared with a text"),
            ("[('partner_id', 'in', ['ACME'])]", "compared with a text"),
            (r"[('city', '=like', 'B\\')]", "backslash"),
            (r"[('city', 'not =ilike', 'B\\\\\\')]", "backslash"),
            ("[('no_such_field', 'any', [])]", "no_such_field is unknown"),
            ("[('lead_score_log_ids', 'any', [])]", "follows from the score itself"),
            ("", "no condition"),
            ("42", "no condition"),
            ("[('city', '=', 'x'", "no condition"),
            ("__import__('os').system('true')", "no condition"),
        ):
            with (
                self.subTest(domain),
                self.assertRaisesRegex(ValidationError, reason),
                self.env.cr.savepoint(),
            ):
                self._create_rule(domain)

    def test_a_rule_tells_how_many_leads_match_and_that_it_never_can(self):
        ours = [("id", "in", self.leads.ids)]
        rule = self._create_rule(str([*ours, ("active", "in", [True, False])]))
        self.assertEqual(rule.match_count, LEADS)
        self.assertFalse(rule.hint)
        rule.domain = "[('expected_revenue', '>', 10), ('expected_revenue', '<', 5)]"
        self.assertEqual(rule.match_count, 0)
        self.assertIn("never", rule.hint)
        rule.domain = "[('name', '=', 'nobody is called so')]"
        self.assertIn("No lead", rule.hint)

    def test_a_rule_that_breaks_is_skipped_flagged_and_lets_leads_be_saved(self):
        rule = self._create_rule("[('city', '=', 'Köln')]")
        self._create_rule_beside(rule)
        model = rule.criterion_id.model_id
        model.action_publish()
        lead = self.create_lead(city="Köln", zip="1")
        self.assertEqual(lead.lead_score, 12)
        # as after an uninstall: the field of the condition is gone
        self.env.cr.execute(
            SQL(
                "UPDATE crm_lead_score_rule SET domain = %s WHERE id = %s",
                "[('x_gone', '=', 'Köln')]",
                rule.id,
            )
        )
        self.env.invalidate_all()
        self.env.registry.clear_cache()
        lead.city = "Kölln"
        lead.zip = "2"
        self.assertEqual(lead.lead_score, 7)
        self.assertIn("x_gone", rule.with_user(self.manager).problem)
        self.assertIn("x_gone", model.with_user(self.manager).problems)
        model._flag_problems()
        model._flag_problems()
        self.assertEqual(model.activity_ids.user_id, self.manager)
        self.assertEqual(len(model.activity_ids), 1)

    def test_two_backslashes_stand_for_one(self):
        rule = self._create_rule(r"[('city', '=like', 'B\\\\')]")
        rule.criterion_id.model_id.action_publish()
        self.assertEqual(self.create_lead(city="B\\").lead_score, 5)
        self.assertEqual(self.create_lead(city="Berlin").lead_score, 0)

    def test_a_condition_is_tried_on_all_leads(self):
        self.create_lead(city="Bonn")
        rule = self.env["crm.lead.score.rule"]
        rule = rule.new({"domain": r"[('city', '=like', 'B\\')]"})
        self.assertIn("escape", rule._find_database_problem())

    def test_a_published_pattern_that_breaks_lets_leads_be_saved(self):
        rule = self._create_rule("[('city', '=', 'Köln')]")
        rule.criterion_id.model_id.action_publish()
        self.env.cr.execute(
            "UPDATE crm_lead_score_rule SET domain = %s WHERE id = %s",
            [r"[('city', '=like', 'B\\')]", rule.id],
        )
        self.env.invalidate_all()
        self.env.registry.clear_cache()
        self.assertEqual(self.create_lead(city="Berlin").lead_score, 0)
        self.assertIn("backslash", rule.criterion_id.model_id.problems)

    def _create_rule_beside(self, rule):
        return rule.create(
            {
                "criterion_id": rule.criterion_id.id,
                "name": "Beside",
                "domain": "[('zip', '!=', False)]",
                "points": 7,
            }
        )

    def test_a_deleted_option_is_a_problem_and_not_an_error(self):
        source = self.env["utm.source"].create({"name": "Gone"})
        rule = self._create_rule("[('city', '=', 'x')]")
        criterion = rule.criterion_id.copy(
            {
                "model_id": rule.criterion_id.model_id.id,
                "code": "s",
                "rule_ids": [],
                "rating_field": "source_id",
            }
        )
        option = rule.create(
            {
                "criterion_id": criterion.id,
                "option_ref": f"utm.source,{source.id}",
                "points": 3,
            }
        )
        source.unlink()
        self.env.invalidate_all()
        self.assertEqual(option.display_name, "")
        self.assertTrue(option.problem)
        self.assertEqual(criterion.model_id._get_spec().criteria[1].rules, ())

    def test_rep_reads_but_does_not_change_rules(self):
        rule = self._create_rule("[('city', '=', 'x')]")
        self.assertEqual(rule.with_user(self.rep).points, 5)
        with self.assertRaises(AccessError):
            rule.with_user(self.rep).points = 99

    def test_a_published_model_is_not_edited(self):
        rule = self._create_rule("[('city', '=', 'x')]")
        rule.criterion_id.model_id.action_publish()
        with self.assertRaises(UserError):
            rule.points = 99
        with self.assertRaises(UserError):
            rule.criterion_id.maximum = 99
        with self.assertRaises(UserError):
            rule.criterion_id.model_id.hot_from = 99
