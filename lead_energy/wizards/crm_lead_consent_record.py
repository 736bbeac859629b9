from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.consent.crm_lead_consent import CHANNELS, EVENTS, ORIGINS

# what a person can tell a rep
TOLD = ("confirmed", "presumed", "withdrawn", "objected")
HEARD = ("phone", "paper", "fair", "talk", "mail")


class CrmLeadConsentRecord(models.TransientModel):
    """Record what a person told a rep: what it agrees to, or does not want."""

    _name = "crm.lead.consent.record"
    _description = "Record a Consent"

    lead_id = fields.Many2one("crm.lead", ondelete="cascade")
    partner_id = fields.Many2one("res.partner", ondelete="cascade")
    channel = fields.Selection(CHANNELS, required=True, default="email")
    address = fields.Char(compute="_compute_address")
    purpose_id = fields.Many2one(
        "crm.lead.consent.purpose",
        default=lambda self: self._default_purpose_id(),
        help="None: all advertising. Who objects to it goes on the blacklist.",
    )
    event = fields.Selection(
        [(code, label) for code, label in EVENTS if code in TOLD],
        string="What Happened",
        required=True,
        default="confirmed",
    )
    origin = fields.Selection(
        [(code, label) for code, label in ORIGINS if code in HEARD],
        string="How",
        required=True,
        default="phone",
    )
    reason = fields.Char(
        help="Why a call is presumed to be welcome, or what the person said."
    )
    text = fields.Text(compute="_compute_text", string="Words That Are Recorded")
    attachment = fields.Binary(
        string="Evidence", help="The signed form, or a photo of it.", attachment=False
    )
    attachment_name = fields.Char()

    @api.model
    def _default_purpose_id(self):
        return self.env["crm.lead.consent.purpose"].search([], limit=1)

    def _get_person(self):
        self.ensure_one()
        return self.lead_id or self.partner_id

    @api.depends("lead_id", "partner_id", "channel")
    def _compute_address(self):
        for wizard in self:
            person = wizard._get_person()
            wizard.address = person and person._get_address(wizard.channel)

    @api.depends("lead_id", "partner_id", "channel", "purpose_id")
    def _compute_text(self):
        for wizard in self:
            person = wizard._get_person()
            text = wizard.purpose_id and wizard.purpose_id._get_current_text()
            wizard.text = (
                text._fill(
                    wizard.channel,
                    person.company_id or self.env.company,
                    person._get_consent_lang(),
                )
                if person and text
                else False
            )

    def action_record(self):
        """Record the event.

        :raise UserError: a consent needs to say for what; see also ``_record``
        """
        self.ensure_one()
        person = self._get_person()
        person.check_access("write")
        if not self.purpose_id and self.event not in ("objected", "withdrawn"):
            raise UserError(
                self.env._("Choose what the person agrees to: a consent names it.")
            )
        details = {"origin": self.origin, "reason": (self.reason or "").strip()}
        if self.attachment:
            details["attachment"] = (self.attachment_name, self.attachment)
        self.env["crm.lead.consent"]._record(
            person, self.channel, self.purpose_id, self.event, **details
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "%(person)s: %(event)s",
                    person=person.display_name,
                    event=dict(self._fields["event"]._description_selection(self.env))[
                        self.event
                    ],
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
