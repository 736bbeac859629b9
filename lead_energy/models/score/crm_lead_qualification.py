from odoo import api, fields, models

from ..context import told
from ..status.crm_lead_status import CONTACT_KINDS

QUALIFICATIONS = [
    ("lead", "Lead"),
    ("mql", "MQL"),
    ("sql", "SQL"),
    ("opportunity", "Opportunity"),
]
TEMPERATURES = [("cold", "Cold"), ("warm", "Warm"), ("hot", "Hot")]


class CrmLead(models.Model):
    """What people react to: temperature and qualification, by the model's thresholds.

    QUALIFICATION: sales qualified needs contact beside the score. Chosen by hand it
    stays as chosen, until it is left to the score again. It advises: nothing is
    refused to a person by it.
    """

    _inherit = "crm.lead"

    lead_temperature = fields.Selection(
        TEMPERATURES,
        string="Temperature",
        compute="_compute_lead_temperature",
        store=True,
        copy=False,
    )
    qualification = fields.Selection(
        QUALIFICATIONS,
        compute="_compute_qualification",
        store=True,
        readonly=False,
        copy=False,
        help="Marketing-qualified (MQL) and sales-qualified (SQL) by the thresholds of "
        "the score; SQL when there has been contact, too.",
    )
    qualification_is_manual = fields.Boolean(
        string="Qualification by Hand",
        copy=False,
        help="Somebody chose the qualification: it does not follow the score.",
    )

    @api.depends("lead_score")
    def _compute_lead_temperature(self):
        published = self.env["crm.lead.score.model"]._get_published()
        for lead in self:
            lead.lead_temperature = published.get_temperature(lead.lead_score)

    @api.depends("lead_score", "type", "lead_status_kind", "qualification_is_manual")
    def _compute_qualification(self):
        published = self.env["crm.lead.score.model"]._get_published()
        for lead in self:
            if lead.qualification_is_manual and lead.qualification:
                lead.qualification = lead.qualification
            else:
                lead.qualification = published.get_qualification(
                    lead.lead_score,
                    lead.type == "opportunity",
                    lead.lead_status_kind in CONTACT_KINDS,
                )

    @api.model
    def _note_manual_qualification(self, vals):
        """Put into values whether the qualification in them was chosen by hand."""
        if "qualification" in vals and not told(self.env, "score_update"):
            is_manual = bool(vals["qualification"])
            vals.setdefault("qualification_is_manual", is_manual)
