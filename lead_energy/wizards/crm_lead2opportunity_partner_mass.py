from markupsafe import Markup

from odoo import api, fields, models


class CrmLead2opportunityPartnerMass(models.TransientModel):
    """The conversion of many leads: no duplicates, and no guesses.

    Companies and contacts are found, and those that are missing created, for all leads
    together. A lead whose customer is in doubt stays as it is, and is listed.
    """

    _inherit = "crm.lead2opportunity.partner.mass"

    # the steps are for one lead
    company_candidate_ids = fields.One2many(compute="_compute_no_steps", store=False)
    contact_candidate_ids = fields.One2many(compute="_compute_no_steps", store=False)
    change_ids = fields.One2many(compute="_compute_no_steps", store=False)

    doubts = fields.Html(
        string="Leads That Need Your Decision",
        compute="_compute_doubts",
        sanitize=False,
        help="They stay leads. Convert them one by one.",
    )

    def _compute_no_steps(self):
        self.company_candidate_ids = False
        self.contact_candidate_ids = False
        self.change_ids = False

    @api.depends("lead_tomerge_ids", "action", "name")
    def _compute_doubts(self):
        for wizard in self:
            # what is found is kept by ids, which a form's own copies do not have
            leads = wizard.lead_tomerge_ids._origin
            doubts = wizard._find_customers(leads).doubts
            items = Markup().join(
                Markup("<li>%s: %s</li>")
                % (lead.partner_name or lead.contact_name or lead.name, doubt)
                for lead, doubt in doubts.items()
            )
            wizard.doubts = items and Markup("<ul class='mb-0'>%s</ul>") % items

    def _find_customers(self, leads):
        """Find the customers of leads, and those that stay as they are.

        :return: FoundCustomers
        """
        closed = leads.filtered(lambda lead: not lead.active)
        leads = leads.filtered(
            lambda lead: lead.type == "lead" and lead.active and not lead.partner_id
        )
        if self.action == "exist":
            leads = leads.browse()
        found = leads._find_customers(with_people=self.action != "create")
        for lead in closed:
            found.doubts[lead] = self.env._("it is closed: reopen it first")
        return found

    def _is_mass(self):
        return True

    def _convert_and_allocate(self, leads, user_ids, team_id=False):
        with leads._recorded_conversion() as leads:
            found = self._find_customers(leads)
            found.assign()
            result = super()._convert_and_allocate(
                leads - leads.browse(lead.id for lead in found.doubts),
                user_ids,
                team_id=team_id,
            )
        found.record_filled()
        return result

    def action_mass_convert(self):
        """Convert what is certain, and show the leads that need a decision."""
        action = super().action_mass_convert()
        leads = self.lead_tomerge_ids.exists()
        left = leads.filtered(lambda lead: lead.type == "lead")
        if left:
            title = self.env._("These leads need your decision")
            action = self._get_list_action(left, title)
        if inquiries := leads - left:
            title = self.env._("Inquiries")
            link = {
                "name": title,
                "icon": "fa-external-link",
                "action": self._get_list_action(inquiries, title),
            }
            message = self.env._(
                "%(count)s leads were converted.", count=len(inquiries)
            )
            effect = {"type": "lead_conversion", "message": message, "links": [link]}
            action = {**action, "effect": effect}
        return action

    def _get_list_action(self, leads, title):
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": leads._name,
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", leads.ids)],
            "context": {"active_test": False},
        }
