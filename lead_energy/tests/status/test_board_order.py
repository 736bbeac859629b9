from datetime import timedelta

from lxml import etree

from odoo import fields
from odoo.tests import tagged, users

from ...hooks import _note_next_steps
from ..common import LeadEnergyCommon


@tagged("post_install", "-at_install")
class TestBoardOrder(LeadEnergyCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = fields.Date.today()

    def plan(self, lead, days):
        lead.activity_schedule(
            "mail.mail_activity_data_todo",
            date_deadline=self.today + timedelta(days=days),
            user_id=self.rep.id,
        )

    @users("energy_rep")
    def test_hot_comes_first_then_the_next_step_then_age(self):
        old, new, planned, late, hot = (
            self.create_lead(name=name).with_env(self.env)
            for name in ("old", "new", "planned", "late", "hot")
        )
        hot.influence_id = self.decision_maker
        hot.need_id = self.urgent
        self.plan(planned, 3)
        self.plan(late, 5)
        self.plan(late, -2)
        leads = old + new + planned + late + hot
        self.assertGreater(hot.lead_score, late.lead_score)
        view = self.env.ref("lead_energy.crm_lead_view_kanban").sudo()
        order = etree.fromstring(view.arch).get("default_order")
        self.env.flush_all()
        expected = [hot.id, late.id, planned.id, old.id, new.id]
        result = leads.web_read_group(
            [("id", "in", leads.ids)],
            ["lead_status_id"],
            order=order,
            auto_unfold=True,
            unfold_read_specification={"name": {}},
        )
        records = [row for group in result["groups"] for row in group["__records"]]
        self.assertEqual([row["id"] for row in records], expected)
        # as 'load more' asks for them
        pages = [
            leads.search([("id", "in", leads.ids)], order=order, offset=at, limit=2).ids
            for at in (0, 2, 4)
        ]
        self.assertEqual([*pages[0], *pages[1], *pages[2]], expected)

    def test_the_next_step_is_the_first_activity_of_any_kind(self):
        lead = self.create_lead()
        self.assertFalse(lead.next_step_date)
        self.plan(lead, 5)
        self.plan(lead, 2)
        self.assertEqual(lead.next_step_date, self.today + timedelta(days=2))
        first = lead.activity_ids.sorted("date_deadline")[0]
        first.date_deadline = self.today + timedelta(days=9)
        self.assertEqual(lead.next_step_date, self.today + timedelta(days=5))
        lead.activity_ids.sorted("date_deadline")[0].action_feedback()
        self.assertEqual(lead.next_step_date, self.today + timedelta(days=9))
        lead.activity_ids.unlink()
        self.assertFalse(lead.next_step_date)

    def test_an_installation_finds_what_is_planned_already(self):
        planned, free = self.create_lead(), self.create_lead()
        self.plan(planned, 5)
        self.plan(planned, 2)
        self.plan(free, 1)
        free.activity_ids.action_feedback()
        self.env.flush_all()
        leads = planned + free
        expected = leads.mapped("next_step_date")
        self.env.cr.execute(
            "UPDATE crm_lead SET next_step_date = NULL WHERE id = ANY(%s)", [leads.ids]
        )
        _note_next_steps(self.env)
        self.env.invalidate_all()
        self.assertEqual(leads.mapped("next_step_date"), expected)
        self.assertEqual(expected, [self.today + timedelta(days=2), False])
