"""How long finding and converting takes beside Odoo's own way, on 200,000 partners.

Run by `odoo shell` on two databases that may be thrown away, first on one without the
addon (crm, sale_crm and sale_management), then on one with it:

    odoo shell -d PLAIN < tools/bench_conversion.py
    odoo shell -d DATABASE < tools/bench_conversion.py

The figures are printed as `name: ours / native = ratio (limit)`. Only the partners are
committed, and stay for the next run.
"""

import json
import random
import statistics
import tempfile
import time
from pathlib import Path

from odoo.tools import SQL

PARTNERS = 200_000
LIMITS = {"single conversion": 1.5, "mass conversion of 300 leads": 1.1}
NATIVE = Path(tempfile.gettempdir(), "lead_energy_bench_conversion.json")
BUSINESSES = """
    Stadtwerke Elektrotechnik Solartechnik Maschinenbau Haustechnik Autohaus Energie
    Holzbau Immobilien Metallbau Windpark Wohnungsbaugesellschaft
"""
SYLLABLES = """
    al am an bar ber bi bo bru da dor e fal fen ga gel gro ha hei hol ing jo ka kel kro
    la lin lo mar mei mol na neu no ol pe pol ra rei ros sa schu se sol ta tel ul van vo
    wal wei wol za zel
"""


def make_name(rng):
    word = "".join(rng.choice(SYLLABLES.split()) for _index in range(rng.randint(3, 4)))
    return f"{rng.choice(BUSINESSES.split())} {word.capitalize()} GmbH"


def make_partners(env, has_addon):
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
    env.cr.execute("ANALYZE res_partner")
    env.cr.commit()


def measure(function, arguments):
    """Return the median of the seconds that calls take."""
    seconds = []
    for argument in arguments:
        start = time.perf_counter()
        function(argument)
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def report(name, ours, native, limit):
    verdict = "ok" if ours <= limit * native else "TOO SLOW"
    print(
        f"{name}: {ours * 1000:.1f} / {native * 1000:.1f} ms = {ours / native:.2f}"
        f" (limit {limit}) {verdict}"
    )
    return ours / native


def make_leads(env, count, companies, offset=0):
    rng = random.Random(count + offset)
    names = [make_name(rng) + f" {offset}" for _index in range(companies)]
    return env["crm.lead"].create(
        [
            {
                "name": f"Lead {number}",
                "type": "lead",
                "partner_name": names[number % companies],
                "contact_name": f"Person {number}",
                "email_from": f"p{offset}-{number}@neu{number % companies}.example",
                "phone": f"+49 40 {5000000 + offset * 1000 + number}",
                "user_id": env.uid,
            }
            for number in range(count)
        ]
    )


def bench_candidates(env):
    partners = env["res.partner"].search([("is_company", "=", True)], limit=4000)
    chosen = random.Random(1).sample(partners, 40)
    leads = env["crm.lead"].create(
        [
            {
                "name": "Lead",
                "partner_name": partner.name.replace(" GmbH", ""),
                "email_from": f"new@firma{index}.example",
                "phone": f"+49 30 {1000000 + index}",
                "website": f"www.firma{index}.example",
            }
            for index, partner in enumerate(chosen)
        ]
    )
    env.flush_all()
    ours = measure(lambda lead: lead._find_company_candidates(), leads)
    native = measure(
        lambda lead: env["res.partner"].name_search(lead.partner_name, limit=8), leads
    )
    report("candidates of a lead / name search", ours, native, 3)
    inputs = [leads[0]._prepare_company_match()]
    print("sequential scans of res_partner:", count_scans(env, inputs))


def count_scans(env, inputs):
    """Return how often PostgreSQL read the whole table for one search."""
    query = "SELECT seq_scan FROM pg_stat_xact_user_tables WHERE relname='res_partner'"
    env.cr.execute(query)
    (before,) = env.cr.fetchone()
    env["res.partner"]._search_company_matches(inputs)
    env.cr.execute(query)
    return env.cr.fetchone()[0] - before


def convert_single(lead):
    env = lead.env
    wizard = (
        env["crm.lead2opportunity.partner"]
        .with_context(active_model="crm.lead", active_ids=lead.ids, active_id=lead.id)
        .create({"name": "convert", "action": "create"})
    )
    wizard.action_apply()
    env.flush_all()


def convert_mass(leads):
    env = leads.env
    wizard = (
        env["crm.lead2opportunity.partner.mass"]
        .with_context(
            active_model="crm.lead", active_ids=leads.ids, active_id=leads[0].id
        )
        .create({"user_ids": [(4, env.uid)], "deduplicate": False})
    )
    wizard.action_mass_convert()
    env.flush_all()


def bench_conversion(env):
    """Return {name: seconds} of Odoo's two wizards, which work in both databases."""
    for lead in make_leads(env, 3, 3, 3):
        convert_single(lead)  # warm
    singles = make_leads(env, 40, 40, 1)
    many = make_leads(env, 300, 100, 4)
    env.flush_all()
    return {
        "single conversion": measure(convert_single, singles),
        "mass conversion of 300 leads": measure(convert_mass, [many]),
    }


def run(env):
    has_addon = "crm.lead.conversion" in env
    make_partners(env, has_addon)
    figures = bench_conversion(env)
    env.cr.rollback()
    if not has_addon:
        NATIVE.write_text(json.dumps(figures))
        print("without the addon:", figures)
        return
    native = json.loads(NATIVE.read_text())
    for name, limit in LIMITS.items():
        report(name, figures[name], native[name], limit)
    bench_candidates(env)
    env.cr.rollback()


if "env" in globals():
    run(env)  # noqa: F821
