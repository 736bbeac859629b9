"""Measure the score and a list edit: `make bench`, or `LEADS=1000000 make bench`.

Runs in `odoo shell` and works on a copy of its database, which it drops in the end.
Prints a line a figure: name, value, limit, and ok or missed. Times are medians of
RUNS; the two sides of a ratio are measured in one run, by turns.
"""

import hashlib
import logging
import os
import resource
import statistics
import threading
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial

import psycopg2
from freezegun import freeze_time

import odoo
from odoo import SUPERUSER_ID, api, fields
from odoo.models import BaseModel
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.tools import SQL

from odoo.addons.lead_energy.tools.score import conditions, statements
from odoo.addons.lead_energy.tools.score.conditions import WATCHED_PATHS

LEADS = int(os.environ.get("LEADS", 100_000))
RUNS = int(os.environ.get("RUNS", 5))
RULES = 46
WRITES = 30
CREATED = 1000
EDITED = 2000

Clock = Callable[[], float]  # does something, and returns the seconds it took

source = env.cr.dbname  # noqa: F821 (given by odoo shell)
env.cr.close()  # noqa: F821
name = f"{source}_bench"
missed = []


def report(
    label: str, value: float, limit: float, unit: str = "", at_least: bool = False
) -> None:
    is_ok = value >= limit if at_least else value <= limit
    sign = ">=" if at_least else "<="
    missed.extend([] if is_ok else [label])
    print(
        f"{label}: {value:.2f}{unit} (limit {sign} {limit:g}{unit})",
        "ok" if is_ok else "missed",
        flush=True,
    )


def note(label: str, value: float, unit: str = " s") -> None:
    print(f"    {label}: {value:.2f}{unit}", flush=True)


def administer(*statements: str) -> None:
    odoo.sql_db.close_db(name)
    connection = psycopg2.connect(dbname="postgres", user=os.environ.get("PGUSER"))
    connection.autocommit = True
    with connection.cursor() as cr:
        for statement in statements:
            cr.execute(statement)
    connection.close()


def clock(function: Callable, *args: object) -> float:
    start = time.perf_counter()
    function(*args)
    return time.perf_counter() - start


def by_turns(one: Clock, other: Clock) -> list[float]:
    """Return the medians of two functions that return seconds, after a warm-up."""
    one(), other()
    pairs = [(one(), other()) for _run in range(RUNS)]
    return [statistics.median(side) for side in zip(*pairs, strict=True)]


def vacuum() -> None:
    connection = psycopg2.connect(dbname=name, user=os.environ.get("PGUSER"))
    connection.autocommit = True
    with connection.cursor() as cr:
        for table in ("crm_lead", "crm_lead_touchpoint", "crm_lead_score_log"):
            cr.execute(f"VACUUM ANALYZE {table}")
    connection.close()


