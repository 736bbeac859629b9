"""Measure an import of 10,000 leads beside Odoo's own way.

`make bench` runs it in `odoo shell` on a database with the addon; the variable PLAIN
names one without it. Both read the same file, in batches of 2,000 rows as the screen
does, as a rep: ours with all its columns, native with Odoo's fields alone.

Prints a line a figure: name, value, limit, and ok or missed.
"""

import csv
import io
import os
import time

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tests import new_test_user

ROWS = int(os.environ.get("ROWS", 10_000))
BATCH = 2000
# header, field, whether Odoo has it, cell of a row
COLUMNS = [
    ("Betreff", "name", True, lambda n: f"Anfrage {n}"),
    ("Unternehmen", "partner_name", True, lambda n: f"Muster {n % 900} GmbH"),
    ("Ansprechpartner", "contact_name", True, lambda n: f"Person {n}"),
    ("E-Mail", "email_from", True, lambda n: f"p{n}@muster{n % 900}.example"),
    ("Telefon", "phone", True, lambda n: f"030 23125 {n}"),
    ("Straße", "street", True, lambda n: f"Weg {n}"),
    ("PLZ", "zip", True, lambda n: f"{10000 + n}"),
    ("Ort", "city", True, lambda n: "Berlin"),
    ("Land", "country_id", True, lambda n: "Germany"),
    ("Notizen", "description", True, lambda n: f"Gespräch {n}"),
    ("Einfluss", "influence_id", False, lambda n: "Decision Maker"),
    ("Bedarf", "need_id", False, lambda n: "Urgent Need"),
    ("Status", "lead_status_id", False, lambda n: "Open"),
    ("Interessen", "interest_ids", False, lambda n: "Photovoltaics, Wind Power"),
    ("Folgetermin", "next_contact_date", False, lambda n: f"{n % 28 + 1:02}.12.2030"),
]
OPTIONS = {"quoting": '"', "separator": ";", "has_headers": True, "limit": BATCH}
missed = []


def make_file() -> bytes:
    file = io.StringIO()
    writer = csv.writer(file, delimiter=";")
    writer.writerow(header for header, *_rest in COLUMNS)
    writer.writerows(
        [make_cell(number) for _h, _f, _native, make_cell in COLUMNS]
        for number in range(ROWS)
    )
    return file.getvalue().encode()


def import_file(name: str, content: bytes) -> tuple[float, float]:
    """Return the seconds of (preview, import) in a database, then take it back."""
    with Registry(name).cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
        has_addon = "lead_number" in env["crm.lead"]._fields
        user = new_test_user(env, "import_rep", "sales_team.group_sale_salesman")
        wizard = (
            env(user=user.id)["base_import.import"]
            .with_context(default_type="lead")
            .create({"res_model": "crm.lead", "file": content, "file_name": "a.csv"})
        )
        start = time.perf_counter()
        options = wizard.parse_preview(dict(OPTIONS))["options"]
        preview = time.perf_counter() - start
        fields = [
            (native or has_addon) and field for _h, field, native, _cell in COLUMNS
        ]
        headers = [header for header, *_rest in COLUMNS]
        skip, count = 0, 0
        while True:
            batch = {**options, "skip": skip, "encoding": "utf-8"}
            result = wizard.execute_import(fields, headers, batch)
            cr.flush()
            assert not result["messages"], result["messages"]
            count += len(result["ids"])
            skip = result["nextrow"]
            if not skip:
                break
        seconds = time.perf_counter() - start - preview
        assert count == ROWS, count
        cr.rollback()
    return preview, seconds


def report(label: str, value: float, limit: float) -> None:
    is_ok = value <= limit
    missed.extend([] if is_ok else [label])
    print(f"{label}: {value:.2f} (limit <= {limit:g})", "ok" if is_ok else "missed")


def main(name: str) -> None:
    content = make_file()
    _preview, native = import_file(os.environ["PLAIN"], content)
    preview, ours = import_file(name, content)
    print(f"    import of {ROWS} leads, native: {native:.1f} s, ours: {ours:.1f} s")
    report("preview of an import, seconds", preview, 3)
    report("import, times Odoo's own", ours / native, 1.5)
    print("missed: " + ", ".join(missed) if missed else "all ok", flush=True)


if "env" in globals():
    main(env.cr.dbname)  # noqa: F821 (given by odoo shell)
