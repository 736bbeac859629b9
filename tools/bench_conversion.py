"""Measure finding and converting beside Odoo's own way, on 200,000 partners.

`make bench` runs it in `odoo shell` on a database with the addon; the variable PLAIN
names one without it (crm, sale_crm and sale_management alike). Both get the same
partners and the same leads, and are measured by turns in one process, as a rep, each
conversion in a transaction of its own with all that a commit flushes. Native is what
Odoo does in PLAIN with its own dialog, ours the same calls with the addon: the lead
ends as an inquiry with a new company and contact on both sides.

Odoo has no index on the normalized e-mail address, which its dialog searches when it
opens; the addon adds one. So the single conversion is measured twice: with the dialog
as a user opens it, and with its choice given, where nothing searches by address.

Prints a line a figure: name, value, limit, and ok or missed. Both databases may be
thrown away afterwards.
"""

import os
import random
import statistics
import time
from collections.abc import Callable

import psycopg2

from odoo import SUPERUSER_ID, api
from odoo.models import BaseModel
from odoo.modules.registry import Registry
from odoo.tests import new_test_user
from odoo.tools import SQL

PARTNERS = int(os.environ.get("PARTNERS", 200_000))
RUNS = 9
MASS_RUNS = 1
missed = []
BUSINESSES = """
    Stadtwerke Elektrotechnik Solartechnik Maschinenbau Haustechnik Autohaus Energie
    Holzbau Immobilien Metallbau Windpark Wohnungsbaugesellschaft
"""
SYLLABLES = """
    al am an bar ber bi bo bru da dor e fal fen ga gel gro ha hei hol ing jo ka kel kro
    la lin lo mar mei mol na neu no ol pe pol ra rei ros sa schu se sol ta tel ul van vo
    wal wei wol za zel
"""


def make_name(rng: random.Random) -> str:
    word = "".join(rng.choice(SYLLABLES.split()) for _index in range(rng.randint(3, 4)))
    return f"{rng.choice(BUSINESSES.split())} {word.capitalize()} GmbH"


def make_partners(env: api.Environment, has_addon: bool) -> None:
    """Fill the database up to PARTNERS companies."""
    missing = PARTNERS - env["res.partner"].search_count([("id", "!=", 0)])
    if missing > 0:
        rng = random.Random(6)
        env.cr.execute(
            SQL(
                """
                INSERT INTO res_partner
                       (name, complete_name, commercial_company_name, is_company,
                        active, type, lang, email, email_normalized, phone_sanitized,
                        website, zip, autopost_bills, create_uid, write_uid,
                        create_date, write_date, partner_share)
                SELECT name, name, name, TRUE,
                       TRUE, 'contact', 'en_US', 'info@firma' || number || '.example',
                       'info@firma' || number || '.example',
                       '+4930' || (1000000 + number),
                       'http://firma' || number || '.example',
                       lpad((number %% 99999)::text, 5, '0'), 'ask', 1, 1,
                       now(), now(), TRUE
                  FROM unnest(%s) WITH ORDINALITY AS row (name, number)
                """,
                [make_name(rng) for _index in range(missing)],
            )
        )
        env.cr.execute(
            "UPDATE res_partner SET commercial_partner_id = id"
            " WHERE commercial_partner_id IS NULL"
        )
    if has_addon:
        env["res.partner"]._init_company_match_key()
    env.cr.commit()
    vacuum(env.cr.dbname)


def vacuum(name: str) -> None:
    connection = psycopg2.connect(dbname=name, user=os.environ.get("PGUSER"))
    connection.autocommit = True
    with connection.cursor() as cr:
        cr.execute("VACUUM ANALYZE res_partner")
    connection.close()


class Side:
    """One of the two databases."""

    def __init__(self, name: str) -> None:
        self.registry = Registry(name)
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            self.has_addon = "crm.lead.conversion" in env
            make_partners(env, self.has_addon)
            user = env["res.users"].search([("login", "=", "bench_rep")])
            user = user or new_test_user(
                env, "bench_rep", "sales_team.group_sale_salesman"
            )
            self.uid = user.id
            leads = env["crm.lead"].with_user(user)
            self.single = make_leads(leads, 1, 1, 1).ids
            self.many = make_leads(leads, 300, 100, 4).ids
            self.known = self.make_known(leads).ids

    @staticmethod
    def make_known(leads: BaseModel) -> BaseModel:
        """Leads of companies that are there already."""
        partners = leads.env["res.partner"].sudo()
        chosen = partners.search([("website", "like", "firma")], limit=4000)
        return leads.create(
            [
                {
                    "name": "Lead",
                    "partner_name": partner.name.replace(" GmbH", ""),
                    "email_from": f"new@firma{index}.example",
                    "phone": f"+49 30 {1000000 + index}",
                    "website": f"www.firma{index}.example",
                }
                for index, partner in enumerate(random.Random(1).sample(chosen, 10))
            ]
        )

    def clock(self, function: Callable[[BaseModel], object], ids: list[int]) -> float:
        """Return the seconds of a call in a transaction that is then taken back."""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, self.uid, {})
            start = time.perf_counter()
            function(env["crm.lead"].browse(ids))
            cr.flush()
            seconds = time.perf_counter() - start
            cr.rollback()
        return seconds


