from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged, users

from ..common import LeadEnergyCommon


@tagged("post_install", "-at_install")
class TestLeadOption(LeadEnergyCommon):
    @users("energy_manager")
    def test_a_manager_adds_renames_and_archives(self):
        interest = self.env["crm.lead.interest"].create({"name": "Geothermal Heat"})
        interest.name = "Geothermal Energy"
        lead = self.create_lead(interest_ids=[(4, interest.id)])
        interest.active = False
        self.assertEqual(lead.interest_ids, interest, "it stays on its leads")
        self.assertEqual(interest.lead_count, 1)

    @users("energy_rep")
    def test_a_rep_reads_options_and_does_not_change_them(self):
        for option in (self.photovoltaics, self.urgent, self.status_open):
            self.assertTrue(option.with_env(self.env).name)
            with self.assertRaises(AccessError):
                option.with_env(self.env).name = "Mine"

    def test_what_is_in_use_is_not_deleted_and_the_message_tells_the_remedy(self):
        self.create_lead(
            need_id=self.urgent.id, interest_ids=[(4, self.photovoltaics.id)]
        )
        for option in (self.urgent, self.photovoltaics):
            with self.assertRaisesRegex(UserError, r"\([0-9]+\).*archive it"):
                option.with_user(self.manager).unlink()

    def test_an_industry_or_source_of_leads_is_not_deleted(self):
        administrator = new_test_user(self.env, "energy_it", "base.group_system")
        for model, field_name, remedy in (
            ("res.partner.industry", "industry_id", "archive it"),
            ("utm.source", "source_id", "give them another source"),
        ):
            option, unused = self.env[model].create([{"name": "Own"}, {"name": "Free"}])
            # neither readable for the administrator nor active
            lead = self.create_lead(active=False, **{field_name: option.id})
            options = (option | unused).with_user(administrator)
            with (
                self.subTest(model),
                self.assertRaisesRegex(UserError, rf"^Own \(1\) cannot.*{remedy}"),
                self.env.cr.savepoint(),
            ):
                options.unlink()
            lead.sudo().unlink()
            options.unlink()
            self.assertFalse((option | unused).exists())

    @users("energy_manager")
    def test_a_copy_has_a_name_of_its_own_and_is_no_default(self):
        self.env["res.lang"].sudo()._activate_lang("de_DE")
        self.photovoltaics.sudo().with_context(lang="de_DE").name = "Sonnenstrom"
        for option in (self.photovoltaics, self.urgent, self.status_open):
            copy = option.with_env(self.env).copy()
            self.assertEqual(copy.name, f"{option.name} (copy)")
        self.assertFalse(copy.is_default)
        self.assertTrue(self.status_open.is_default)

    @users("energy_manager")
    def test_what_nobody_uses_is_deleted(self):
        rating = self.env["crm.lead.rating"].create({"name": "Soon", "kind": "need"})
        rating.unlink()
        self.assertFalse(rating.exists())

    @users("energy_manager")
    def test_names_are_unique_over_all_kinds_in_every_language(self):
        ratings = self.env["crm.lead.rating"]
        with self.assertRaises(ValidationError) as refusal:
            ratings.create({"name": "urgent need", "kind": "volume"})
        self.assertIn("urgent need exists already", str(refusal.exception))
        self.env["res.lang"].sudo()._activate_lang("de_DE")
        rating = ratings.create({"name": "Someday", "kind": "need"})
        self.urgent.with_context(lang="de_DE").name = "Eilig"
        with self.assertRaises(ValidationError):
            rating.with_context(lang="de_DE").name = "EILIG"

    @users("energy_manager")
    def test_the_kind_of_a_used_rating_stays(self):
        self.create_lead(need_id=self.urgent.id)
        with self.assertRaises(UserError):
            self.urgent.with_env(self.env).kind = "influence"

    @users("energy_manager")
    def test_the_default_status_can_be_replaced_but_not_lost(self):
        default = self.status_open.with_env(self.env)
        with self.assertRaises(ValidationError):
            default.active = False
        with self.assertRaises(UserError):
            default.is_default = False
        with self.assertRaises(UserError):
            default.kind = "rework"
        new = default.create({"name": "Brand New", "kind": "open", "is_default": True})
        self.assertFalse(default.is_default)
        default.active = False
        self.assertEqual(self.create_lead().lead_status_id, new)
        with self.assertRaises(UserError):
            new.unlink()
