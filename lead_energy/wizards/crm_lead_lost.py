from markupsafe import Markup

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date, is_html_empty

from ..models.context import tell


class CrmLeadLost(models.TransientModel):
    """Ask with which of the closed statuses leads are closed, and until when.

    A reason that has a day asks for it; leads may be put off until then instead.
    """

    _inherit = "crm.lead.lost"

    lead_status_id = fields.Many2one(
        "crm.lead.status",
        string="Status",
        domain=[("kind", "=", "closed")],
        compute="_compute_lead_status_id",
        store=True,
        readonly=False,
    )
    asks_for = fields.Selection(related="lost_reason_id.asks_for")
    until_date = fields.Date(
        string="Until",
        compute="_compute_until_date",
        store=True,
        readonly=False,
    )
    can_put_off = fields.Boolean(compute="_compute_can_put_off")

    @api.depends("lead_ids")
    def _compute_lead_status_id(self):
        """Only leads are closed; an opportunity stays converted when it is lost."""
        for wizard in self:
            types = set(wizard.lead_ids.mapped("type"))
            wizard.lead_status_id = types == {"lead"} and self.env[
                "crm.lead.status"
            ]._get_default("closed")

    @api.depends("lead_ids", "lost_reason_id")
    def _compute_until_date(self):
        """The end of the contract may be known already."""
        for wizard in self:
            if wizard.asks_for != "contract_end":
                wizard.until_date = wizard.asks_for and wizard.until_date
                continue
            days = set(wizard.lead_ids.mapped("contract_end_date"))
            wizard.until_date = len(days) == 1 and days.pop()

    @api.depends("lead_ids", "lost_reason_id")
    def _compute_can_put_off(self):
        for wizard in self:
            types = set(wizard.lead_ids.mapped("type"))
            wizard.can_put_off = bool(wizard.asks_for) and types == {"lead"}

    def action_lost_reason_apply(self):
        if self.asks_for and self.until_date:
            self._keep_contract_end()
            # Odoo's method notes it with the change
            self.lost_feedback = self._get_note()
        # Odoo's method calls that of the leads: the chosen status goes along
        wizard = tell(self, closed_status_id=self.lead_status_id.id)
        return super(CrmLeadLost, wizard).action_lost_reason_apply()

    def action_put_off(self):
        """Take the leads up again on the day of the reason, instead of closing them."""
        self.ensure_one()
        if not self.asks_for or not self.until_date:
            raise UserError(
                self.env._(
                    "Until when are the leads put off? Choose a reason that asks for a "
                    "day, and the day."
                )
            )
        rework = self.env["crm.lead.rework"].create(
            {
                "lead_ids": [Command.set(self.lead_ids.ids)],
                "rework_date": self.until_date,
            }
        )
        self._keep_contract_end()
        # also where the status stays as it was, and no message tells of a change
        note = self._get_note()
        self.lead_ids._message_log_batch(dict.fromkeys(self.lead_ids.ids, note))
        return rework.action_apply()

    def _keep_contract_end(self):
        if self.asks_for == "contract_end":
            self.lead_ids.write({"contract_end_date": self.until_date})

    def _get_note(self):
        """Return the reason with its day, and what the user wrote."""
        until = self.env._(
            "%(reason)s until %(date)s",
            reason=self.lost_reason_id.name,
            date=format_date(self.env, self.until_date),
        )
        feedback = self.lost_feedback
        feedback = Markup() if is_html_empty(feedback) else feedback
        return Markup("<p>%s</p>%s") % (until, feedback)
