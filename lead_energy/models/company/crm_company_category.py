from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..lead import crm_lead_option  # noqa: F401 - it comes first


class CrmCompanyCategory(models.Model):
    """A category of companies, as managers list it.

    GROUP is what the code asks for, never the name or the XML id. What happens by
    itself moves only companies of the group 'prospect' or without a category, and
    within that group only further down the list.
    """

    _name = "crm.company.category"
    _inherit = ["crm.lead.option"]
    _description = "Company Category"
    _order = "sequence, id"

    group = fields.Selection(
        [
            ("prospect", "Potential customer"),
            ("customer", "Customer"),
            ("partner", "Partner"),
            ("lost", "Lost"),
            ("other", "Other"),
        ],
        required=True,
        default="prospect",
    )
    use_lead_status = fields.Boolean(
        help="The contacts of these companies carry a lead status. Where it is "
        "switched off, the status is hidden and kept."
    )
    color = fields.Integer()
    lead_count = fields.Integer(string="Companies")

    @api.constrains("active")
    def _check_is_no_target(self):
        archived = self.filtered(lambda category: not category.active)
        automation = self.env["crm.lead.automation"].search(
            [("company_category_id", "in", archived.ids), ("is_on", "=", True)], limit=1
        )
        if automation:
            raise ValidationError(
                self.env._(
                    "%(name)s cannot be archived, the automation '%(automation)s' "
                    "uses it: choose another category there or switch it off.",
                    name=automation.company_category_id.name,
                    automation=automation.name,
                )
            )

    def write(self, vals):
        result = super().write(vals)
        if vals.get("use_lead_status"):
            # sudo: contacts that the manager may not read, and archived ones, too
            contacts = self.env["res.partner"].sudo().with_context(active_test=False)
            contacts = contacts.search([("company_category_id", "in", self.ids)])
            contacts._start_lead_status()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        # sudo: a company that the manager may not read uses the category all the same
        used = self.sudo()._count_leads("company_category_id")
        if used:
            raise UserError(
                self.env._(
                    "%(names)s cannot be deleted, companies use it: archive it "
                    "instead. It then stays on those companies and is no longer "
                    "offered.",
                    names=", ".join(f"{option.name} ({n})" for option, n in used),
                )
            )
        automation = self.env["crm.lead.automation"].search(
            [("company_category_id", "in", self.ids)], limit=1
        )
        if automation:
            raise UserError(
                self.env._(
                    "%(name)s cannot be deleted, the automation '%(automation)s' "
                    "uses it: choose another category there first.",
                    name=automation.company_category_id.name,
                    automation=automation.name,
                )
            )

    def action_open_leads(self):
        """Open the companies of this category."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": "res.partner",
            "view_mode": "list,kanban,form",
            "domain": [
                *self._get_company_domain(),
                ("company_category_id", "=", self.id),
            ],
            "context": {"active_test": False},
        }

    @api.model
    def _get_company_domain(self):
        """Companies, and persons who belong to none: those have their own category."""
        return ["|", ("is_company", "=", True), ("parent_id", "=", False)]

    def _count_leads(self, field_name):
        companies = self.env["res.partner"].with_context(active_test=False)
        return companies._read_group(
            [*self._get_company_domain(), (field_name, "in", self.ids)],
            [field_name],
            ["__count"],
        )

    def _group_by_lead_field(self):
        return {"company_category_id": self}
