from datetime import date, timedelta

from odoo import Command
from odoo.tests import freeze_time, tagged

from ...tools.score import sums
from ..common import LeadEnergyCommon

TODAY = date(2026, 3, 29)

# A lead a row: its values, its touchpoints (type, days ago), the lines that it must
# have, and its score. Values in capitals are records of the test; a line is named
# by its rule, its touchpoint type, or what bounds it.
EXAMPLES = [
    # nothing known
    ("empty", {}, [], {}, 0),
    ("only a name", {"partner_name": "ACME"}, [], {}, 0),
    # options
    ("decision maker", {"influence_id": "DM"}, [], {"DM": 20}, 20),
    ("no influence", {"influence_id": "NONE"}, [], {"NONE": -5, "cap": 5}, 0),
    ("option without points", {"influence_id": "USER"}, [], {}, 0),
    ("archived option", {"influence_id": "OLD"}, [], {"OLD": 7}, 7),
    ("urgent", {"need_id": "URGENT"}, [], {"URGENT": 25}, 25),
    ("no need", {"need_id": "NO_NEED"}, [], {"NO_NEED": -10, "cap": 10}, 0),
    (
        "good and bad",
        {"influence_id": "DM", "need_id": "NO_NEED"},
        [],
        {"DM": 20, "NO_NEED": -10},
        10,
    ),
    (
        "bad outweighs good",
        {"influence_id": "OLD", "need_id": "NO_NEED"},
        [],
        {"OLD": 7, "NO_NEED": -10, "cap": 3},
        0,
    ),
    # conditions and their bounds, -15 to 30
    ("large consumption", {"annual_consumption_kwh": 100001}, [], {"rlm": 15}, 15),
    ("at the limit", {"annual_consumption_kwh": 100000}, [], {}, 0),
    ("storage", {"planned_storage_kwh": 0.5}, [], {"storage": 12}, 12),
    (
        "upper bound",
        {"annual_consumption_kwh": 2e5, "planned_storage_kwh": 9, "city": "Bonn"},
        [],
        {"rlm": 15, "storage": 12, "bonn": 10, "energy cap": -7},
        30,
    ),
    (
        "at the upper bound without a cap",
        {"annual_consumption_kwh": 2e5, "city": "Bonn", "zip": "5"},
        [],
        {"rlm": 15, "bonn": 10, "zip": 5},
        30,
    ),
    (
        "lower bound",
        {"function": "Student", "website": "http://x.test"},
        [],
        {"student": -12, "website": -9, "energy cap": 6, "cap": 15},
        0,
    ),
    (
        "lower bound against an option",
        {"function": "student", "website": "http://x.test", "need_id": "URGENT"},
        [],
        {"student": -12, "website": -9, "energy cap": 6, "URGENT": 25},
        10,
    ),
    (
        "text in another case",
        {"function": "STUDENTIN"},
        [],
        {"student": -12, "cap": 12},
        0,
    ),
    ("empty text", {"function": ""}, [], {}, 0),
    ("many2many", {"interest_ids": ["PV", "STORAGE"]}, [], {"both": 4}, 4),
    ("half of many2many", {"interest_ids": ["PV"]}, [], {}, 0),
    ("path of depth 2", {"partner_id": "SWISS"}, [], {"swiss": 6}, 6),
    ("path through nothing", {"partner_id": "NOWHERE"}, [], {}, 0),
    # days: scoring happens in Berlin, on 2026-03-29, when the clocks go forward
    ("contract ends today", {"contract_end_date": "2026-03-29"}, [], {"soon": 9}, 9),
    ("ended yesterday", {"contract_end_date": "2026-03-28"}, [], {}, 0),
    ("ends in 6 months", {"contract_end_date": "2026-09-29"}, [], {"soon": 9}, 9),
    ("a day later", {"contract_end_date": "2026-09-30"}, [], {}, 0),
    # 22:59 UTC is still yesterday in Berlin, 23:00 UTC is midnight
    ("before midnight", {"lead_status_date": "2026-03-28 22:59:59"}, [], {}, 0),
    ("at midnight", {"lead_status_date": "2026-03-28 23:00:00"}, [], {"today": 3}, 3),
    # touchpoints: a call is worth 10 and halves in 30 days, bounds -10 to 25
    ("call today", {}, [("CALL", 0)], {"CALL": 10}, 10),
    ("call a half-life ago", {}, [("CALL", 30)], {"CALL": 5}, 5),
    (
        "call ten days ago",
        {},
        [("CALL", 10)],
        {"CALL": 7.94, "rounding": 0.06},
        8,
    ),
    ("call years ago", {}, [("CALL", 2000)], {}, 0),
    ("half a point rounds up", {}, [("CALL", 60)], {"CALL": 2.5, "rounding": 0.5}, 3),
    ("two calls", {}, [("CALL", 0), ("CALL", 30)], {"CALL": 15}, 15),
    (
        "too many calls",
        {},
        [("CALL", 0), ("CALL", 0), ("CALL", 0)],
        {"CALL": 30, "engagement cap": -5},
        25,
    ),
    ("what stays", {}, [("OBJECTION", 4000)], {"OBJECTION": -8, "cap": 8}, 0),
    (
        "call and objection",
        {"need_id": "URGENT"},
        [("CALL", 30), ("OBJECTION", 1)],
        {"URGENT": 25, "CALL": 5, "OBJECTION": -8},
        22,
    ),
    # the total
    (
        "more than 100",
        {
            "influence_id": "DM",
            "need_id": "URGENT",
            "annual_consumption_kwh": 2e5,
            "planned_storage_kwh": 9,
            "city": "Bonn",
            "interest_ids": ["PV", "STORAGE"],
            "zip": "1",
        },
        [("CALL", 0), ("CALL", 0), ("CALL", 0)],
        {
            "DM": 20,
            "URGENT": 25,
            "rlm": 15,
            "storage": 12,
            "bonn": 10,
            "both": 4,
            "zip": 5,
            "energy cap": -16,
            "CALL": 30,
            "engagement cap": -5,
        },
        100,
    ),
    # exclusion
    (
        "excluded",
        {"need_id": "URGENT", "email_from": "no address", "phone": False},
        [],
        {"URGENT": 25, "exclusion": -25},
        0,
    ),
    (
        "excluded below zero",
        {"need_id": "NO_NEED", "email_from": "no address"},
        [],
        {"NO_NEED": -10, "cap": 10, "exclusion": 0},
        0,
    ),
]


