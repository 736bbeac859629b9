from odoo import models


class MailActivity(models.Model):
    """What an activity of a lead does to its status."""

    _inherit = "mail.activity"

    def write(self, vals):
        result = super().write(vals)
        if vals.get("date_deadline"):
            self._move_rework_date()
        return result

    def _action_done(self, feedback=False, attachment_ids=None):
        calls = self._get_leads(
            lambda activity: activity.activity_category, "phonecall"
        )
        met = self._get_leads(lambda activity: activity.activity_category, "meeting")
        rework_type = self.env["crm.lead"]._get_rework_activity_type()
        reworked = self._get_leads(
            lambda activity: activity.activity_type_id, rework_type
        )
        result = super()._action_done(feedback=feedback, attachment_ids=attachment_ids)
        calls._step_up("step_call")
        met._step_up("step_meeting")
        reworked._return_from_rework()
        return result

    def _get_leads(self, get_value, value):
        """Return the leads of those activities for which ``get_value`` is ``value``."""
        activities = self.filtered(
            lambda activity: (
                activity.res_model == "crm.lead" and get_value(activity) == value
            )
        )
        # sudo: who has an activity may do it without access to the lead, as in Odoo
        return self.env["crm.lead"].sudo().browse(activities.mapped("res_id")).exists()

    def _move_rework_date(self):
        """A rework that is put off by its activity is put off."""
        rework_type = self.env["crm.lead"]._get_rework_activity_type()
        plans = self.filtered(
            lambda activity: (
                activity.res_model == "crm.lead"
                and activity.activity_type_id == rework_type
            )
        )
        for activity in plans:
            # sudo: as above
            lead = self.env["crm.lead"].sudo().browse(activity.res_id)
            if (
                lead.lead_status_kind == "rework"
                and lead.rework_date != activity.date_deadline
            ):
                lead.rework_date = activity.date_deadline
