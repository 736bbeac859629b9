from collections import defaultdict

from odoo import models
from odoo.fields import Domain


class ResUsers(models.Model):
    """Who is archived or deleted leaves the work on leads to colleagues.

    Odoo deletes the activities of a user who is archived, and the plans that fields
    of the lead show would be gone with them.
    """

    _inherit = "res.users"

    def action_archive(self):
        self._hand_over_leads()
        return super().action_archive()

    def write(self, vals):
        result = super().write(vals)
        if "active" in vals and not vals["active"]:
            self._hand_over_leads()
        return result

    def unlink(self):
        self._hand_over_leads()
        return super().unlink()

    def _hand_over_leads(self):
        """Give the open activities on leads to who is named next on each lead.

        Where nobody is left, the activity stays on the lead without a name.
        """
        # sudo: who archives a user needs no access to the leads
        activities = self.env["mail.activity"].sudo()
        activities = activities.search(
            Domain("user_id", "in", self.ids) & Domain("res_model", "=", "crm.lead")
        )
        if not activities:
            return
        leads = self.env["crm.lead"].sudo().browse(activities.mapped("res_id"))
        leads = {lead.id: lead for lead in leads.exists()}
        taken = defaultdict(activities.browse)
        for activity in activities:
            if lead := leads.get(activity.res_id):
                user = lead._get_activity_user(activity.activity_type_id, without=self)
                taken[user] |= activity
        for user, plans in taken.items():
            # one message for all of them below
            plans.with_context(mail_activity_quick_update=True).user_id = user
            self._tell_of_new_activities(user, plans)

    def _tell_of_new_activities(self, user, activities):
        """Tell ``user`` which leads' activities were handed over."""
        if not user:
            return
        env = self.with_context(lang=user.lang).env
        self.env["mail.thread"].sudo().message_notify(
            partner_ids=user.partner_id.ids,
            subject=env._("Activities of leads are yours now"),
            body=env._(
                "%(count)s planned activities of %(names)s were handed over to you. "
                "Your activities show them.",
                count=len(activities),
                names=", ".join(self.mapped("name")),
            ),
        )