@tagged("post_install", "-at_install")
@freeze_time("2026-03-29 10:00:00")
class TestScoreExamples(LeadEnergyCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        ref = cls.env.ref
        old = cls.env["crm.lead.rating"].create(
            {"name": "Former Option", "kind": "influence", "active": False}
        )
        partners = cls.env["res.partner"].create(
            [{"name": "S", "country_id": ref("base.ch").id}, {"name": "N"}]
        )
        call, objection = cls.env["crm.lead.touchpoint.type"].create(
            [
                {"name": "Call", "points": 10, "half_life": 30},
                {"name": "Objection", "points": -8, "half_life": 0},
            ]
        )
        cls.records = {
            "DM": cls.decision_maker,
            "NONE": ref("lead_energy.influence_gatekeeper"),
            "USER": ref("lead_energy.influence_user"),
            "OLD": old,
            "URGENT": cls.urgent,
            "NO_NEED": ref("lead_energy.need_none"),
            "PV": cls.photovoltaics,
            "STORAGE": ref("lead_energy.interest_battery_storage"),
            "SWISS": partners[0],
            "NOWHERE": partners[1],
            "CALL": call,
            "OBJECTION": objection,
        }
        cls.model = cls._create_model()
        cls.model.action_publish()

    @classmethod
    def _create_model(cls):
        def option(name, points):
            record = cls.records[name]
            return Command.create(
                {"option_ref": f"{record._name},{record.id}", "points": points}
            )

        def condition(name, points, *domain):
            return Command.create(
                {"name": name, "points": points, "domain": str(list(domain))}
            )

        both = [cls.records["PV"].id], [cls.records["STORAGE"].id]
        criteria = [
            (
                "influence",
                "influence_id",
                -5,
                20,
                [("DM", 20), ("OLD", 7), ("NONE", -5)],
            ),
            ("need", "need_id", -10, 25, [("URGENT", 25), ("NO_NEED", -10)]),
        ]
        criteria = [
            {
                "name": code,
                "code": code,
                "rating_field": field,
                "minimum": low,
                "maximum": high,
                "rule_ids": [option(*rule) for rule in rules],
            }
            for code, field, low, high, rules in criteria
        ]
        criteria += [
            {
                "name": "energy",
                "code": "energy",
                "minimum": -15,
                "maximum": 30,
                "rule_ids": [
                    condition("rlm", 15, ("annual_consumption_kwh", ">", 100000)),
                    condition("storage", 12, ("planned_storage_kwh", ">", 0)),
                    condition("bonn", 10, ("city", "=", "Bonn")),
                    condition("zip", 5, ("zip", "!=", False)),
                    condition("student", -12, ("function", "ilike", "student")),
                    condition("website", -9, ("website", "!=", False)),
                    condition(
                        "both",
                        4,
                        ("interest_ids", "in", both[0]),
                        ("interest_ids", "in", both[1]),
                    ),
                    condition("swiss", 6, ("partner_id.country_id.code", "=", "CH")),
                    condition(
                        "soon",
                        9,
                        ("contract_end_date", ">=", "today"),
                        ("contract_end_date", "<=", "today +6m"),
                    ),
                    condition("today", 3, ("lead_status_date", ">=", "today")),
                ],
            },
            {
                "name": "engagement",
                "code": "engagement",
                "dimension": "engagement",
                "rating_field": "touchpoint_ids",
                "minimum": -10,
                "maximum": 25,
            },
        ]
        return cls.env["crm.lead.score.model"].create(
            {
                "name": "Examples",
                "criterion_ids": [Command.create(values) for values in criteria],
                "exclusion_ids": [
                    Command.create(
                        {
                            "name": "unreachable",
                            "domain": "[('email_state', '=', 'incorrect'),"
                            " ('phone', '=', False)]",
                        }
                    )
                ],
            }
        )

    def _prepare(self, values, touchpoints):
        def resolve(value):
            if isinstance(value, list):
                return [Command.set([self.records[name].id for name in value])]
            known = isinstance(value, str) and self.records.get(value)
            return known.id if known else value

        # a rule asks whether the status changed today
        values = {name: resolve(value) for name, value in values.items()}
        commands = [
            Command.create(
                {
                    "type_id": self.records[name].id,
                    "date": f"{TODAY - timedelta(days)} 09:00:00",
                }
            )
            for name, days in touchpoints
        ]
        return {"lead_status_date": "2026-01-01", **values, "touchpoint_ids": commands}

    def _name_lines(self, lines):
        """Return {name: points}, as the examples have it."""
        names = {rule.id: rule.name for rule in self.model._get_rules()}
        records = {(r._name, r.id): name for name, r in self.records.items()}
        for rule in self.model._get_rules().filtered("option_ref"):
            names[rule.id] = records[rule.option_ref._name, rule.option_ref.id]
        found = {}
        for line in lines or []:
            criterion = self.env["crm.lead.score.criterion"].browse(
                line.get("criterion")
            )
            if "type" in line:
                name = records["crm.lead.touchpoint.type", line["type"]]
            elif line.get("kind") == "cap" and criterion:
                name = f"{criterion.code} cap"
            else:
                name = line.get("kind") or names[line["rule"]]
            self.assertNotIn(name, found)
            found[name] = line["points"]
        return found

    def test_there_are_40_examples(self):
        self.assertGreaterEqual(len(EXAMPLES), 40)

    def test_saved_leads_have_the_expected_lines_and_score(self):
        for name, values, touchpoints, lines, score in EXAMPLES:
            with self.subTest(name):
                # as the system: nobody else says when the status changed
                lead = self.env["crm.lead"].create(
                    {
                        "name": name,
                        "type": "lead",
                        **self._prepare(values, touchpoints),
                    }
                )
                self.assertEqual(self._name_lines(lead.lead_score_lines), lines)
                self.assertEqual(lead.lead_score, score)
                self.assertLinesAddUp(lead)

    def test_a_form_previews_the_same(self):
        spec = self.model._get_spec()
        for name, values, touchpoints, lines, score in EXAMPLES:
            with self.subTest(name):
                # as an open form that is not saved
                form = self.env["crm.lead"].new(self._prepare(values, touchpoints))
                found = sums.preview(form, spec)
                self.assertEqual(self._name_lines(found[-1]), lines)
                self.assertEqual(found[-2], score)
