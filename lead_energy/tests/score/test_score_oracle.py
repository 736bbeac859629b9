import random
from collections import defaultdict
from datetime import timedelta

from odoo import Command, fields
from odoo.tests import tagged
from odoo.tools import SQL

from ...tools.score import statements, sums
from ..common import LeadEnergyCommon
from . import score_oracle

LEADS = 10_000
MODELS = 50
# of the leads, for each model: all leads are scored many times
SAMPLE = 2_000
LIVE = 500
DAYS = 900


@tagged("post_install", "-at_install")
class TestScoreOracle(LeadEnergyCommon):
    """The compiled SQL against plain Python, line by line."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.random = random.Random(19)
        cls.now = fields.Datetime.now()
        ratings = cls.env["crm.lead.rating"].search([("kind", "!=", False)])
        cls.options = {
            "influence_id": ratings.filtered(lambda r: r.kind == "influence"),
            "company_size_id": ratings.filtered(lambda r: r.kind == "company_size"),
            "need_id": ratings.filtered(lambda r: r.kind == "need"),
            "volume_id": ratings.filtered(lambda r: r.kind == "volume"),
            "industry_id": cls.env["res.partner.industry"].search(
                [("id", "!=", 0)], limit=8
            ),
            "source_id": cls.env["utm.source"].search([("id", "!=", 0)], limit=6),
        }
        cls.interests = cls.env["crm.lead.interest"].search([("active", "=", True)])
        cls.types = cls.env["crm.lead.touchpoint.type"].search([("points", "!=", 0)])
        countries = cls.env["res.country"].search([("code", "in", ["DE", "AT", "FR"])])
        cls.partners = cls.env["res.partner"].create(
            [
                {"name": f"Partner {n}", "country_id": country.id}
                for n, country in enumerate([*countries, countries.browse()])
            ]
        )
        cls.data = cls._create_random_leads()

    @classmethod
    def _create_random_leads(cls):
        """Return {id: plain lead} of leads that are inserted by SQL."""
        plain = [cls._prepare_random_lead() for _n in range(LEADS)]
        columns = [name for name in plain[0] if "." not in name]
        columns = [n for n in columns if n not in ("interest_ids", "touchpoints")]
        cls.env.flush_all()
        rows = cls.env.execute_query(
            SQL(
                "INSERT INTO crm_lead (name, active, %s) VALUES %s RETURNING id",
                SQL(", ").join(SQL.identifier(name) for name in columns),
                SQL(", ").join(
                    SQL(
                        "('Random', TRUE, %s)",
                        SQL(", ").join(SQL("%s", lead[name]) for name in columns),
                    )
                    for lead in plain
                ),
            )
        )
        data = {lead_id: lead for (lead_id,), lead in zip(rows, plain, strict=True)}
        interests = [
            SQL("(%s, %s)", lead_id, interest_id)
            for lead_id, lead in data.items()
            for interest_id in lead["interest_ids"]
        ]
        field = cls.env["crm.lead"]._fields["interest_ids"]
        cls.env.cr.execute(
            SQL(
                "INSERT INTO %s (%s, %s) VALUES %s",
                SQL.identifier(field.relation),
                SQL.identifier(field.column1),
                SQL.identifier(field.column2),
                SQL(", ").join(interests),
            )
        )
        touchpoints = [
            SQL("(%s, %s, %s)", lead_id, type_id, moment)
            for lead_id, lead in data.items()
            for type_id, moment in lead["touchpoints"]
        ]
        cls.env.cr.execute(
            SQL(
                "INSERT INTO crm_lead_touchpoint (lead_id, type_id, date) VALUES %s",
                SQL(", ").join(touchpoints),
            )
        )
        cls.env.invalidate_all()
        return data

    @classmethod
    def _prepare_random_lead(cls):
        pick = cls.random
        partner = pick.choice([*cls.partners, None, None])
        country = partner and partner.country_id.code
        day = (cls.now + timedelta(pick.randint(-400, 400))).date()
        lead = {
            name: pick.choice([*options.ids, None])
            for name, options in cls.options.items()
        }
        return lead | {
            "type": pick.choice(["lead", "opportunity"]),
            "priority": pick.choice(["0", "1", "2", "3"]),
            "expected_revenue": pick.choice([None, 0, 5000, 50000, 123456.78]),
            "annual_consumption_kwh": pick.choice([None, 0, 6000, 100000, 250000]),
            "customer_segment": pick.choice(["household", "industry", None]),
            "city": pick.choice(["Berlin", "Bern", "", None]),
            "contract_end_date": pick.choice([day, None]),
            "create_date": cls.now - timedelta(hours=pick.randint(0, 24 * DAYS)),
            "partner_id": partner and partner.id,
            "partner_id.country_id.code": country or None,
            "interest_ids": set(pick.sample(cls.interests.ids, pick.randint(0, 3))),
            "touchpoints": [
                (
                    pick.choice(cls.types.ids),
                    cls.now - timedelta(minutes=pick.randint(0, 1440 * DAYS)),
                )
                for _n in range(pick.choice([0, 0, 1, 2, 5]))
            ],
        }

    def _prepare_random_domain(self):
        pick = self.random
        leaves = [
            ("type", "=", pick.choice(["lead", "opportunity"])),
            ("priority", "in", pick.sample(["0", "1", "2", "3"], 2)),
            ("expected_revenue", pick.choice([">", ">=", "<", "<="]), 50000),
            ("annual_consumption_kwh", ">", pick.choice([0, 100000])),
            ("customer_segment", pick.choice(["=", "!="]), "industry"),
            ("city", pick.choice(["ilike", "not ilike"]), "ber"),
            ("city", pick.choice(["=", "!="]), False),
            ("contract_end_date", pick.choice(["<=", ">"]), "today +6m"),
            ("create_date", pick.choice(["<", ">="]), f"today -{pick.randint(0, 90)}d"),
            ("partner_id", pick.choice(["=", "!="]), False),
            ("partner_id.country_id.code", "in", pick.sample(["DE", "AT", "FR"], 2)),
            ("interest_ids", pick.choice(["in", "not in"]), self.interests.ids[:2]),
            ("interest_ids", pick.choice(["=", "!="]), False),
        ]
        domain = [pick.choice(leaves)]
        for _n in range(pick.randint(0, 2)):
            domain = [pick.choice(["&", "|"]), *domain, pick.choice(leaves)]
        return str(["!", *domain] if pick.random() < 0.2 else domain)

    def _create_random_model(self):
        pick = self.random
        for type_ in self.types:
            type_.write(
                {
                    "points": pick.randint(-15, 25),
                    "half_life": pick.choice([0, 1, 30, 90]),
                }
            )
        fields_ = pick.sample(sorted(self.options), pick.randint(0, 4))
        fields_ += ["touchpoint_ids"] * pick.randint(0, 1)
        criteria = []
        for number, field in enumerate([*fields_, *([False] * pick.randint(0, 4))]):
            options = self.options.get(field, ())
            rules = [
                {"option_ref": f"{option._name},{option.id}"}
                for option in options[: pick.randint(1, 5)]
            ]
            if not field:
                rules = [
                    {"name": "Condition", "domain": self._prepare_random_domain()}
                    for _n in range(pick.randint(1, 6))
                ]
            criteria.append(
                {
                    "name": f"Criterion {number}",
                    "code": f"c{number}",
                    "dimension": pick.choice(["fit", "engagement"]),
                    "rating_field": field,
                    "minimum": pick.choice([-30, -10, 0]),
                    "maximum": pick.choice([10, 25, 60]),
                    "rule_ids": [
                        Command.create(
                            {**rule, "points": pick.choice([-20, -5, 5, 15, 40])}
                        )
                        for rule in rules
                    ],
                }
            )
        return self.env["crm.lead.score.model"].create(
            {
                "name": "Random",
                "criterion_ids": [Command.create(values) for values in criteria],
                "exclusion_ids": [
                    Command.create(
                        {"name": "Excluded", "domain": self._prepare_random_domain()}
                    )
                    for _n in range(pick.choice([0, 0, 1, 2]))
                ],
            }
        )

    def test_oracle_agrees_on_every_line_of_random_leads_and_models(self):
        seen = defaultdict(int)
        leads = self.env["crm.lead.score.model"]._get_leads()
        for number in range(MODELS):
            record = self._create_random_model()
            spec = record._get_spec()
            ids = self.random.sample([*self.data], SAMPLE)
            select = statements.compile_select(leads, spec, by_ids=True)
            rows = leads.env.execute_query(statements.bind(select, ids))
            scores = {row[0]: row[1:] for row in rows}
            self._check_live_scores(leads, spec, ids[:LIVE], scores)
            model = score_oracle.read_model(record)
            wrong = []
            for lead_id, (*values, lines) in scores.items():
                lead = self.data[lead_id]
                found = (*values, score_oracle.plain(lines))
                expected = score_oracle.score(model, lead, self.now)
                if not self._is_equal(found, expected):
                    wrong.append((lead_id, found, expected))
                for line in found[-1]:
                    seen[line[0] if isinstance(line[0], str) else type(line[1])] += 1
            self.assertEqual(wrong[:3], [], f"model {number}, {len(wrong)} leads")
        # the random models have reached every kind of line
        self.assertEqual(set(seen), {"cap", "rounding", "exclusion", tuple, str})

    def _check_live_scores(self, leads, spec, ids, scores):
        """A save of one lead sums up in Python what the update sums up in SQL."""
        inputs = statements.bind(statements.compile_inputs(leads, spec), ids)
        for lead_id, *row in leads.env.execute_query(inputs):
            live = sums.sum_up_row(spec, row)
            self.assertEqual(live, tuple(scores[lead_id]), f"lead {lead_id}")

    def _is_equal(self, found, expected):
        excluded, fit, engagement, *rest = found
        return (
            excluded == expected[0]
            and abs(fit - expected[1]) < 1e-6
            and abs(engagement - expected[2]) < 1e-6
            and rest == list(expected[3:])
        )
