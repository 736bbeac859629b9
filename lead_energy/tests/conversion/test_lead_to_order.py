import io

from pypdf import PdfReader

from odoo.tests import HttpCase, tagged

from ..common import LeadEnergyCommon

FILE = (
    "Roof of the Mill;Watermill Kästner Ltd;Bea Chestnut;bea@mill.example;"
    "Decision Maker;Photovoltaics;Rita Rep\n"
)


@tagged("post_install", "-at_install")
class TestLeadToOrder(HttpCase, LeadEnergyCommon):
    """The main job: from an import to a confirmed quotation, as a rep."""

    def _import_lead(self):
        wizard = (
            self.env["base_import.import"]
            .with_user(self.rep)
            .with_context(default_type="lead")
            .create(
                {
                    "res_model": "crm.lead",
                    "file_name": "leads.csv",
                    "file": FILE.encode(),
                }
            )
        )
        fields = [
            "name",
            "partner_name",
            "contact_name",
            "email_from",
            "influence_id",
            "interest_ids",
            "user_id",
        ]
        options = {
            "quoting": '"',
            "separator": ";",
            "encoding": "utf-8",
            "has_headers": False,
        }
        result = wizard.execute_import(fields, fields, options)
        self.assertFalse(result["messages"])
        return self.env["crm.lead"].browse(result["ids"])

    def test_an_imported_lead_becomes_a_confirmed_order_and_a_pdf(self):
        self.photovoltaics.product_ids = self.env["product.product"].create(
            {"name": "Solar Module", "list_price": 180, "type": "consu"}
        )
        lead = self._import_lead()
        self.assertEqual((lead.lead_score, lead.lead_status_id), (20, self.status_open))

        self.start_tour("/odoo", "lead_energy_lead_to_order", login="energy_rep")

        self.assertEqual(lead.type, "opportunity")
        self.assertEqual(lead.lead_status_id, self.status_converted)
        self.assertEqual(lead.lead_score, 45)
        self.assertEqual(
            lead.lead_status_log_ids.status_id,
            self.status_open + self.status_contacted + self.status_converted,
        )
        self.assertEqual(lead.lead_status_log_ids.user_id, self.rep)
        self.assertEqual(lead.partner_id.name, "Bea Chestnut")
        company = lead.partner_id.parent_id
        self.assertEqual(company.name, "Watermill Kästner Ltd")
        self.assertTrue(company.is_company)

        order = lead.order_ids
        self.assertEqual(order.state, "sale")
        self.assertEqual(order.partner_id, lead.partner_id)
        self.assertEqual(order.user_id, self.rep)
        self.assertEqual(order.amount_untaxed, 180)
        text = self._print(order)
        self.assertIn(order.name, text)
        self.assertIn("Watermill Kästner Ltd", text)

    def _print(self, order):
        """Return the text of the order's real PDF, printed by the rep.

        Debian's wkhtmltopdf draws web fonts, which are all that a company can choose,
        as outlines: there is text to read in a font of the system only.
        """
        self.env.cr.execute(
            "UPDATE res_company SET font = 'Liberation Sans' WHERE id = %s",
            [order.company_id.id],
        )
        order.company_id.invalidate_recordset(["font"])
        order.company_id._update_asset_style()
        report = self.env["ir.actions.report"].with_user(self.rep)
        content, kind = report.with_context(
            force_report_rendering=True
        )._render_qweb_pdf("sale.report_saleorder", order.ids)
        self.assertEqual(kind, "pdf")
        self.assertTrue(content.startswith(b"%PDF"))
        pages = PdfReader(io.BytesIO(content)).pages
        return " ".join("".join(page.extract_text() for page in pages).split())
