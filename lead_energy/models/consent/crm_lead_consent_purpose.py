from odoo import api, fields, models
from odoo.exceptions import UserError

from .. import rights  # noqa: F401 - it comes first


class CrmLeadConsentPurpose(models.Model):
    """What a prospect agrees to be contacted for; a list of the managers."""

    _name = "crm.lead.consent.purpose"
    _inherit = ["crm.lead.system.values"]
    _description = "Purpose of a Consent"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        copy=False,
        readonly=True,
        help="By which other addons find a purpose that comes with the addon.",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    is_advertising = fields.Boolean(
        string="Advertising",
        default=True,
        help="Who objects to all advertising, objects to these purposes.",
    )
    text_ids = fields.One2many("crm.lead.consent.text", "purpose_id", string="Texts")

    _code_uniq = models.Constraint(
        "unique (code)", "There is a purpose with this code already."
    )

    @api.model
    def _get(self, purpose):
        """Return the purpose that is meant by a record or a code.

        :raise UserError: there is no such purpose
        """
        if isinstance(purpose, str):
            # sudo: who asks whether a mail may go out reads no configuration
            found = self.sudo().search([("code", "=", purpose)], limit=1)
            if not found:
                raise UserError(
                    self.env._(
                        "There is no purpose of a consent with the code '%(code)s'.",
                        code=purpose,
                    )
                )
            return found.with_env(self.env)
        return purpose

    def _get_current_text(self):
        """Return the newest version of the text, an empty record without any."""
        self.ensure_one()
        # sudo: what is shown to the prospect, whoever records it
        return self.sudo().text_ids.sorted("number")[-1:]
