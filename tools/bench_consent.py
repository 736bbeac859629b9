"""Measure the one question before anything is sent: whom may we write to?

`make bench` runs it in `odoo shell` on a database with the addon. LEADS leads
(100,000), every second with a consent, every tenth of these withdrawn again.

Prints a line a figure: name, value, limit, and ok or missed.
"""

import os
import statistics
import time
from collections.abc import Callable

LEADS = int(os.environ.get("LEADS", 100_000))
RUNS = 5
FILL = """
    INSERT INTO crm_lead (name, type, active, won_status, create_date, email_from,
                          email_normalized, lead_number)
    SELECT 'Bench', 'lead', TRUE, 'pending', now(), 'p' || n || '@bench.example',
           'p' || n || '@bench.example', 'BENCH' || n
      FROM generate_series(1, %(leads)s) n;
    INSERT INTO crm_lead_consent (lead_id, channel, address, purpose_id, event, date,
                                  origin)
    SELECT id, 'email', email_normalized, %(purpose)s, event, now(), 'import'
      FROM crm_lead, (VALUES ('confirmed', 2), ('withdrawn', 20)) events (event, every)
     WHERE name = 'Bench' AND id %% every = 0
  ORDER BY every;
    INSERT INTO mail_blacklist (email, active)
    SELECT email_normalized, TRUE FROM crm_lead WHERE name = 'Bench' AND id %% 50 = 0;
    ANALYZE crm_lead, crm_lead_consent, mail_blacklist
"""
# the same leads with their addresses and whether these are blacklisted
PLAIN = """
    SELECT lead.id, email_normalized, entry.id FROM crm_lead lead
 LEFT JOIN mail_blacklist entry ON entry.email = email_normalized AND entry.active
     WHERE lead.id = ANY(%s)
"""


def measure(function: Callable[[], object]) -> float:
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def main() -> None:
    cr = env.cr  # noqa: F821 (given by odoo shell)
    purpose = env.ref("lead_energy.consent_purpose_advertising")  # noqa: F821
    cr.execute(FILL, {"leads": LEADS, "purpose": purpose.id})
    leads = env["crm.lead"].search([("name", "=", "Bench")])  # noqa: F821

    def select() -> None:
        cr.execute(PLAIN, [leads.ids])
        cr.fetchall()

    plain, ours = [], []
    for _run in range(RUNS):
        plain.append(measure(select))
        before = cr.sql_log_count
        ours.append(measure(lambda: leads._filter_allowed("email", purpose)))
        queries = cr.sql_log_count - before
    allowed = len(leads._filter_allowed("email", purpose))
    plain, ours = statistics.median(plain), statistics.median(ours)
    print(
        f"    {allowed} of {len(leads)} leads may be written to:"
        f" {ours:.2f} s, their plain SELECT {plain:.2f} s"
    )
    is_ok = ours <= 2 * plain and queries == 1
    print(
        f"whom to write to, times a SELECT of the leads: {ours / plain:.2f}"
        f" (limit <= 2), queries: {queries} (limit <= 1)",
        "ok" if is_ok else "missed",
        flush=True,
    )
    cr.rollback()


if "env" in globals():
    main()
