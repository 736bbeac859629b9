from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged, users

from ..common import LeadEnergyCommon


@tagged("post_install", "-at_install")
class TestLeadScore(LeadEnergyCommon):
    @users("energy_rep")
    def test_a_rating_moves_the_score_in_the_same_save(self):
        lead = self.create_lead(influence_id=self.decision_maker.id)
        self.assertEqual(lead.lead_score, 20)
        lead.need_id = self.urgent
        self.assertEqual(lead.lead_score, 45)
        self.assertEqual(lead.lead_temperature, "warm")
        self.assertLinesAddUp(lead)
        self.assertEqual(
            lead.lead_score_explanation,
            "Influence: Decision Maker: +20\nNeed: Urgent Need: +25",
        )

    @users("energy_rep")
    def test_the_form_shows_the_new_score_before_saving(self):
        lead = self.create_lead()
        with Form(lead) as form:
            form.need_id = self.urgent
            self.assertEqual(form.lead_score, 25)
            self.assertEqual(form.lead_temperature, "cold")

    def test_an_imported_source_and_industry_count(self):
        lead = self.create_lead(
            source_id=self.env.ref("lead_energy.source_fair").id,
            industry_id=self.env.ref("base.res_partner_industry_C").id,
        )
        self.assertEqual(lead.lead_score, 18)

    def test_negative_points_are_not_lost(self):
        lead = self.create_lead(
            influence_id=self.decision_maker.id,
            need_id=self.env.ref("lead_energy.need_none").id,
        )
        self.assertEqual(lead.lead_score, 10)
        lead.influence_id = False
        self.assertEqual(lead.lead_fit_score, -10)
        self.assertEqual(lead.lead_score, 0)
        self.assertLinesAddUp(lead)

    def _draft(self):
        model = self.env.ref("lead_energy.score_model").with_user(self.manager)
        return model.browse(model.action_edit_as_draft()["res_id"])

    def test_conditions_caps_and_exclusions(self):
        lead = self.create_lead(
            influence_id=self.decision_maker.id, city="Lübeck", phone="030 23125 001"
        )
        draft = self._draft()
        draft.criterion_ids = [
            (
                0,
                0,
                {
                    "name": "Reach",
                    "code": "reach",
                    "maximum": 10,
                    "rule_ids": [
                        (0, 0, {"name": "Coast", "points": 8, "domain": domain})
                        for domain in (
                            "[('city', '=', 'Lübeck')]",
                            "[('phone', '!=', False)]",
                        )
                    ],
                },
            )
        ]
        self.assertEqual(lead.lead_score, 20, "a draft changes nothing")
        draft.action_publish()
        self.env["crm.lead"]._update_scores()
        self.assertEqual(lead.lead_score, 30)
        self.assertLinesAddUp(lead)
        self.assertIn("Bounds of Reach: -6", lead.lead_score_explanation)
        lead.city = "Kiel"
        self.assertEqual(lead.lead_score, 28, "the new condition is watched")

        draft = draft.browse(draft.action_edit_as_draft()["res_id"])
        draft.exclusion_ids = [
            (0, 0, {"name": "Competitor", "domain": "[('city', '=', 'Kiel')]"})
        ]
        draft.action_publish()
        self.env["crm.lead"]._update_scores()
        self.assertEqual((lead.lead_score, lead.lead_score_excluded), (0, True))
        self.assertIn("Excluded: Competitor: -28", lead.lead_score_explanation)
        self.assertLinesAddUp(lead)

    def test_many_at_once_and_one_by_one_agree(self):
        ratings = self.env["crm.lead.rating"].search([("kind", "=", "need")])
        leads = self.env["crm.lead"].create(
            [
                {"name": f"Lead {rating.name}", "need_id": rating.id}
                for rating in ratings
            ]
        )
        live = leads.mapped("lead_score_lines")
        leads.flush_recordset()
        self.env.cr.execute(
            "UPDATE crm_lead SET lead_score = -1, lead_score_lines = NULL,"
            " lead_temperature = NULL WHERE id = ANY(%s)",
            [leads.ids],
        )
        leads.invalidate_recordset()
        self.assertEqual(
            set(self.env["crm.lead"]._update_scores(leads.ids)), set(leads.ids)
        )
        self.assertEqual(leads.mapped("lead_score_lines"), live)
        self.assertEqual(set(leads.mapped("lead_temperature")), {"cold"})
        self.assertFalse(self.env["crm.lead"]._update_scores(leads.ids))

    @users("energy_rep")
    def test_a_rep_reads_the_model_and_does_not_change_it(self):
        model = self.env.ref("lead_energy.score_model").with_env(self.env)
        self.assertTrue(model.criterion_ids.rule_ids)
        with self.assertRaises(AccessError):
            model.action_edit_as_draft()
        with self.assertRaises(UserError):
            model.hot_from = 99

    def test_a_published_model_is_not_edited(self):
        model = self.env.ref("lead_energy.score_model").with_user(self.manager)
        with self.assertRaises(UserError):
            model.criterion_ids[0].maximum = 50
        with self.assertRaises(UserError):
            model.unlink()

    @users("energy_rep")
    def test_more_leads_do_not_cost_more_queries(self):
        leads = self.env["crm.lead"].create([{"name": f"L{i}"} for i in range(50)])
        self.env.flush_all()
        for group in (leads[:2], leads):
            group.write({"need_id": False})
            self.env.flush_all()
            group.write({"need_id": self.urgent.id})
            with self.assertQueryCount(2):
                group.flush_recordset()
