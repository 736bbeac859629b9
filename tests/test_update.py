"""What becomes of the data of release 19.0.1.0.0 when it is updated."""

import ast
import json
import tarfile
from pathlib import Path

import pytest

from odoo.tests.common import get_db_name

from .common import (
    ROOT,
    checked_tool,
    clone_template,
    drop,
    odoo,
    odoo_shell,
)

DATABASE = "lead_energy_update"
FRESH = "lead_energy_update_fresh"  # where nobody has edited the shipped model
DATA = Path(__file__).parent / "data"
RELEASE = DATA / "lead_energy-19.0.1.0.0.tar.xz"
FILL = DATA / "fill_19_0_1_0_0.py"

# "table.column", or "table", that the update changes or drops: why, and what migrates
EXPECTED_CHANGES = {
    # the published model excludes who has objected: all leads are scored again
    *(f"crm_lead_score_model.update_{name}" for name in ("done", "last_id", "pending")),
    # post-interest_product: its products are lines, see test_products_are_lines
    "crm_lead_interest_product_product_rel",
    # more spellings are understood: post-company_match_key.py
    *(f"res_partner.company_match_{name}" for name in ("key", "core")),
}
# columns that say who wrote last, also when the update wrote
STAMPS = {"write_date", "write_uid"}

TABLES = """
    SELECT relname FROM pg_class
     WHERE relkind = 'r' AND (relname IN (
        SELECT replace(model.model, '.', '_') FROM ir_model model
          JOIN ir_model_data data
            ON data.model = 'ir.model' AND data.res_id = model.id
         WHERE data.module = 'lead_energy' AND NOT model.transient
           AND model.model <> 'ir.model.fields'
     ) OR relname IN (
        SELECT relation.name FROM ir_model_relation relation
          JOIN ir_module_module module ON module.id = relation.module
         WHERE module.name = 'lead_energy'
           AND relation.name NOT LIKE '%candidate%'
     ) OR relname IN ('sale_order', 'mail_activity'))
  ORDER BY relname
"""

