"""What happens to a company that runs Odoo's CRM already."""

import json

import pytest

from .common import clone_template, drop, odoo, odoo_shell

DATABASE = "lead_energy_install"

BEFORE = """
import json
env["crm.lead"].with_context(active_test=False).search([]).unlink()
leads = env["crm.lead"].create([
    {
        "name": f"Lead {index}",
        "type": "opportunity" if index % 4 == 3 else "lead",
        "partner_name": f"Company {index}",
        "email_from": f"info@company{index}.example",
    }
    for index in range(1000)
])
leads[::5].action_set_lost()
leads[1::10].action_set_won()
leads[2::50].active = False  # archived is not lost
env.cr.commit()
"""

AFTER = """
import json
rows = env.execute_query_dict(SQL('''
    SELECT lead.type, lead.won_status, lead.active, lead.lead_status_kind,
           status.kind, status.is_default, lead.lead_temperature,
           count(*) AS leads,
           count(DISTINCT lead.lead_number) AS numbers,
           count(lead.lead_status_date) AS dates,
           count(lead.lead_score) AS scores,
           count(*) FILTER (WHERE lead.lead_score = COALESCE((
               SELECT sum((line ->> 'points')::numeric)
                 FROM jsonb_array_elements(lead.lead_score_lines) AS line), 0)
           ) AS adding_up,
           (SELECT count(*) FROM crm_lead_status_log log
             WHERE log.lead_id = ANY(array_agg(lead.id))) AS logs
      FROM crm_lead lead JOIN crm_lead_status status ON status.id = lead.lead_status_id
  GROUP BY lead.type, lead.won_status, lead.active, lead.lead_status_kind,
           status.kind, status.is_default, lead.lead_temperature
'''))
team = env["crm.team"].search([("use_opportunities", "=", True)], limit=1)
implied_by = env.ref("crm.group_use_lead").implied_by_ids
print("RESULT" + json.dumps({
    "rows": rows,
    "leads_on": env.ref("base.group_user") in implied_by,
    "team": [team.use_leads, team.alias_id.alias_defaults],
    "next": env["crm.lead"].create({"name": "After"}).lead_number,
}))
"""

NATIVE = """
import json
leads = env["crm.lead"].with_context(active_test=False).search([], order="id")
menu = env.ref("crm.crm_menu_leads")
print("RESULT" + json.dumps({
    "leads": leads.read(["name", "type", "won_status", "active", "probability",
                         "stage_id", "partner_name", "email_from", "source_id"]),
    "menu": [menu.action.get_external_id()[menu.action.id], menu.parent_id.name],
    "app": env.ref("crm.crm_menu_root").action,
    "columns": [name for (name,) in env.execute_query(SQL(
        "SELECT column_name FROM information_schema.columns"
        " WHERE table_name = 'crm_lead' ORDER BY 1"))],
}))
"""


WORK = """
PICTURE = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJ"
    "RU5ErkJggg=="
)
lead, other = env["crm.lead"].search([("type", "=", "lead")], limit=2)
lead.write({"next_contact_date": "2030-01-01", "request_opt_in": True})
lead.activity_ids[0].action_done()
other.move_lead_status(
    env["crm.lead.status"]._get_default("contacted").id, other.lead_status_id.id)
other.source_id = env.ref("lead_energy.source_fair")
other.lost_reason_id = env.ref("lead_energy.lost_reason_budget")
lead.business_card = PICTURE
env["crm.lead.scoring.frequency"].create({"variable": "influence_id", "value": "1"})
env["ir.config_parameter"].set_param("lead_energy.score_watched_paths", "industry_id")
env["res.partner"].search([("is_company", "=", True)], limit=1).company_category_id = (
    env["crm.company.category"].search([], limit=1))
env.cr.commit()
print("RESULT" + json.dumps([lead.id, other.id]))
"""

LEFT = """
activities = env["mail.activity"].with_context(active_test=False).search(
    [("res_model", "=", "crm.lead"), ("res_id", "in", %s)])
types = env["mail.activity.type"].with_context(active_test=False).search([])
print("RESULT" + json.dumps({
    "activities": [sorted(activities.mapped("active")), activities.activity_type_id.ids
                   == env.ref("mail.mail_activity_data_todo").ids],
    "source": env["crm.lead"].browse(%s).source_id.name,
    "reasons": env["crm.lost.reason"].search([], order="id").mapped("name")[3:],
    "data": env["ir.model.data"].search_count([("module", "=", "lead_energy")]),
    "types": types.filtered(lambda t: t.name == "Take up again").ids,
    "outlived": [
        env["ir.config_parameter"].search_count([("key", "like", "lead_energy")]),
        env["ir.attachment"].search_count(
            [("res_model", "=", "crm.lead"), ("res_field", "!=", False)]),
        env["crm.lead.scoring.frequency"].search_count(
            [("variable", "=", "influence_id")]),
    ],
}))
"""


def ask(code):
    imports = "import json\nfrom odoo.tools import SQL\n"
    output = odoo_shell(DATABASE, f"{imports}{code}")
    return json.loads(output.split("RESULT")[-1])


@pytest.fixture(scope="module")
def installed():
    clone_template(DATABASE)
    try:
        odoo_shell(DATABASE, BEFORE)
        native = ask(NATIVE)
        odoo("-d", DATABASE, "-i", "lead_energy", "--stop-after-init", "--no-http")
        yield native
    finally:
        drop(DATABASE)


def test_a_thousand_leads_get_number_status_and_score(installed):
    result = ask(AFTER)
    kinds = {}
    for row in result["rows"]:
        if row["won_status"] == "won" or row["type"] == "opportunity":
            expected = "converted"
        else:
            expected = "closed" if row["won_status"] == "lost" else "open"
        assert row["kind"] == row["lead_status_kind"] == expected
        assert row["is_default"] and row["lead_temperature"] == "cold"
        assert row["numbers"] == row["dates"] == row["scores"] == row["leads"]
        assert row["adding_up"] == row["leads"], "the lines make the score"
        assert row["logs"] == row["leads"], "a log row each"
        kinds[expected] = kinds.get(expected, 0) + row["leads"]
    assert sum(kinds.values()) == 1000
    assert kinds["closed"] and kinds["open"] and kinds["converted"]
    assert result["next"] == "L001001"
    assert result["leads_on"]
    assert result["team"][0] and "lead" in result["team"][1]


def test_uninstalling_leaves_what_is_odoos_own(installed):
    lead, other = ask(WORK)
    odoo_shell(
        DATABASE,
        "env['ir.module.module'].search([('name', '=', 'lead_energy')])"
        ".button_immediate_uninstall()",
    )
    left = ask(LEFT % ([lead], other))
    assert left["activities"] == [[False, True], True]
    assert left["source"] == "Trade Fair"
    assert left["reasons"] == ["No budget"], "a lead has it"
    assert not left["data"] and not left["types"]
    assert left["outlived"] == [0, 0, 0], "parameters, pictures, statistics"
    found = ask(NATIVE)
    for rows in (found["leads"], installed["leads"]):
        # a source that a rep has set moves Odoo's prediction
        rows[:] = [row for row in rows if row["id"] not in (lead, other)]
    assert len(found["leads"]) == 998
    assert found == installed
