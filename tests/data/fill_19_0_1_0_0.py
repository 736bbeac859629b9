"""Work of a year on release 19.0.1.0.0, in `odoo shell`: something of everything."""

import base64
import io
from datetime import timedelta

from PIL import Image

from odoo import Command, fields
from odoo.tests import new_test_user

env = env(context={})  # noqa: F821 (given by odoo shell)
today = fields.Date.context_today(env["crm.lead"])
manager = new_test_user(env, "energy_manager", "sales_team.group_sale_manager")
rep = new_test_user(
    env, "energy_rep", "sales_team.group_sale_salesman_all_leads", name="Rita Rep"
)
team = env["crm.team"].create(
    {
        "name": "Energy Sales",
        "use_leads": True,
        "crm_team_member_ids": [Command.create({"user_id": rep.id})],
    }
)


def ref(name):
    return env.ref(f"lead_energy.{name}")


# --- what a manager configures --------------------------------------------------
product = env["product.product"].create({"name": "Solar module", "list_price": 180})
ref("interest_photovoltaics").product_ids = product
own = env(user=manager)
budget = own["crm.lead.rating"].create({"name": "Enormous", "kind": "volume"})
status = own["crm.lead.status"].create(
    {"name": "Budget missing", "kind": "closed", "limit_days": 30}
)
ref("status_contacted").with_user(manager).with_context(lang="de_DE").name = "Im Ruf"
category = own["crm.company.category"].create(
    {"name": "Utility", "group": "prospect", "use_lead_status": True}
)
ref("company_category_mql").with_user(manager).color = 7
ref("touchpoint_type_mail_reply").with_user(manager).name = "Answer by mail"
ref("automation_step_call").with_user(manager).is_on = False
own["crm.lead.automation"].create(
    {
        "name": "A lead that is put off",
        "status_kind": "rework",
        "is_on": True,
        "company_category_id": category.id,
    }
)
source = own["utm.source"].create({"name": "Fair in Essen"})
draft = env["crm.lead.score.model"].browse(
    ref("score_model").with_user(manager).action_edit_as_draft()["res_id"]
)
draft.write({"name": "Second version", "hot_from": 50, "mql_from": 35, "sql_from": 50})
own["crm.lead.score.rule"].create(
    [
        {
            "criterion_id": draft.criterion_ids.filtered(
                lambda criterion: criterion.code == "volume"
            ).id,
            "option_ref": f"crm.lead.rating,{budget.id}",
            "points": 9,
        },
        {
            "criterion_id": draft.criterion_ids.filtered(
                lambda criterion: criterion.code == "energy"
            ).id,
            "name": "Much power",
            "domain": "[('annual_consumption_kwh', '>=', 400000)]",
            "points": 4,
        },
    ]
)

# --- leads in all states ----------------------------------------------------------
card = io.BytesIO()
Image.new("RGB", (60, 40), "teal").save(card, "PNG")
leads = env(user=rep)["crm.lead"].create(
    [
        {
            "name": f"Roof {index}",
            "type": "lead",
            "team_id": team.id,
            "user_id": rep.id,
            "partner_name": f"Sonnenhof {index} Solartechnik GmbH",
            "contact_name": f"Anna Amsel{index}",
            "email_from": f"anna@sonnenhof{index}.example",
            "website": f"https://www.sonnenhof{index}.example/contact",
            "phone": f"+49 30 12345{index:02}",
            "street": f"Hauptstr. {index}",
            "zip": "10115",
            "city": "Berlin",
            "country_id": env.ref("base.de").id,
            "industry_id": env.ref("base.res_partner_industry_D").id,
            "source_id": source.id if index % 2 else ref("source_fair").id,
            "influence_id": ref("influence_decision_maker").id,
            "company_size_id": ref("company_size_medium").id,
            "need_id": ref("need_urgent").id,
            "volume_id": budget.id if index % 3 else ref("volume_m").id,
            "interest_ids": [Command.set(ref("interest_photovoltaics").ids)],
            "customer_segment": "business",
            "annual_consumption_kwh": 100000 * index,
            "planned_power_kwp": 29.9,
            "contract_end_date": today + timedelta(90),
            "business_card": index == 1 and base64.b64encode(card.getvalue()),
        }
        for index in range(24)
    ]
)
env["crm.lead.touchpoint"].create(
    [
        {
            "lead_id": lead.id,
            "type_id": ref(f"touchpoint_type_{name}").id,
            "date": fields.Datetime.now() - timedelta(days),
            "user_id": rep.id,
            "note": "at the stand",
        }
        for lead in leads[:10]
        for name, days in (("fair_visit", 40), ("consultation", 3))
    ]
)
for lead, name in zip(leads[:6], ("contacted", "qualified") * 3, strict=True):
    lead.move_lead_status(ref(f"status_{name}").id, lead.lead_status_id.id)
