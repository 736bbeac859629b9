from odoo import models

# what an activity is on
TARGET = {"res_model_id", "res_model", "res_id"}


class MailActivity(models.Model):
    """What an activity of a lead does to its status."""

    _inherit = "mail.activity"

    def write(self, vals):
        result = super().write(vals)
        if not TARGET.isdisjoint(vals):
            # Odoo asks only about the record that the activity was on
            self.filtered(
                lambda activity: activity.res_model == "crm.lead"
            ).check_access("create")
        if vals.get("date_deadline"):
            self._move_rework_date()
        return result

    def _action_done(self, feedback=False, attachment_ids=None):
        activities = self.filtered(lambda activity: activity.res_model == "crm.lead")
        calls = activities._get_leads("activity_category", "phonecall")
        met = activities._get_leads("activity_category", "meeting")
        reworked = activities._get_rework_plans()._get_leads()
        result = super()._action_done(feedback=feedback, attachment_ids=attachment_ids)
        calls._step_up("step_call")
        met._step_up("step_meeting")
        reworked._return_from_rework()
        return result

    def _get_leads(self, field_name=None, value=None):
        """Return the leads of those of our activities whose field has a value."""
        activities = self
        if field_name:
            activities = self.filtered(lambda activity: activity[field_name] == value)
        # sudo: who has an activity may do it without access to the lead, as in Odoo
        return self.env["crm.lead"].sudo().browse(activities.mapped("res_id")).exists()

    def _get_rework_plans(self):
        """Return those that remind of a lead to be taken up again."""
        activities = self.filtered(lambda activity: activity.res_model == "crm.lead")
        if not activities:
            return activities
        rework_type = self.env["crm.lead"]._get_rework_activity_type()
        return activities.filtered(
            # without the type there is no plan
            lambda activity: activity.activity_type_id in rework_type
        )

    def _move_rework_date(self):
        """A rework that is put off by its activity is put off."""
        for day, plans in self._get_rework_plans().grouped("date_deadline").items():
            plans._get_leads().filtered(
                lambda lead, day=day: (
                    lead.lead_status_kind == "rework" and lead.rework_date != day
                )
            ).rework_date = day
