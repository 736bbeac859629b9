import random
from datetime import timedelta
from itertools import cycle, product

from odoo import api, models
from odoo.tools import SQL

from ...tools.score import sums

SEED = 19
DAYS = 540
WON, LOST = 70, 90
BRANCHES = {
    "base.res_partner_industry_A": ("Gärtnerei", "Molkerei"),
    "base.res_partner_industry_C": ("Metallbau", "Druckerei", "Brauerei"),
    "base.res_partner_industry_G": ("Autohaus", "Baumarkt"),
    "base.res_partner_industry_H": ("Spedition",),
    "base.res_partner_industry_I": ("Hotel",),
    "base.res_partner_industry_L": ("Wohnbau",),
}
NAMES = ("Beispielberg", "Musterfeld", "Probstmuster", "Beispielhof", "Mustergut")
FORMS = ("GmbH", "AG", "KG")
PEOPLE = ("Ada Beispiel", "Jörg Muster", "Käthe Mustermann", "Uwe Beispielmann")
# what is asked for: interest, subject, field and size of the plant, EUR for a unit
WISHES = (
    ("photovoltaics", "PV for the roof", "planned_power_kwp", (20, 400), 950),
    (
        "battery_storage",
        "Storage for peak loads",
        "planned_storage_kwh",
        (10, 200),
        700,
    ),
    (
        "green_power",
        "Green power contract",
        "annual_consumption_kwh",
        (30e3, 9e5),
        0.04,
    ),
    ("energy_management", "Energy management", None, (1, 8), 4500),
)
# weights of the options for won and lost leads: they differ as they do in sales
RATINGS = {
    "influence_id": {
        "influence_decision_maker": (50, 18),
        "influence_influencer": (30, 30),
        "influence_user": (15, 32),
        "influence_gatekeeper": (5, 20),
    },
    "need_id": {
        "need_urgent": (45, 12),
        "need_half_year": (35, 28),
        "need_year": (15, 35),
        "need_none": (5, 25),
    },
    "company_size_id": {
        "company_size_micro": (12, 30),
        "company_size_small": (28, 30),
        "company_size_medium": (40, 25),
        "company_size_large": (20, 15),
    },
    "volume_id": {
        "volume_xs": (10, 25),
        "volume_s": (20, 30),
        "volume_m": (35, 25),
        "volume_l": (35, 20),
    },
    "source_id": {
        "utm.utm_source_referral": (35, 15),
        "source_fair": (35, 35),
        "source_website": (30, 50),
    },
}
TOUCHPOINTS = {
    "touchpoint_type_fair_visit": (35, 30),
    "touchpoint_type_info_material": (40, 45),
    "touchpoint_type_web_form": (30, 35),
    "touchpoint_type_consultation": (60, 25),
    "touchpoint_type_site_visit": (45, 8),
    "touchpoint_type_offer_request": (55, 12),
}


