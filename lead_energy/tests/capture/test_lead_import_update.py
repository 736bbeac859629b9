from odoo.exceptions import UserError
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

    @users("energy_rep")
    def test_an_empty_status_is_the_first_one(self):
        leads = self.import_leads("Betreff;Status\nA;\nB;Kontaktiert\n")
        leads |= self.create_lead(lead_status_id=False)
        statuses = [self.status_open, self.status_contacted, self.status_open]
        self.assertEqual([lead.lead_status_id for lead in leads], statuses)
        for lead in leads:
            self.assertEqual(len(lead.sudo().lead_status_log_ids), 1)
        opportunity = self.create_lead(type="opportunity", lead_status_id=False)
        self.assertEqual(opportunity.lead_status_id, self.status_converted)

    @users("energy_rep")
    def test_an_empty_cell_says_nothing_about_what_every_lead_has(self):
        content = (
            "External ID;Betreff;Leadnummer;Status;Telefon\n"
            "x_1;A;N-1;Kontaktiert;030 1\n"
        )
        lead = self.import_leads(content)
        updated = self.import_leads(
            "External ID;Betreff;Leadnummer;Status;Telefon\nx_1;;;;\n"
        )
        self.assertEqual(updated, lead)
        self.assertRecordValues(
            lead,
            [
                {
                    "name": "A",
                    "lead_number": "N-1",
                    "lead_status_id": self.status_contacted.id,
                    "phone": False,
                }
            ],
        )
        # by load, too, which no screen has prepared
        result = self.env["crm.lead"].load(
            [".id", "lead_status_id", "lead_number"], [[str(lead.id), "", ""]]
        )
        self.assertFalse(result["messages"])
        self.assertEqual(
            (lead.lead_number, lead.lead_status_id.kind), ("N-1", "contacted")
        )

    @users("energy_rep")
    def test_a_text_is_no_status(self):
        lead = self.create_lead()
        with self.assertRaisesRegex(UserError, "Kontaktiert"):
            lead.write({"lead_status_id": "Kontaktiert"})
        with self.assertRaisesRegex(UserError, "Kontaktiert"):
            self.create_lead(lead_status_id="Kontaktiert")
        self.assertEqual(lead.lead_status_id, self.status_open)
