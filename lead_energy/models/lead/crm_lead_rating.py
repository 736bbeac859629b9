from odoo import api, fields, models

from . import crm_lead_option  # noqa: F401 - it comes first

KINDS = [
    ("influence", "Influence"),
    ("company_size", "Size"),
    ("need", "Need"),
    ("volume", "Volume"),
]
# the fields of crm.lead that take an option, by its kind
FIELDS_BY_KIND = {kind: f"{kind}_id" for kind, _label in KINDS}


class CrmLeadRating(models.Model):
    """An option of one of the four ratings that managers keep themselves.

    Industry and source are rated too, through Odoo's own records. An option carries
    no points: those belong to the rules of a score model, so that a draft of a model
    changes nothing that counts today.

    NAMES are unique over all kinds, since Odoo's import looks options up by name
    and ignores the domain of the field: two options 'High' would be mixed up.
    """

    _name = "crm.lead.rating"
    _inherit = ["crm.lead.option"]
    _description = "Lead Rating"
    _order = "kind, sequence, id"

    kind = fields.Selection(KINDS, required=True, index=True)

    def write(self, vals):
        if "kind" in vals:
            # a lead would show, say, a need where it keeps its influence
            changed = self.filtered(lambda rating: rating.kind != vals["kind"])
            changed._unlink_except_used()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_with_points(self):
        self.env["crm.lead.score.rule"]._check_no_points(self)

    def _group_by_lead_field(self):
        # a rating that is being typed in has no kind yet
        by_kind = self.filtered("kind").grouped("kind")
        return {FIELDS_BY_KIND[kind]: options for kind, options in by_kind.items()}
