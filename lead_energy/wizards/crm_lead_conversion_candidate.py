from odoo import fields, models


class CrmLeadConversionCandidate(models.TransientModel):
    """A company or a contact that the dialog of the conversion offers."""

    _name = "crm.lead.conversion.candidate"
    _description = "Candidate of a Conversion"
    _order = "id"

    wizard_id = fields.Many2one(
        "crm.lead2opportunity.partner", required=True, ondelete="cascade", index=True
    )
    kind = fields.Selection([("company", "Company"), ("contact", "Contact")])
    partner_id = fields.Many2one("res.partner", required=True, ondelete="cascade")
    partner_name = fields.Char(related="partner_id.name")
    address = fields.Char(compute="_compute_address")
    reasons = fields.Char(help="Why it was found, the strongest reason first.")
    is_archived = fields.Boolean()

    def _compute_address(self):
        for candidate in self:
            partner = candidate.partner_id
            place = " ".join(filter(None, (partner.zip, partner.city)))
            details = [place, partner.email, partner.phone]
            if candidate.kind == "contact":
                details.insert(0, partner.parent_id.name)
            candidate.address = " · ".join(filter(None, details))

    def action_choose(self):
        """Take this one, and go to the next step."""
        self.ensure_one()
        return self.wizard_id._choose(self)
