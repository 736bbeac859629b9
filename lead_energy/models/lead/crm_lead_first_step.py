from odoo import SUPERUSER_ID, api, fields, models

# what a manager sets up, and where
ACTIONS = {
    "interests": "lead_energy.crm_lead_interest_action",
    "ratings": "lead_energy.crm_lead_rating_action",
    "statuses": "lead_energy.crm_lead_status_action",
    "categories": "lead_energy.crm_company_category_action",
    "model": "lead_energy.crm_lead_score_model_action",
    "team": "sales_team.crm_team_action_config",
}


class CrmLeadFirstStep(models.Model):
    """What a manager looks at before the first lead comes in, and whether it is done.

    DONE is what the data tell: somebody has changed a list that was shipped, has
    published a score model, a team takes leads. What fits as it is is said so by hand.
    """

    _name = "crm.lead.first.step"
    _description = "First Step"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True, readonly=True)
    description = fields.Text(translate=True, readonly=True)
    sequence = fields.Integer(default=10, readonly=True)
    code = fields.Selection(
        [
            ("interests", "Interests"),
            ("ratings", "Ratings"),
            ("statuses", "Statuses"),
            ("categories", "Categories"),
            ("model", "Score Model"),
            ("team", "Team"),
        ],
        required=True,
        readonly=True,
    )
    is_accepted = fields.Boolean(string="Fits as it is", readonly=True)
    state = fields.Selection(
        [("open", "Open"), ("done", "Done")], compute="_compute_state"
    )

    @api.depends("code", "is_accepted")
    def _compute_state(self):
        for step in self:
            is_done = step.is_accepted or getattr(step, f"_has_{step.code}")()
            step.state = "done" if is_done else "open"

    def action_open(self):
        """Open the screen of this step."""
        self.ensure_one()
        return self.env["ir.actions.actions"]._for_xml_id(ACTIONS[self.code])

    def action_accept(self):
        """Note that what was shipped fits as it is."""
        self._set_accepted(True)

    def action_reopen(self):
        """Take that back."""
        self._set_accepted(False)

    def _set_accepted(self, is_accepted):
        self.check_access("read")
        # sudo: who may read the steps, a manager, says so by these buttons alone
        self.sudo().is_accepted = is_accepted

    @api.model
    def _has_interests(self):
        """Return whether an interest has what a quotation is made of."""
        interests = self.env["crm.lead.interest"]
        return bool(
            interests.search_count(
                [
                    "|",
                    ("product_line_ids", "!=", False),
                    ("quotation_template_id", "!=", False),
                ],
                limit=1,
            )
        )

    @api.model
    def _has_ratings(self):
        return self._is_changed("crm.lead.rating")

    @api.model
    def _has_statuses(self):
        return self._is_changed("crm.lead.status")

    @api.model
    def _has_categories(self):
        return self._is_changed("crm.company.category")

    @api.model
    def _has_model(self):
        """Return whether a person has published the model that counts."""
        published = self.env["crm.lead.score.model"]._get_published_model()
        return published.published_uid.id not in (False, SUPERUSER_ID)

    @api.model
    def _has_team(self):
        teams = self.env["crm.team"]
        domain = [("use_leads", "=", True), ("crm_team_member_ids", "!=", False)]
        return bool(teams.search_count(domain, limit=1))

    @api.model
    def _is_changed(self, model_name):
        """Return whether a person has changed a list that was shipped."""
        options = self.env[model_name].with_context(active_test=False)
        return bool(options.search_count([("write_uid", "!=", SUPERUSER_ID)], limit=1))
