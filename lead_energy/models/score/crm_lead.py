from odoo import api, fields, models

from ...tools.score import sums
from ...tools.score.conditions import WATCHED_PATHS

SCORE_FIELDS = (
    "lead_score_excluded",
    "lead_fit_score",
    "lead_engagement_score",
    "lead_score",
    "lead_score_lines",
)


class CrmLead(models.Model):
    """The score of a lead, computed live in the save that changes what it reads.

    The set-based update asks the same conditions in SQL, and sums up there.
    """

    _inherit = "crm.lead"

    lead_score = fields.Integer(
        string="Score",
        compute="_compute_lead_score",
        store=True,
        copy=False,
        aggregator="avg",
        help="0 to 100: what the lead promises, by the published score model.",
    )
    lead_fit_score = fields.Float(
        string="Fit", compute="_compute_lead_score", store=True, copy=False
    )
    lead_engagement_score = fields.Float(
        string="Engagement", compute="_compute_lead_score", store=True, copy=False
    )
    lead_score_excluded = fields.Boolean(
        string="Excluded from Scoring",
        compute="_compute_lead_score",
        store=True,
        copy=False,
    )
    lead_score_lines = fields.Json(
        compute="_compute_lead_score", store=True, copy=False
    )

    @api.depends(lambda self: self._get_score_paths())
    def _compute_lead_score(self):
        score_model = self.env["crm.lead.score.model"]
        rows = score_model._select_scores(
            [id_ for id_ in self._ids if isinstance(id_, int)]
        )
        spec = score_model._get_published().spec
        for lead in self:
            values = rows.get(lead.id) or sums.preview(
                lead.with_env(score_model._get_leads().env), spec
            )
            for name, value in zip(SCORE_FIELDS, values, strict=True):
                lead[name] = value

    def _rescore(self):
        """Have the scores computed again, after a change that went by the ORM."""
        for name in SCORE_FIELDS:
            self.env.add_to_compute(self._fields[name], self)
        # temperature and qualification follow
        self.modified(SCORE_FIELDS)

    @api.model
    def _get_rated_by(self, name, options):
        """Return all leads with one of the options, for the database empties it."""
        leads = self.env["crm.lead.score.model"]._get_leads()
        return leads.search([(name, "in", options.ids)])

    @api.model
    def _get_score_paths(self):
        """Return the paths whose change rescores a lead.

        Read from a parameter: rules cannot be read while the registry is set up. A
        path is cut where it leaves the stored fields that can be watched.
        """
        # sudo: the registry is set up for every user
        value = self.env["ir.config_parameter"].sudo().get_param(WATCHED_PATHS) or ""
        paths = {self._cut_score_path(path) for path in value.split(",") if path}
        # without any, new leads would not be computed either
        return sorted(path for path in paths if path) or ["type"]

    @api.model
    def _cut_score_path(self, path):
        model, names = self, []
        for name in path.split("."):
            field = model._fields.get(name)
            if field is None:
                break
            names.append(name)
            if not field.relational:
                break
            model = self.env[field.comodel_name]
        return ".".join(names)
