from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import ormcache


class CrmLeadAutomation(models.Model):
    """What happens by itself to leads and companies, as managers switch it.

    CODE is what the code asks for. One row a code, except that a company may get a
    category for each kind of status that its lead reaches.
    STEP: an event takes an open lead to 'contacted'.
    CATEGORY: an event takes a company to a category.
    REPORT: what the reports show.
    """

    _name = "crm.lead.automation"
    _description = "Lead Automation"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=100)
    description = fields.Text(translate=True)
    code = fields.Selection(
        [
            ("step_mail", "Status: first mail to the prospect"),
            ("step_call", "Status: call made"),
            ("step_meeting", "Status: meeting held"),
            ("category_mql", "Category: lead becomes marketing-qualified"),
            ("category_status", "Category: lead reaches a status"),
            ("category_opportunity", "Category: opportunity created"),
            ("category_lost", "Category: opportunity lost"),
            ("category_order", "Category: quotation confirmed"),
            ("report_by_person", "Report: time in status by person"),
        ],
        string="Event",
        default="category_status",
        required=True,
        readonly=True,
    )
    is_on = fields.Boolean(string="Switched On")
    has_category = fields.Boolean(compute="_compute_has_category")
    status_kind = fields.Selection(
        selection="_selection_status_kind", string="Kind of Status"
    )
    company_category_id = fields.Many2one(
        "crm.company.category", string="New Category", ondelete="restrict"
    )

    _code_uniq = models.UniqueIndex(
        "(code, COALESCE(status_kind, ''))",
        "There is an automation for this event already: change that one.",
    )

    def _selection_status_kind(self):
        return (
            self.env["crm.lead.status"]._fields["kind"]._description_selection(self.env)
        )

    @api.depends("code")
    def _compute_has_category(self):
        for automation in self:
            automation.has_category = (automation.code or "").startswith("category_")

    @api.constrains("code", "is_on", "status_kind", "company_category_id")
    def _check_is_complete(self):
        for automation in self:
            if automation.code == "category_status" and not automation.status_kind:
                raise ValidationError(
                    self.env._(
                        "%(name)s: choose the kind of status that sets it off.",
                        name=automation.name,
                    )
                )
            target = automation.company_category_id
            if automation.is_on and automation.has_category and not target.active:
                raise ValidationError(
                    self.env._(
                        "%(name)s: choose the category that the company gets, one "
                        "that is not archived, or switch it off.",
                        name=automation.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        if "code" in vals and any(row.code != vals["code"] for row in self):
            raise UserError(
                self.env._("The event of an automation is fixed: create a new one.")
            )
        self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_single(self):
        for automation in self:
            if automation.code != "category_status":
                raise UserError(
                    self.env._(
                        "%(name)s cannot be deleted: switch it off instead.",
                        name=automation.name,
                    )
                )

    @api.model
    @ormcache()
    def _get_switched_on(self):
        """Return {(code, kind of status or False): id of the target or False}."""
        # sudo: it happens to the leads of every user
        automations = self.sudo().search([("is_on", "=", True)])
        return {
            (row.code, row.status_kind): row.company_category_id.id
            for row in automations
        }

    @api.model
    def _is_on(self, code):
        return (code, False) in self._get_switched_on()

    @api.model
    def _get_target(self, code, status_kind=False):
        """Return the category that a company gets, empty if switched off."""
        target_id = self._get_switched_on().get((code, status_kind))
        return self.env["crm.company.category"].browse(target_id)
