from odoo import models


class CrmLeadScoreAlert(models.Model):
    """A lead that becomes marketing-qualified by its score moves its company, too.

    The score is written past the ORM, so this goes with the alert that is written
    with it. A score that a new model changes alerts nobody, and moves no company.
    """

    _inherit = "crm.lead.score.alert"

    def _send(self):
        result = super()._send()
        self.filtered(
            lambda alert: alert.threshold in ("mql", "sql")
        ).lead_id._follow_qualification()
        return result