# ----------------------------------------------------------------------- the database
def create_leads(env: api.Environment) -> None:
    """Insert leads with random ratings, places, dates, interests and touchpoints."""

    def one_of(query: str, empty: float = 0.3) -> SQL:
        ids = [row[0] for row in env.execute_query(SQL(query))]
        # id: without it PostgreSQL would draw once for all rows
        return SQL(
            "CASE WHEN random() < %s THEN NULL ELSE"
            " (%s::int[])[1 + floor(random() * %s)::int] END",
            empty,
            ids,
            len(ids),
        )

    def rating(kind: str) -> SQL:
        return one_of(f"SELECT id FROM crm_lead_rating WHERE kind = '{kind}'")

    stages = "SELECT id FROM crm_stage WHERE is_won IS NOT TRUE ORDER BY sequence"
    env.cr.execute(
        SQL(
            """
            INSERT INTO crm_lead (
                name, type, active, won_status, probability, automated_probability,
                stage_id, lead_status_kind, lead_status_date, create_date, write_date,
                create_uid, write_uid, influence_id, company_size_id, need_id,
                volume_id, industry_id, source_id, partner_id, country_id, city,
                email_from, email_normalized, email_domain_criterion, email_state,
                partner_name, contact_name,
                phone, phone_sanitized, expected_revenue, annual_consumption_kwh,
                planned_power_kwp, planned_storage_kwh, contract_end_date,
                customer_segment, lead_number)
            SELECT 'Lead ' || n,
                   CASE WHEN n %% 3 = 0 THEN 'opportunity' ELSE 'lead' END,
                   n %% 10 <> 1,
                   CASE n %% 10 WHEN 0 THEN 'won' WHEN 1 THEN 'lost' ELSE 'pending' END,
                   CASE n %% 10 WHEN 0 THEN 100 WHEN 1 THEN 0 ELSE 30 END, 30,
                   %(stage)s,
                   'open', now() - random() * interval '400 d',
                   now() - random() * interval '700 d', now(), 1, 1,
                   %(influence)s, %(size)s, %(need)s, %(volume)s, %(industry)s,
                   %(source)s, %(partner)s, %(country)s,
                   (ARRAY['Berlin', 'Bonn', 'Kiel'])[1 + floor(random() * 3)::int],
                   'x' || n || '@example.com', 'x' || n || '@example.com',
                   '@example.com', 'correct',
                   'Müller ' || md5(n::text), 'Jana ' || md5((-n)::text),
                   '+49 30 ' || 2000000 + n, '+4930' || 2000000 + n,
                   round(random() * 90000), round(random() * 200000),
                   round(random() * 200), round(random() * 20),
                   current_date + (random() * 900)::int,
                   (ARRAY['household', 'business', 'industry'])[
                       1 + floor(random() * 3)::int], 'B' || n
              FROM generate_series(1, %(count)s) n
            """,
            influence=rating("influence"),
            size=rating("company_size"),
            need=rating("need"),
            volume=rating("volume"),
            industry=one_of("SELECT id FROM res_partner_industry"),
            source=one_of("SELECT id FROM utm_source"),
            partner=one_of("SELECT id FROM res_partner WHERE active"),
            country=one_of("SELECT id FROM res_country LIMIT 9"),
            stage=one_of(stages, empty=0),
            count=LEADS,
        )
    )
    env.cr.execute(
        SQL(
            """
            INSERT INTO crm_lead_touchpoint (lead_id, type_id, date, create_date)
            SELECT id, (%s::int[])[1 + id %% 8], now() - random() * interval '500 d',
                   now()
              FROM crm_lead WHERE id %% 5 = 0
            """,
            env["crm.lead.touchpoint.type"].search([("points", "!=", 0)]).ids,
        )
    )
    interests = env["crm.lead"]._fields["interest_ids"]
    env.cr.execute(
        SQL(
            "INSERT INTO %s (%s, %s) SELECT id, (%s::int[])[1 + id %% 5] FROM crm_lead"
            " WHERE id %% 2 = 0 ON CONFLICT DO NOTHING",
            SQL.identifier(interests.relation),
            SQL.identifier(interests.column1),
            SQL.identifier(interests.column2),
            env["crm.lead.interest"].search([("id", "!=", 0)]).ids,
        )
    )
    env.invalidate_all()


def publish(env: api.Environment) -> BaseModel:
    """Publish the shipped model with as many rules more as make 46."""
    draft = env.ref("lead_energy.score_model").copy()
    energy = draft.criterion_ids.filtered(lambda c: c.code == "energy")
    for number in range(RULES - len(draft._get_rules())):
        energy.rule_ids.create(
            {
                "criterion_id": energy.id,
                "name": f"Country {number}",
                "domain": "[('partner_id.country_id.code', '=', 'DE'),"
                f" ('expected_revenue', '>', {number * 1000})]",
                "points": 2,
            }
        )
    draft.action_publish()
    print(f"{LEADS} leads, {len(draft._get_rules())} rules, {RUNS} runs")
    env.cr.commit()
    return draft


