# what a test writes is not shown to anybody
# pylint: disable=translation-required
import random
from datetime import datetime, timedelta
from itertools import pairwise
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, RedirectWarning, UserError
from odoo.tests import freeze_time, tagged

from ..common import LeadEnergyCommon

OPERATIONS = 200


@tagged("post_install", "-at_install")
class TestStatusRandom(LeadEnergyCommon):
    """Whatever reps, managers and the system do in whatever order, it stays right."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        prospect = cls.env.ref("lead_energy.company_category_lead")
        cls.companies = cls.env["res.partner"].create(
            [
                {
                    "name": f"Company {number}",
                    "is_company": True,
                    "company_category_id": prospect.id,
                    "child_ids": [
                        (0, 0, {"name": f"P {number}", "email": f"p{number}@x.example"})
                    ],
                }
                for number in range(3)
            ]
        )
        cls.env["crm.lead.status"].create(
            [
                {"name": "In Talks", "kind": "contacted"},
                {"name": "Spam", "kind": "closed"},
            ]
        )

    def test_random_sequences(self):
        for seed in (1, 20261122):
            with self.subTest(seed=seed):
                self._play(random.Random(seed))

    def _play(self, rng):
        self.rng = rng
        self.moment = datetime(2030, 1, 7, 8)
        self.leads = self.env["crm.lead"].with_user(self.rep)
        operations = sorted(name for name in dir(self) if name.startswith("_do_"))
        history = []
        for step in range(OPERATIONS):
            self.moment += timedelta(minutes=rng.randint(1, 4000))
            self.leads = self.leads.exists()
            few = len(self._get_workable()) < 4
            name = "_do_create" if few else rng.choice(operations)
            customers = self._get_customers()
            self.by_manager = False
            with (
                freeze_time(self.moment),
                patch.object(self.env.cr, "now", lambda: self.moment),
            ):
                history.append(f"{name} {self._try(name)}")
                try:
                    self._check(customers)
                except AssertionError as error:
                    last = "; ".join(history[-8:])
                    raise AssertionError(f"step {step}: {last}\n{error}") from error
        done = {line.split()[0] for line in history if "refused" not in line}
        self.assertEqual(set(operations) - done, set(), "each happened")

    def _try(self, name):
        try:
            with self.env.cr.savepoint():
                result = getattr(self, name)() or ""
                self.env.flush_all()
                return result
        except (UserError, AccessError, RedirectWarning) as refused:
            # refused with a message, and rolled back as a request would be
            self.env.invalidate_all()
            return f"refused: {refused}"

    # Invariants

    def _get_customers(self):
        return self.companies.filtered(
            lambda company: company.company_category_id.group == "customer"
        )

    def _check(self, customers):
        self.env.flush_all()
        self.env.invalidate_all()
        for lead in self.leads.exists().sudo():
            self._check_status(lead)
            self._check_log(lead)
            self._check_rework(lead)
        if not self.by_manager:
            groups = set(customers.company_category_id.mapped("group"))
            self.assertLessEqual(groups, {"customer"})

    def _check_status(self, lead):
        kind = lead.lead_status_kind
        self.assertEqual(kind, lead.lead_status_id.kind)
        if lead.type == "opportunity" or lead.won_status == "won":
            self.assertEqual(kind, "converted")
        else:
            self.assertEqual(kind == "closed", lead.won_status == "lost")
            self.assertNotEqual(kind, "converted")

    def _check_log(self, lead):
        rows = lead.lead_status_log_ids.sorted(lambda row: (row.date_from, row.id))
        own = rows.filtered(lambda row: not row.origin)
        self.assertEqual(rows.filtered(lambda row: not row.date_to), own[-1])
        self.assertEqual(own[-1].status_id, lead.lead_status_id)
        self.assertEqual(own[-1].date_from, lead.lead_status_date)
        for before, after in pairwise(own):
            self.assertEqual(before.date_to, after.date_from, "no gap, no overlap")
            self.assertEqual(before.next_status_id, after.status_id)
        for row in rows - own[-1]:
            self.assertLessEqual(row.date_from, row.date_to)

    def _check_rework(self, lead):
        self.assertEqual(bool(lead.rework_date), lead.lead_status_kind == "rework")
        if lead.rework_date:
            plans = lead._get_rework_activities()
            self.assertEqual(plans.mapped("date_deadline"), [lead.rework_date])

    # Operations

    def _create_lead(self, **vals):
        contact = self.rng.choice(self.companies).child_ids[:1]
        return self.create_lead(
            partner_id=self.rng.choice([contact.id, False]),
            email_from="someone@x.example",
            **vals,
        )

    def _pick(self, count=1):
        return self.leads.browse(self.rng.sample(self.leads.ids, count))

    def _get_workable(self):
        return self.leads.filtered(
            lambda lead: lead.type == "lead" and lead.won_status != "won"
        )

    def _pick_workable(self, count=1):
        return self.leads.browse(self.rng.sample(self._get_workable().ids, count))

    def _pick_status(self):
        return self.rng.choice(self.env["crm.lead.status"].search([]))

    def _do_create(self):
        self.leads |= self._create_lead(
            type=self.rng.choice(["lead", "lead", "opportunity"])
        )

    def _do_move(self):
        lead, status = self._pick_workable(), self._pick_status()
        before = lead.lead_status_id
        result = lead.move_lead_status(status.id, before.id)
        if result.get("action"):
            self._apply(result["action"])
            result = {**lead.get_lead_status_move(before.id), "undo": result["undo"]}
        if self.rng.random() < 0.4 and result.get("status_id"):
            lead.undo_lead_status_move(result["status_id"], result["undo"])
            self.assertEqual(lead.lead_status_id, before)
        return status.name

    def _apply(self, action):
        wizards = self.env[action["res_model"]].with_user(self.rep)
        wizards = wizards.with_context(**action["context"])
        if action.get("res_id"):
            wizard = wizards.browse(action["res_id"])
            while wizard.step != "result":
                wizard.action_next()
            wizard.action_convert()
        elif action["res_model"] == "crm.lead.lost":
            wizards.create({}).action_lost_reason_apply()
        else:
            wizards.create({}).action_apply()

    def _do_list_edit(self):
        status = self._pick_status()
        self._pick_workable(3).write({"lead_status_id": status.id})
        return status.name

    def _do_lose(self):
        self._pick(2).action_set_lost()

    def _do_restore(self):
        self._pick(2).action_restore()

    def _do_archive(self):
        self._pick().action_archive()

    def _do_unarchive(self):
        self._pick().action_unarchive()

    def _do_win(self):
        self._pick().action_set_won()

    def _do_win_no_more(self):
        lead = self._pick()
        stage = self.env["crm.stage"].search([("is_won", "=", False)], limit=1)
        lead.write({"stage_id": stage.id, "probability": 10})

    def _do_convert(self):
        lead = self._pick()
        lead.convert_opportunity(lead.partner_id)

    def _do_write_type(self):
        self._pick().type = self.rng.choice(["lead", "opportunity"])

    def _do_merge(self):
        pair = self._pick(2)
        merged = pair.merge_opportunity()
        return f"{pair.ids} -> {merged.id}"

    def _do_copy(self):
        self.leads |= self._pick().copy()

    def _do_mail(self):
        self._pick().message_post(
            body="Hello",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=self.companies[0].child_ids[:1].ids,
        )

    def _do_call(self):
        self._pick().activity_schedule(
            "mail.mail_activity_data_call", user_id=self.rep.id
        ).action_feedback()

    def _do_rework(self):
        day = fields.Date.today() + timedelta(days=self.rng.randint(1, 20))
        status = self.env["crm.lead.status"]._get_default("rework")
        self._pick_workable().write({"lead_status_id": status.id, "rework_date": day})

    def _do_finish_activities(self):
        self._pick().activity_ids.action_feedback()

    def _do_put_off(self):
        activities = self._pick().activity_ids
        activities.date_deadline = fields.Date.today() + timedelta(days=9)

    def _do_cron(self):
        leads = self.env["crm.lead"].search(
            [("lead_status_kind", "=", "rework"), ("rework_date", "!=", False)]
        )
        leads._filter_rework_due()._return_from_rework()
        self.env["crm.lead"]._search_met()._step_up("step_meeting")

    def _do_order(self):
        contact = self.rng.choice(self.companies).child_ids[:1]
        self.env["sale.order"].with_user(self.rep).create(
            {"partner_id": contact.id}
        ).action_confirm()

    def _do_set_partner(self):
        self._pick().partner_id = self.rng.choice(self.companies).child_ids[:1]

    def _do_new_default(self):
        self._pick_status().with_user(self.manager).is_default = True

    def _do_archive_status(self):
        status = self._pick_status().with_user(self.manager)
        if status.is_default:
            values = {"name": f"Status at {self.moment}", "kind": status.kind}
            self.rng.choice([status, status.create(values)]).active = False
        else:
            status.active = False

    def _do_set_category(self):
        self.by_manager = True
        category = self.rng.choice(self.env["crm.company.category"].search([]))
        company = self.rng.choice(self.companies).with_user(self.manager)
        company.company_category_id = category

    def _do_switch(self):
        automations = self.env["crm.lead.automation"].search([("id", "!=", 0)])
        automation = self.rng.choice(automations).with_user(self.manager)
        automation.is_on = not automation.is_on