leads[6:9].write(
    {
        "next_contact_date": today + timedelta(5),
        "send_info_material": True,
        "request_opt_in": True,
        "arrange_appointment": True,
        "appointment_user_id": rep.id,
        "follow_up_user_id": manager.id,
        "follow_up_until": today + timedelta(60),
    }
)
leads[8].activity_ids[0].action_done()
env(user=rep)["crm.lead.rework"].create(
    {"lead_ids": leads[9:11].ids, "rework_date": today + timedelta(30)}
).action_apply()
reason = env["crm.lost.reason"].create({"name": "Too dear"})
env(user=rep)["crm.lead.lost"].create(
    {
        "lead_ids": leads[11:13].ids,
        "lost_reason_id": reason.id,
        "lead_status_id": status.id,
    }
).action_lost_reason_apply()
leads[13].active = False  # archived is not lost
env["mail.blacklist"]._add("anna@sonnenhof21.example")
env["phone.blacklist"]._add([leads[22].phone_sanitized])

# --- companies whose names are read anew
env["res.partner"].create(
    [
        {"name": name, "is_company": True}
        for name in ("Abwasser Musterstadt KU", "KommEnergie GmbH")
    ]
)

# --- conversions: each result, one undone, some on Odoo's own ways ------------------


def convert(lead, **vals):
    action = lead.action_convert()
    wizards = env(user=rep)[action["res_model"]].with_context(**action["context"])
    wizard = wizards.browse(action["res_id"])
    wizard.action_next()
    wizard.action_next()
    wizard.write(vals)
    wizard.action_convert()
    return lead.conversion_ids[0]


convert(leads[14])
convert(leads[15], result="quotation")
convert(leads[16], result="partner")
undone = convert(leads[17], result="quotation")
env(user=rep)["crm.lead.conversion.undo"].create(
    {"conversion_id": undone.id, "reason": "Too early"}
).action_undo()
leads[18].write({"type": "opportunity"})
(leads[19] | leads[20]).merge_opportunity()
leads[18].action_set_won()
leads[15].order_ids.sudo().action_confirm()
leads[15].partner_id.commercial_partner_id.company_category_id = category

# --- a second version of the score, its history, and a customer's own view ----------
draft.with_user(manager).action_publish()
env.cr.commit()  # a cron has a transaction of its own
for cron in ("update_scores", "life_cycle", "send_score_alerts"):
    ref(f"cron_{cron}").method_direct_trigger()
for name, inherited, anchor in (
    ("native", "crm.crm_lead_view_form", "influence_id"),
    ("ours", "lead_energy.crm_lead_view_form_score", "malo_id"),
):
    env["ir.ui.view"].create(
        {
            "name": f"crm.lead.form.customer.{name}",
            "model": "crm.lead",
            "inherit_id": env.ref(inherited).id,
            "arch": f"""
                <xpath expr="//field[@name='{anchor}']" position="after">
                    <field name="referred" class="o_customer_{name}" />
                </xpath>""",
        }
    )
env["ir.filters"].create(
    {
        "name": "Hot leads of mine",
        "model_id": "crm.lead",
        "user_ids": [Command.link(rep.id)],
        "domain": "[('lead_temperature', '=', 'hot'), ('user_id', '=', uid)]",
        "context": "{'group_by': ['lead_status_id']}",
    }
)
env.cr.commit()