class CrmLead(models.Model):
    """What demo data needs to show reports: 18 months of leads that were decided."""

    _inherit = "crm.lead"

    @api.model
    def _load_demo_history(self):
        """Create won and lost leads of the last 18 months, with all that became known.

        The same ones each time: ratings, touchpoints, stays in statuses, two rows of
        the score's history. Names and addresses are fictional.
        """
        draw = random.Random(SEED)
        outcomes = [True] * WON + [False] * LOST
        draw.shuffle(outcomes)
        companies = cycle(self._get_demo_companies(draw))
        plans = [
            self._plan_demo_lead(draw, is_won, next(companies)) for is_won in outcomes
        ]
        quiet = {"tracking_disable": True, "mail_create_nosubscribe": True}
        leads = self.with_context(**quiet).create([plan["vals"] for plan in plans])
        self.env["crm.lead.touchpoint"].create(
            [
                {"lead_id": lead.id, "type_id": type_id, "date": date}
                for lead, plan in zip(leads, plans, strict=True)
                for type_id, date in plan["touchpoints"]
            ]
        )
        leads._log_demo_statuses(plans)
        leads._put_into_the_past(plans)
        leads._log_demo_scores(plans)
        return leads

    @api.model
    def _get_demo_companies(self, draw):
        """Return (name, mail domain, id of the industry), shuffled."""
        found = [
            (
                f"{branch} {name} {form}",
                f"{branch}-{name}.example".lower().replace("ä", "ae"),
                self.env.ref(industry).id,
            )
            for industry, branches in BRANCHES.items()
            for branch, (name, form) in product(branches, zip(NAMES, cycle(FORMS)))
        ]
        draw.shuffle(found)
        return found

    def _plan_demo_lead(self, draw, is_won, company):
        """Return dict of vals, touchpoints ([(type id, date)]) and stays in statuses.

        Stays are [(status id, from, to, salesperson's id)], the last one open.
        """
        now = self.env.cr.now()
        created = now - timedelta(days=draw.uniform(60, DAYS), hours=draw.uniform(0, 9))
        decided = min(
            created + timedelta(days=draw.lognormvariate(3.4 if is_won else 3.8, 0.5)),
            now - timedelta(days=draw.uniform(1, 20)),
        )
        user = self.env.ref(draw.choice(("base.user_admin", "base.user_demo")))
        vals = self._get_demo_vals(draw, is_won, company) | {"user_id": user.id}
        days = (decided - created).days
        touchpoints = [
            (self._ref(xmlid).id, created + timedelta(days=draw.uniform(0, days)))
            for xmlid, weights in TOUCHPOINTS.items()
            if draw.uniform(0, 100) < weights[not is_won]
        ]
        kinds = ["open", "contacted"]
        if is_won or draw.random() < 0.4:
            kinds.append("qualified")
        moments = sorted(draw.uniform(0.05, 0.95) for _kind in kinds[1:])
        dates = [
            created,
            *(created + (decided - created) * m for m in moments),
            decided,
        ]
        last = "converted" if vals["type"] == "opportunity" else "closed"
        ends = [*dates[1:], False]
        stays = [
            (self.env["crm.lead.status"]._get_default(kind).id, start, end, user.id)
            for kind, start, end in zip([*kinds, last], dates, ends, strict=True)
        ]
        return {"vals": vals, "touchpoints": touchpoints, "stays": stays}

    def _get_demo_vals(self, draw, is_won, company):
        name, domain, industry_id = company
        person = draw.choice(PEOPLE)
        interest, subject, field, sizes, price = draw.choice(WISHES)
        size = round(draw.uniform(*sizes))
        vals = {
            "name": subject,
            "partner_name": name,
            "contact_name": person,
            "email_from": f"{person.split()[0].lower()}@{domain}".replace("ö", "oe"),
            "phone": f"+49 30 23125 {draw.randint(100, 999)}",
            "country_id": self.env.ref("base.de").id,
            "industry_id": industry_id,
            "team_id": self.env.ref("sales_team.team_sales_department").id,
            "interest_ids": self._ref(f"interest_{interest}").ids,
            "expected_revenue": round(size * price, -2),
            # a lost one may have been an inquiry before
            "type": "opportunity" if is_won or draw.random() < 0.5 else "lead",
        }
        if field:
            vals[field] = size
        for field, options in RATINGS.items():
            weights = [pair[not is_won] for pair in options.values()]
            if draw.random() < 0.92:  # nobody asks everything
                (xmlid,) = draw.choices([*options], weights)
                vals[field] = self._ref(xmlid).id
        if is_won:
            stages = self.env["crm.stage"].search([("is_won", "=", True)], limit=1)
            return vals | {"stage_id": stages.id, "probability": 100}
        reasons = self.env["crm.lost.reason"].search([], limit=9).ids
        return vals | {
            "active": False,
            "probability": 0,
            "lost_reason_id": draw.choice(reasons) if reasons else False,
            **({} if vals["type"] == "opportunity" else self._get_demo_closed_vals()),
        }

    def _get_demo_closed_vals(self):
        return {"lead_status_id": self.env["crm.lead.status"]._get_default("closed").id}

    def _ref(self, xmlid):
        return self.env.ref(xmlid if "." in xmlid else f"lead_energy.{xmlid}")

    def _log_demo_statuses(self, plans):
        self.lead_status_log_ids.unlink()
        self.env["crm.lead.status.log"].create(
            [
                {
                    "lead_id": lead.id,
                    "status_id": stay[0],
                    "date_from": stay[1],
                    "date_to": stay[2],
                    "user_id": stay[3],
                    "next_status_id": following[0] if following else False,
                }
                for lead, plan in zip(self, plans, strict=True)
                for stay, following in zip(
                    plan["stays"], [*plan["stays"][1:], None], strict=True
                )
            ]
        )

    def _put_into_the_past(self, plans):
        """Date leads and touchpoints back, which the ORM lets nobody do."""
        self.env.flush_all()
        rows = [
            (
                lead.id,
                plan["stays"][0][1],
                plan["stays"][-1][1],
                plan["vals"]["type"] == "opportunity",
            )
            for lead, plan in zip(self, plans, strict=True)
        ]
        self.env.cr.execute(
            SQL(
                """
                UPDATE crm_lead SET create_date = created, date_open = created,
                       date_closed = decided, date_last_stage_update = decided,
                       lead_status_date = decided, write_date = decided,
                       converted_date = CASE WHEN is_opportunity THEN decided END,
                       date_conversion = CASE WHEN is_opportunity THEN decided END
                  FROM (VALUES %s) AS past (id, created, decided, is_opportunity)
                 WHERE past.id = crm_lead.id
                """,
                SQL(", ").join(SQL("(%s, %s, %s, %s)", *row) for row in rows),
            )
        )
        self.env.cr.execute(
            SQL(
                "UPDATE crm_lead_touchpoint SET create_date = date"
                " WHERE lead_id = ANY(%s)",
                self.ids,
            )
        )
        self.env.invalidate_all()

    def _log_demo_scores(self, plans):
        """Add what the score knew when a lead came, and when it was qualified."""
        spec = self.env.ref("lead_energy.score_model")._get_spec()
        rows = []
        for lead, plan in zip(self, plans, strict=True):
            _excluded, _fit, _engagement, score, lines = sums.preview(lead, spec)
            first = [line for line in lines or [] if "rule" in line][:2]
            at_first = sum(line["points"] for line in first)
            start, end = plan["stays"][0][1], plan["stays"][-1][1]
            later = start + (end - start) * 0.6
            for date, before, after, known, why in (
                (start, 0, at_first, first, "create"),
                (later, at_first, score, lines, "rating"),
            ):
                rows.append(
                    {
                        "lead_id": lead.id,
                        "date": date,
                        "score_from": before,
                        "score_to": max(after, 0),
                        "reason": why,
                        "lines": known,
                    }
                )
        self.env["crm.lead.score.log"].create(rows)
