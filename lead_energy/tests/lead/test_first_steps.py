# what a test writes is not shown to anybody
# pylint: disable=translation-required
from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..common import LeadEnergyCommon


@tagged("post_install", "-at_install")
class TestFirstSteps(LeadEnergyCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.steps = cls.env["crm.lead.first.step"].with_user(cls.manager)
        for name in ("crm.lead.rating", "crm.lead.status", "crm.company.category"):
            options = cls.env[name].with_context(active_test=False)
            cls.env.flush_all()
            cls.env.cr.execute(f"UPDATE {options._table} SET write_uid = 1")  # pylint: disable=sql-injection
        cls.env["crm.lead.interest"].search([]).product_line_ids.unlink()
        cls.env["crm.lead.interest"].search([]).quotation_template_id = False
        cls.env["crm.team"].search([]).use_leads = False
        cls.env["crm.lead.score.model"]._get_published_model()._write(
            {"published_uid": cls.env.ref("base.user_root").id}
        )
        cls.env.invalidate_all()

    def get_states(self):
        self.env.flush_all()
        self.env.invalidate_all()
        return {step.code: step.state for step in self.steps.search([])}

    def test_each_step_is_open_until_the_data_tell_that_it_is_done(self):
        manager = self.env["crm.lead"].with_user(self.manager).env
        published = manager["crm.lead.score.model"]._get_published_model()
        doings = {
            "interests": lambda: manager["crm.lead.interest"].create(
                {
                    "name": "Heat Pump",
                    "product_line_ids": [
                        Command.create({"product_id": self.product.id})
                    ],
                }
            ),
            "ratings": lambda: manager["crm.lead.rating"].create(
                {"name": "Works Council", "kind": "influence"}
            ),
            "statuses": lambda: manager["crm.lead.status"].create(
                {"name": "Called twice", "kind": "contacted"}
            ),
            "categories": lambda: manager["crm.company.category"].create(
                {"name": "Municipal Works"}
            ),
            "model": lambda: published.copy().action_publish(),
            "team": lambda: self.team.write({"use_leads": True}),
        }
        self.product = self.env["product.product"].create({"name": "Panel"})
        self.assertEqual(self.get_states(), dict.fromkeys(doings, "open"))
        for code, do in doings.items():
            with self.subTest(code):
                before = self.get_states()
                do()
                self.assertEqual(self.get_states(), {**before, code: "done"})

    def test_each_step_opens_a_screen_that_the_manager_may_see(self):
        for step in self.steps.search([]):
            with self.subTest(step.code):
                action = step.action_open()
                self.assertTrue(
                    self.env[action["res_model"]].with_user(self.manager).get_views([])
                )

    def test_what_fits_as_it_is_is_done_and_can_be_looked_at_again(self):
        step = self.steps.search([("code", "=", "ratings")])
        step.action_accept()
        self.assertEqual(step.state, "done")
        step.action_reopen()
        self.assertEqual(step.state, "open")

    def test_a_rep_sees_no_first_steps(self):
        steps = self.env["crm.lead.first.step"].with_user(self.rep)
        step = self.steps.search([], limit=1).with_user(self.rep)
        with self.assertRaises(AccessError):
            steps.search([])
        with self.assertRaises(AccessError):
            step.action_accept()
        with self.assertRaises(AccessError):
            self.steps.search([], limit=1).name = "A manager does not write them"
        menu = self.env.ref("lead_energy.crm_lead_first_step_menu")
        self.assertNotIn(menu.id, menu.with_user(self.rep)._visible_menu_ids())
        self.assertIn(menu.id, menu.with_user(self.manager)._visible_menu_ids())