# -------------------------------------------------------------------------- the figures
class Bench:
    def __init__(self, env: api.Environment) -> None:
        self.env = env
        self.leads = env["crm.lead"].with_context(
            active_test=False, lead_score_quiet=True
        )
        self.longest = 0
        self.model = env["crm.lead.score.model"]._get_published_model()

    def update(self, ids: list[int] | None = None, reason: str = "time") -> None:
        """The update of the cron, with its commits; note the longest transaction."""
        ids = ids or self.leads.search([("id", "!=", 0)], order="id").ids
        original = type(self.leads)._try_update_scores

        def timed(leads: BaseModel, *args: object) -> object:
            start = time.perf_counter()
            try:
                return original(leads, *args)
            finally:
                self.longest = max(self.longest, time.perf_counter() - start)

        type(self.leads)._try_update_scores = timed
        try:
            self.leads._update_scores_in_batches(self.model, ids, reason)
        finally:
            type(self.leads)._try_update_scores = original
        self.env.cr.commit()

    def select(self) -> None:
        leads = self.env["crm.lead.score.model"]._get_leads()
        spec = self.env["crm.lead.score.model"]._get_published().spec
        self.env.cr.execute("SET LOCAL jit = off")  # as the update does
        self.env.cr.execute(statements.compile_select(leads, spec))
        self.env.cr.fetchall()

    def unchanged(self) -> float:
        full, select = by_turns(lambda: clock(self.update), lambda: clock(self.select))
        note("full update, nothing changed", full)
        note("plain SELECT", select)
        report("full update / plain SELECT", full / select, 1.2)
        return full

    def predictive(self, full: float) -> None:
        pending = [("won_status", "=", "pending")]
        count = self.leads.search_count(pending)
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("crm.pls_start_date", "2000-01-01")
        self.env["crm.lead"]._rebuild_pls_frequency_table()
        seconds = clock(self.env["crm.lead"]._update_automated_probabilities)
        self.env.cr.commit()
        note("predictive update", seconds)
        ratio = (LEADS / full) / (count / seconds)
        report("leads a second / predictive", ratio, 4, at_least=True)

    def moved(self) -> None:
        """Points of one option change so that about 40 % of the leads move."""
        rules = self.env.ref("lead_energy.score_model")._get_published_model()
        rules = rules.criterion_ids.filtered(lambda c: c.code == "need").rule_ids[:2]
        sign = [1]
        ids = []

        def change() -> float:
            sign[0] = -sign[0]
            self.env.cr.execute(
                SQL(
                    "UPDATE crm_lead_score_rule SET points = points + %s"
                    " WHERE id = ANY(%s)",
                    2 * sign[0],
                    rules.ids,
                )
            )
            self.env.invalidate_all()
            self.env.registry.clear_cache()
            moved = f"need_id IN {tuple(r.option_ref.id for r in rules)}"
            self.env.cr.execute(f"SELECT id FROM crm_lead WHERE {moved}")
            ids[:] = [row[0] for row in self.env.cr.fetchall()]
            self.env.cr.commit()
            return clock(self.update)

        def bare() -> float:
            seconds = clock(
                self.env.cr.execute,
                "UPDATE crm_lead SET color = COALESCE(color, 0) + 1 WHERE id = ANY(%s)",
                [ids],
            )
            self.env.cr.commit()
            return seconds

        update, plain = by_turns(change, bare)
        note("leads that a change moves", 100 * len(ids) / LEADS, " %")
        note("update after the change", update)
        note("bare UPDATE of the same rows", plain)
        report("update after a change / bare UPDATE", update / plain, 3)
        report("longest transaction", self.longest, 1, " s")

    def day(self) -> None:
        """A day has passed: the daily run, against the full update of that day."""
        days = [0]

        def run(is_daily: bool) -> float:
            days[0] += 1
            with freeze_time(fields.Datetime.now() + days[0] * DAY, tick=True):
                start = time.perf_counter()
                ids = None
                if is_daily:
                    leads = self.env["crm.lead.score.model"]._get_leads()
                    spec = self.env["crm.lead.score.model"]._get_published().spec
                    select = statements.compile_moved(leads, spec)
                    self.env.cr.execute("SET LOCAL jit = off")
                    rows = leads.env.execute_query(select)
                    ids = sorted(lead_id for (lead_id,) in rows)
                self.update(ids)
                return time.perf_counter() - start

        daily, full = by_turns(lambda: run(True), lambda: run(False))
        note("daily run", daily)
        note("full update a day later", full)
        report("daily run / full update", daily / full, 0.5)

    def concurrency(self) -> list[Exception]:
        """Two reps save leads while all leads are updated."""
        stop, errors, saved = threading.Event(), [], []

        def rep(number: int) -> None:
            ids = self.ids[number::97]
            while not stop.is_set():
                try:
                    with self.env.registry.cursor() as cr:
                        other = api.Environment(cr, SUPERUSER_ID, {})
                        lead = other["crm.lead"].browse(ids[len(saved) % len(ids)])
                        vals = {"annual_consumption_kwh": 90000 + len(saved) * 500}
                        retrying(partial(lead.write, vals), other)
                    saved.append(lead.id)
                except Exception as error:
                    errors.append(error)

        self.ids = self.leads.search([("id", "!=", 0)]).ids
        self.env.cr.commit()
        reps = [threading.Thread(target=rep, args=(number,)) for number in (1, 2)]
        for thread in reps:
            thread.start()
        self.update(reason="model")
        stop.set()
        for thread in reps:
            thread.join()
        note("leads saved meanwhile", len(saved), "")
        report("errors of two reps who save leads meanwhile", len(errors), 0)
        return errors[:1]

    # ------------------------------------------------------------------- single writes
    def switch(self, is_on: bool) -> None:
        """Let the registry watch what the model reads, or nothing."""
        parameters = self.env["ir.config_parameter"]
        paths = conditions.get_paths(
            self.env["crm.lead.score.model"]._get_published().spec
        )
        parameters.set_param(WATCHED_PATHS, ",".join(sorted(paths)) if is_on else "-")
        self.env.flush_all()
        self.env.registry._setup_models__(self.env.cr, ["crm.lead"])
        self.env.cr.commit()

    def write(self, field: str, values: Sequence) -> tuple[float, int]:
        """Return the median seconds and the queries of a write with its flush."""
        leads = self.env["crm.lead"].search([("active", "=", True)], limit=WRITES + 5)
        seconds = []
        for number, lead in enumerate(leads):
            self.env.invalidate_all()
            lead.read([field])
            self.env.cr.execute("SELECT 1")
            before = self.env.cr.sql_log_count
            value = values[0] if lead[field] != values[0] else values[1]
            start = time.perf_counter()
            lead.write({field: value})
            self.env.flush_all()
            seconds.append(time.perf_counter() - start)
            queries = self.env.cr.sql_log_count - before
            if number < 5:
                seconds.clear()
        self.env.cr.rollback()
        return statistics.median(seconds), queries

    def create(self) -> float:
        values = [
            {"name": f"New {n}", "type": "lead", "city": "Bonn"} for n in range(CREATED)
        ]

        def create() -> None:
            self.env["crm.lead"].create([dict(vals) for vals in values])
            self.env.flush_all()

        seconds = clock(create)
        self.env.cr.rollback()
        return seconds

    def singles(self) -> None:
        figures = {}
        for turn in range(RUNS):
            for is_on in (False, True):
                self.switch(is_on)
                figures.setdefault(("watched", is_on), []).append(
                    self.write("annual_consumption_kwh", (6000, 120000))
                )
                figures.setdefault(("unwatched", is_on), []).append(
                    self.write("street", ("Here", "There"))
                )
                if turn < 3:
                    figures.setdefault(("create", is_on), []).append((self.create(), 0))

        def get(what: str, is_on: bool) -> tuple[float, int]:
            seconds, queries = zip(*figures[what, is_on], strict=True)
            return statistics.median(seconds), min(queries)

        with_rules, plain = get("watched", True), get("watched", False)
        note("watched write", 1000 * with_rules[0], " ms")
        note("the same without rules", 1000 * plain[0], " ms")
        report("queries of a watched write, more", with_rules[1] - plain[1], 2)
        report("time of a watched write, times", with_rules[0] / plain[0], 1.5)
        more = get("unwatched", True)[1] - get("unwatched", False)[1]
        report("queries of an unwatched write, more", more, 0)
        created, bare = get("create", True)[0], get("create", False)[0]
        note(f"create of {CREATED} leads", created)
        report(f"create of {CREATED} leads, times", created / bare, 1.25)

    def mass_edit(self) -> None:
        """A list edit of many leads: their status, against their stage."""
        count = min(EDITED, LEADS // 3)
        domain = [("type", "=", "lead"), ("won_status", "=", "pending")]
        leads = self.env["crm.lead"].search(domain, limit=count)
        stages = self.env["crm.stage"].search([("is_won", "=", False)], limit=2).ids
        statuses = [
            self.env["crm.lead.status"]._get_default(kind).id
            for kind in ("contacted", "qualified")
        ]

        def edit(field: str, values: list[int]) -> Clock:
            def run() -> float:
                values.reverse()
                self.env.invalidate_all()
                seconds = clock(self._edit, leads, {field: values[0]})
                self.env.cr.commit()
                return seconds

            return run

        status, stage = by_turns(
            edit("lead_status_id", statuses), edit("stage_id", stages)
        )
        note(f"status of {len(leads)} leads", status)
        note("their stage", stage)
        report("list edit of a status / of a stage", status / stage, 1.5)

    def search(self) -> None:
        """What is typed into the box, against Odoo's own search for a name."""
        texts = iter(range(1, LEADS))

        def search(get_domain: Callable[[int], Sequence]) -> float:
            domains = [get_domain(next(texts) * 7919 % LEADS) for _turn in range(20)]
            return clock(lambda: [self.env["crm.lead"].search(d) for d in domains])

        def name_of(number: int) -> str:
            return hashlib.md5(str(number).encode()).hexdigest()[:8]

        searches = {
            "number": lambda n: [("quick_search", "ilike", f"030/2{n:06d}")],
            "part of a number": lambda n: [("quick_search", "ilike", f"{n:06d}")],
            "name": lambda n: [("quick_search", "ilike", f"mueller {name_of(n)}")],
        }
        for label, get_domain in searches.items():
            typed, native = by_turns(
                lambda get_domain=get_domain: search(get_domain),
                lambda: search(lambda n: [("name", "ilike", f"Lead {n}")]),
            )
            note(f"search for a {label}", 50 * typed, " ms")
            note("Odoo's search for a name", 50 * native, " ms")
            report(f"search for a {label} / for a name", typed / native, 3)

    def _edit(self, leads: BaseModel, vals: dict) -> None:
        leads.write(vals)
        self.env.flush_all()
        self.env.cr.precommit.run()  # the tracking


DAY = timedelta(days=1)


def get_memory() -> float:
    """Return the peak of the resident memory so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    administer(f'DROP DATABASE IF EXISTS "{name}"')
    odoo.sql_db.close_db(source)
    administer(f'CREATE DATABASE "{name}" TEMPLATE "{source}"')
    try:
        with Registry(name).cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            create_leads(env)
            env["crm.lead"]._install_scores()
            publish(env)
            bench = Bench(env)
            bench.update(reason="model")
            vacuum()
            idle = get_memory()
            full = bench.unchanged()
            bench.predictive(full)
            bench.moved()
            report("memory over idle", get_memory() - idle, 300, " MB")
            vacuum()
            bench.day()
            for error in bench.concurrency():
                print("   ", repr(error))
            bench.singles()
            bench.mass_edit()
            bench.search()
    finally:
        administer(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    print("missed: " + ", ".join(missed) if missed else "all ok", flush=True)


# what is retried is logged as an error by the cursor
logging.getLogger("odoo.sql_db").setLevel(logging.CRITICAL)
main()
os._exit(0)  # the shell's own connection is gone
