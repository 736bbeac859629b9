from odoo.tests import tagged, users

from .common import ImportCase


@tagged("post_install", "-at_install")
class TestLeadImportUpdate(ImportCase):
    """What an empty cell means, for new leads and for those that are there."""

    @users("energy_rep", "energy_manager")
    def test_a_list_without_a_subject_names_leads_as_the_form_does(self):
        leads = self.import_leads(
            "Firma;Ansprechpartner;E-Mail\n"
            "Muster AG;Erika Muster;e.muster@example.com\n"
            ";Max Beispiel;m.beispiel@example.com\n"
            ";;info@example.com\n",
            lang="de_DE",
        )
        names = ["Muster AG", "Max Beispiel", "info@example.com"]
        self.assertEqual(leads.mapped("name"), names)

    @users("energy_rep")
    def test_an_empty_subject_beside_others_names_the_lead(self):
        leads = self.import_leads("Betreff;Firma\nPV;A AG\n;B AG\n  ;C AG\n")
        self.assertEqual(leads.mapped("name"), ["PV", "B AG", "C AG"])

    @users("energy_rep")
    def test_load_and_create_need_no_subject(self):
        leads = self.env["crm.lead"]
        result = leads.load(["partner_name", "name"], [["Muster AG", ""]])
        self.assertFalse(result["messages"])
        partner = self.env["res.partner"].create({"name": "Known GmbH"})
        created = leads.browse(result["ids"]) | leads.create(
            [
                {"partner_name": "Muster AG", "contact_name": "Erika"},
                {"contact_name": "Erika", "name": False},
                {"email_from": "info@example.com", "name": "", "type": "opportunity"},
                {"partner_id": partner.id, "type": "lead"},
            ]
        )
        self.assertEqual(
            created.mapped("name"),
            ["Muster AG", "Muster AG", "Erika", "info@example.com", "Known GmbH"],
        )
        named = leads.with_context(default_name="Fair").create({"partner_name": "A"})
        self.assertEqual(named.name, "Fair")

    @users("energy_rep")
    def test_names_cost_no_more_queries_however_many_leads(self):
        leads = self.env["crm.lead"]
        partners = self.env["res.partner"].create([{"name": str(n)} for n in range(20)])
        for count in (1, 20):
            values = [{"partner_id": partner.id} for partner in partners[:count]]
            leads._prepare_lead_names([dict(values[0], name=False)])
            partners.invalidate_recordset()
            with self.subTest(count), self.assertQueryCount(2):
                leads._prepare_lead_names(values)
            self.assertTrue(all(vals["name"] for vals in values))
