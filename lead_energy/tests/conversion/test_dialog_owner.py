import contextlib
from itertools import product

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .test_lead_conversion import ConversionCommon

MODES = ("read", "write", "create", "unlink")
# Odoo's: whoever works with them does so at once, and they have no field of ours
ODOOS_OWN = {"base.partner.merge.automatic.wizard", "base_import.import"}


@tagged("post_install", "-at_install")
class TestDialogOwner(ConversionCommon):
    """A dialog is of who opened it: nobody else reads it or writes in it."""

    def test_every_dialog_of_ours_has_an_owner(self):
        rules = self.env["ir.rule"].with_user(self.manager)
        models = {
            name
            for name, model in self.env.registry.items()
            if model._transient
            and any("lead_energy" in field._modules for field in model._fields.values())
        }
        self.assertIn("crm.lead2opportunity.partner.mass", models)
        self.assertIn("crm.lead.conversion.change", models)
        for name in sorted(models - ODOOS_OWN):
            for mode in MODES:
                with self.subTest(model=name, mode=mode):
                    domain = rules._compute_domain(name, mode)
                    owner = rf"create_uid\b.*\b{self.manager.id}\b"
                    self.assertRegex(repr(domain), owner)

    def test_a_line_moved_to_the_dialog_of_a_colleague_is_not_seen_there(self):
        company = self.create_company(zip="10115")
        theirs = self.open_dialog(self.create_full_lead())
        own = self.open_dialog(
            self.create_full_lead(user=self.other_rep), self.other_rep
        )
        before = theirs.company_candidate_ids
        self.assertTrue(before)
        with contextlib.suppress(AccessError):
            own.company_candidate_ids.wizard_id = theirs.id
            self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(theirs.company_candidate_ids, before)
        self.assertEqual(before.partner_id, company)

    def test_a_colleague_neither_reads_nor_changes_an_open_dialog(self):
        self.create_company(zip="10115")
        lead = self.create_full_lead()
        wizard = self.open_dialog(lead)
        candidate = wizard.company_candidate_ids
        self.assertTrue(candidate)
        wizard.action_next()
        wizard.action_next()
        group = "sales_team.group_sale_salesman_all_leads"
        colleague = new_test_user(self.env, "colleague", group)
        abroad = self.env["res.company"].create({"name": "Amsel Abroad"})
        stranger = new_test_user(
            self.env, "stranger", group, company_id=abroad.id, company_ids=[abroad.id]
        )
        records = (wizard, candidate, wizard.change_ids[:1])
        for record, user in product(records, (colleague, stranger)):
            record.ensure_one()
            other = record.with_user(user)
            self.env.invalidate_all()
            for attempt in (
                lambda other=other: other.read(["create_uid"]),
                lambda other=other: other.write({"create_date": False}),
                lambda other=other: other.unlink(),
            ):
                with self.assertRaises(AccessError):
                    attempt()
        with self.assertRaises(AccessError):
            wizard.with_user(colleague).action_convert()
        lines = self.env["crm.lead.conversion.candidate"].with_user(colleague)
        with self.assertRaises(AccessError):
            lines.create(
                {
                    "wizard_id": wizard.id,
                    "kind": "company",
                    "partner_id": self.env.user.partner_id.id,
                }
            )
        # who opened it goes on
        wizard.result = "inquiry"
        wizard.action_convert()
        self.assertEqual(lead.type, "opportunity")