SCHEMA = {
    "columns": """
        SELECT table_name, column_name, udt_name, is_nullable
          FROM information_schema.columns WHERE table_schema = 'public'
    """,
    "indexes": "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "constraints": """
        SELECT conrelid::regclass, conname, pg_get_constraintdef(oid)
          FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    """,
    "records": "SELECT model, name FROM ir_model_data WHERE module = 'lead_energy'",
    "settings": "SELECT key FROM ir_config_parameter WHERE key LIKE 'lead_energy%'",
}

VIEWS = """
import json
views = env["ir.ui.view"].browse(env["ir.model.data"].search(
    [("module", "=", "lead_energy"), ("model", "=", "ir.ui.view")]).mapped("res_id"))
customers = env["ir.ui.view"].search([("name", "like", "crm.lead.form.customer")])
(views | customers)._check_xml()
for user in env["res.users"].search(
        [("login", "in", ["admin", "energy_rep", "energy_manager"])]):
    for view in views:
        root = view
        while root.inherit_id and root.mode == "extension":
            root = root.inherit_id
        if root.type == "qweb":
            root._get_combined_arch()
        elif env[root.model].with_user(user).has_access("read"):
            env[root.model].with_user(user).get_view(root.id, root.type)
form = env["crm.lead"].get_view(env.ref("crm.crm_lead_view_form").id, "form")
names = ("native", "ours")
print("RESULT" + json.dumps({
    "views": len(views),
    "customers": [name for name in names if f"o_customer_{name}" in form["arch"]],
}))
"""

# as superuser, who finds all; nothing of it is committed
RECOMPUTED = """
import json
found = []
for model in env.registry.values():
    if model._abstract or model._transient or not model._auto:
        continue
    records = env[model._name].with_context(active_test=False).search([])
    for field in model._fields.values():
        if (field.store and field.compute and field.readonly and field.column_type
                and "lead_energy" in field._modules):
            before = dict(zip(records.ids, records.mapped(lambda r: r[field.name])))
            env.add_to_compute(field, records)
            records._recompute_recordset([field.name])
            found += [
                [str(field), record.id, str(before[record.id]), str(record[field.name])]
                for record in records if record[field.name] != before[record.id]
            ]
env.cr.rollback()
print("RESULT" + json.dumps(found))
"""

WORK = """
import json
lead = env["crm.lead"].search([("name", "=", "Roof 14")])
rep = env["res.users"].search([("login", "=", "energy_rep")])
partner = lead.partner_id
undo = env(user=rep)["crm.lead.conversion.undo"].create(
    {"conversion_id": lead.conversion_ids.id, "reason": "After the update"})
undo.action_undo()
logs = env["crm.lead.score.log"].search_count([("reason", "!=", "change")])
env["crm.lead.score.model"].search([("state", "=", "published")]).action_update_leads()
env.cr.commit()
for cron in ("update_scores", "life_cycle", "send_score_alerts"):
    env.ref(f"lead_energy.cron_{cron}").method_direct_trigger()
number = env["crm.lead"].create({"name": "After"}).lead_number
highest = max(env["crm.lead"].with_context(active_test=False).search(
    [("lead_number", "!=", number)]).mapped("lead_number"))
print("RESULT" + json.dumps({
    "undone": [lead.type, lead.lead_status_kind, bool(partner.exists())],
    "rescored": env["crm.lead.score.log"].search_count(
        [("reason", "!=", "change")]) - logs,
    "numbers": [highest, number],
}))
"""


FRESH_LEAD = """
env["mail.blacklist"]._add("no@letters.example")
env["crm.lead"].create({
    "name": "Objector", "email_from": "no@letters.example",
    "need_id": env.ref("lead_energy.need_urgent").id})
env.cr.commit()
"""

FRESH_SCORE = """
import json
env.ref("lead_energy.cron_update_scores").method_direct_trigger()
env.cr.commit()  # to see what the cron has committed
env.invalidate_all()
lead = env["crm.lead"].search([("name", "=", "Objector")])
rule = env.ref("lead_energy.score_rule_exclusion_objection")
print("RESULT" + json.dumps({
    "rule": [rule.model_id.state, rule.problem, rule.model_id.update_pending],
    "excluded": [lead.has_objected, lead.lead_score_excluded, lead.lead_score],
    "watched": "has_objected" in env["ir.config_parameter"].get_param(
        "lead_energy.score_watched_paths"),
}))
"""


def ask(code, database=DATABASE):
    return json.loads(odoo_shell(database, code).split("RESULT")[-1])


def query(statement, database=DATABASE):
    return checked_tool("psql", database, "-Atc", statement).stdout.splitlines()


def read_rows(tables):
    """Return {table: {id, or the row of a relation: {column: value}}}."""
    existing = set(query("SELECT relname FROM pg_class WHERE relkind = 'r'"))
    rows = {}
    for table in tables:
        if table in existing:
            lines = query(f'SELECT to_jsonb(t) FROM "{table}" t')
            found = [json.loads(line) for line in lines]
            rows[table] = {row.get("id", str(row)): row for row in found}
    return rows


def find_changes(before, after):
    """Return "table.column id: old -> new" of all that was there and differs."""
    changes = []
    for table, rows in before.items():
        if table not in after:
            changes.append((table, "the table is gone"))
            continue
        for key, row in rows.items():
            now = after[table].get(key)
            if now is None:
                changes.append((table, f"{key} is gone: {row}"))
                continue
            changes += [
                (f"{table}.{name}", f"{key}: {value!r} -> {now.get(name)!r}")
                for name, value in row.items()
                if name not in STAMPS and now.get(name) != value
            ]
    return [
        f"{place} {what}" for place, what in changes if place not in EXPECTED_CHANGES
    ]


@pytest.fixture(scope="module")
def release(tmp_path_factory):
    """Fill a database of the release, update it, yield its rows before."""
    folder = tmp_path_factory.mktemp("release")
    with tarfile.open(RELEASE) as archive:
        archive.extractall(folder, filter="data")
    clone_template(DATABASE)
    try:
        path = ("--addons-path", str(folder), "--no-http")
        odoo("-d", DATABASE, *path, "-i", "lead_energy", "--stop-after-init")
        checked_tool(
            *("psql", "postgres", "-c", f"CREATE DATABASE {FRESH} TEMPLATE {DATABASE}")
        )
        arguments = ("strict-odoo", "shell", *path, "-d")
        checked_tool(*arguments, FRESH, stdin=FRESH_LEAD)
        checked_tool(*arguments, DATABASE, stdin=FILL.read_text())
        before = read_rows(query(TABLES))
        # fails on a warning in the log
        odoo("-d", DATABASE, "-u", "lead_energy", "--stop-after-init", "--no-http")
        yield before
    finally:
        drop(DATABASE)
        drop(FRESH)


def test_the_release_was_in_use(release):
    """Else nothing below proves anything: each table of ours holds something."""
    assert not [table for table, rows in release.items() if not rows]
    leads = release["crm_lead"].values()
    kinds = {"open", "contacted", "qualified", "rework", "closed", "converted"}
    assert {lead["lead_status_kind"] for lead in leads} == kinds
    conversions = release["crm_lead_conversion"].values()
    results = {"inquiry", "quotation", "partner"}
    assert {conversion["result"] for conversion in conversions} >= results
    assert any(conversion["undone_date"] for conversion in conversions)
    states = [model["state"] for model in release["crm_lead_score_model"].values()]
    assert sorted(states) == ["archived", "published"]


def test_every_value_survives(release):
    assert not find_changes(release, read_rows(release))


def test_products_of_interests_are_lines_of_one(release):
    before = release["crm_lead_interest_product_product_rel"].values()
    found = query(
        "SELECT interest_id, product_id, quantity_from, factor, rounding"
        " FROM crm_lead_interest_product"
    )
    assert sorted(found) == sorted(
        f"{row['crm_lead_interest_id']}|{row['product_product_id']}|fixed|1|none"
        for row in before
    )


def test_the_next_step_of_a_lead_is_known(release):
    found = query(
        "SELECT id, next_step_date FROM crm_lead"
        " WHERE next_step_date IS NOT NULL ORDER BY id"
    )
    expected = query(
        "SELECT res_id, min(date_deadline) FROM mail_activity"
        " WHERE res_model = 'crm.lead' AND active GROUP BY res_id ORDER BY res_id"
    )
    assert found == expected
    assert found


def test_who_objected_before_is_known(release):
    objected = query("SELECT name FROM crm_lead WHERE has_objected ORDER BY name")
    assert objected == ["Roof 21", "Roof 22"]


def test_names_of_companies_are_read_anew(release):
    """As the release did not read them."""
    names = ("Abwasser Musterstadt KU", "KommEnergie GmbH")
    keys = query(
        "SELECT name, company_match_key, company_match_core FROM res_partner"
        f" WHERE name IN {names} ORDER BY name"
    )
    code = "from odoo.addons.lead_energy.tools import company_names\n"
    code += f"read = [company_names.parse(name) for name in {names}]\n"
    code += "import json\nprint('RESULT' + json.dumps([[n.key, n.core] for n in read]))"
    assert keys == [
        "|".join([name, *read]) for name, read in zip(names, ask(code), strict=True)
    ]


def test_the_shipped_model_learns_to_exclude(release):
    """Where it still counts; a model that managers made of it is theirs."""
    odoo("-d", FRESH, "-u", "lead_energy", "--stop-after-init", "--no-http")
    result = ask(FRESH_SCORE, FRESH)
    assert result["rule"] == ["published", False, False]
    assert result["excluded"] == [True, True, 0]
    assert result["watched"]


def test_an_updated_database_is_built_as_a_new_one(release):
    for name, statement in SCHEMA.items():
        updated, new = set(query(statement)), set(query(statement, get_db_name()))
        assert (name, updated - new, new - updated) == (name, set(), set())
    manifest = ast.literal_eval((ROOT / "lead_energy/__manifest__.py").read_text())
    version = "SELECT latest_version FROM ir_module_module WHERE name = 'lead_energy'"
    assert query(version) == [manifest["version"]]


def test_every_view_renders(release):
    result = ask(VIEWS)
    assert result["views"]
    assert result["customers"] == ["native", "ours"], "what customers added is shown"


def test_what_is_stored_is_what_the_code_computes_now(release):
    assert not ask(RECOMPUTED)


def test_work_goes_on(release):
    """An old conversion can be undone, an old score is right, numbers go on."""
    result = ask(WORK)
    assert result["undone"] == ["lead", "open", False]
    assert result["rescored"] == 0
    highest, number = result["numbers"]
    assert number > highest