def by_turns(
    ours: "Side",
    native: "Side",
    function: Callable[[BaseModel], object],
    ids: str,
    runs: int,
) -> list[float]:
    """Return the medians of both sides, after a warm-up if there is more than one."""
    for side in (ours, native) if runs > 1 else ():
        side.clock(function, getattr(side, ids))
    turns = [
        [side.clock(function, getattr(side, ids)) for side in (ours, native)]
        for _run in range(runs)
    ]
    return [statistics.median(side) for side in zip(*turns, strict=True)]


def report(label: str, value: float, limit: float) -> None:
    is_ok = value <= limit
    missed.extend([] if is_ok else [label])
    print(f"{label}: {value:.2f} (limit <= {limit:g})", "ok" if is_ok else "missed")


def note(label: str, seconds: float) -> None:
    print(f"    {label}: {1000 * seconds:.1f} ms")


def make_leads(
    leads: BaseModel, count: int, companies: int, offset: int = 0
) -> BaseModel:
    rng = random.Random(count + offset)
    names = [make_name(rng) + f" {offset}" for _index in range(companies)]
    return leads.create(
        [
            {
                "name": f"Lead {number}",
                "type": "lead",
                "partner_name": names[number % companies],
                "contact_name": f"Person {number}",
                "email_from": f"p{number}@neu{offset}-{number % companies}.example",
                "phone": f"+49 40 {5000000 + offset * 1000 + number}",
                "user_id": leads.env.uid,
            }
            for number in range(count)
        ]
    )


def open_dialog(leads: BaseModel, model: str, **values: object) -> BaseModel:
    wizards = leads.env[model].with_context(
        active_model="crm.lead", active_ids=leads.ids, active_id=leads[0].id
    )
    return wizards.create(values)


def convert_opened(lead: BaseModel) -> None:
    open_dialog(lead, "crm.lead2opportunity.partner").action_apply()


def convert_given(lead: BaseModel) -> None:
    open_dialog(
        lead, "crm.lead2opportunity.partner", name="convert", action="create"
    ).action_apply()


def convert_mass(leads: BaseModel) -> None:
    open_dialog(
        leads,
        "crm.lead2opportunity.partner.mass",
        user_ids=[(4, leads.env.uid)],
        deduplicate=False,
    ).action_mass_convert()


def convert_in_steps(lead: BaseModel) -> None:
    action = lead.action_convert()
    wizards = lead.env[action["res_model"]].with_context(**action["context"])
    wizard = wizards.browse(action["res_id"])
    wizard.action_next()
    wizard.action_next()
    wizard.action_convert()


def find(leads: BaseModel) -> None:
    for lead in leads:
        lead._find_company_candidates()


def search_names(leads: BaseModel) -> None:
    for lead in leads:
        leads.env["res.partner"].name_search(lead.partner_name, limit=8)


def count_scans(leads: BaseModel) -> int:
    """Return how often PostgreSQL read all partners, to find one company."""
    leads.env.flush_all()
    cr = leads.env.cr
    query = "SELECT seq_scan FROM pg_stat_xact_user_tables WHERE relname='res_partner'"
    cr.execute(query)
    (before,) = cr.fetchone()
    leads.env["res.partner"]._search_company_matches(
        [leads[0]._prepare_company_match()]
    )
    cr.execute(query)
    return cr.fetchone()[0] - before


def bench(ours: "Side", native: "Side") -> None:
    for label, function, ids, runs, limit in (
        ("single conversion", convert_opened, "single", RUNS, 1.5),
        ("single conversion, choice given", convert_given, "single", RUNS, 1.5),
        ("mass conversion of 300 leads", convert_mass, "many", MASS_RUNS, 1.1),
    ):
        mine, its = by_turns(ours, native, function, ids, runs)
        note(f"{label}, ours", mine)
        note(f"{label}, native", its)
        report(f"{label}, times", mine / its, limit)
    steps = [ours.clock(convert_in_steps, ours.single) for _run in range(RUNS)]
    note("single conversion in our dialog, all its steps", statistics.median(steps))
    found = statistics.median(ours.clock(find, ours.known) for _run in range(3))
    named = statistics.median(ours.clock(search_names, ours.known) for _run in range(3))
    note("candidates of a lead", found / len(ours.known))
    report("candidates of a lead, times a name search", found / named, 3)
    scans = []
    ours.clock(lambda leads: scans.append(count_scans(leads)), ours.known)
    report("sequential scans to find them", scans[0], 0)


def main(name: str) -> None:
    bench(Side(name), Side(os.environ["PLAIN"]))
    print("missed: " + ", ".join(missed) if missed else "all ok", flush=True)


if "env" in globals():
    main(env.cr.dbname)  # noqa: F821 (given by odoo shell)
