from lxml import etree

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from ..common import LeadEnergyCommon


@tagged("post_install", "-at_install")
class TestFieldGroups(LeadEnergyCommon):
    """People outside read their own company, and not what we think of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.category = cls.env["crm.company.category"].create(
            {"name": "Slow payer", "description": "Never on account"}
        )
        cls.company = cls.env["res.partner"].create(
            {
                "name": "Amsel Bau GmbH",
                "is_company": True,
                "company_category_id": cls.category.id,
            }
        )
        cls.portal = new_test_user(cls.env, "portal_anna", "base.group_portal")
        cls.portal.partner_id.parent_id = cls.company
        cls.public = cls.env.ref("base.public_user")

    def _get_our_fields(self, user):
        """Yield our fields on the models that the groups of ``user`` may read."""
        access = self.env["ir.model.access"].with_user(user)
        for name in access._get_allowed_models("read"):
            model = self.env.get(name)
            if model is None:
                continue
            for field in model._fields.values():
                # of a user, the fields of the partner
                modules = field.base_field._modules or (model._original_module,)
                if modules[0].startswith("lead_energy"):
                    yield field

    def test_no_field_of_ours_is_for_people_outside(self):
        for user in (self.portal, self.public):
            fields = list(self._get_our_fields(user))
            for name in ("res.partner", "res.users"):
                self.assertIn(self.env[name]._fields["lead_status_id"], fields)
            for field in fields:
                with self.subTest(user=user.login, field=str(field)):
                    self.assertTrue(field.groups)
                    model = self.env[field.model_name].with_user(user)
                    self.assertFalse(model._has_field_access(field, "read"))
                    self.assertFalse(model._has_field_access(field, "write"))

    def test_people_outside_read_their_company_and_not_what_it_is_to_us(self):
        company = self.company.with_user(self.portal)
        company.invalidate_recordset()
        self.assertEqual(company.name, "Amsel Bau GmbH")
        for field in self._get_our_fields(self.portal):
            if field.model_name != "res.partner":
                continue
            with self.subTest(field.name):
                partners = company.browse()
                self.assertNotIn(field.name, partners.fields_get())
                with self.assertRaises(AccessError):
                    company.read([field.name])
                with self.assertRaises(AccessError):
                    partners.search([(field.name, "!=", False)])
                if field.store:
                    with self.assertRaises(AccessError):
                        partners.formatted_read_group([], [field.name], ["__count"])

    def test_people_outside_edit_their_address(self):
        # sudo: as the controllers of the portal do it
        partner = self.portal.partner_id.with_user(self.portal).sudo()
        partner.write({"street": "Am Bach 1", "name": "Anna Amsel"})
        self.portal.with_user(self.portal).write({"email": "anna@amsel.example"})
        self.assertEqual(self.portal.partner_id.company_category_id, self.category)

    def test_an_employee_without_sales_rights_still_sees_them(self):
        employee = new_test_user(self.env, "employee", "base.group_user")
        company = self.company.with_user(employee)
        self.assertEqual(company.company_category_id, self.category)
        arch = company.get_view(view_type="form")["arch"]
        self.assertTrue(etree.fromstring(arch).xpath("//field[@name='lead_status_id']"))
