from collections import defaultdict
from contextlib import contextmanager

from odoo import api, fields, models

from .. import rights  # noqa: F401 - it comes first
from ..context import told

AUTOMATED = ("company_category_id", "lead_status_id")


class ResPartner(models.Model):
    """The category of a company, and the lead status of its contacts.

    CATEGORY belongs to the company; its contacts have the same.
    STATUS belongs to the person and follows the newest lead of that person. It is
    hidden where the category does not use it, and never cleared.
    Both are ours alone: people outside may read their own partner, and not these.
    """

    _name = "res.partner"
    _inherit = ["res.partner", "crm.lead.system.values"]

    company_category_id = fields.Many2one(
        "crm.company.category",
        index="btree_not_null",
        tracking=True,
        ondelete="restrict",
        groups="base.group_user",
        help="What the company is to us. Its contacts have the same category.",
    )
    company_category_description = fields.Text(
        related="company_category_id.description",
        string="About the Category",
        groups="base.group_user",
    )
    company_category_group = fields.Selection(
        related="company_category_id.group",
        string="Category Group",
        groups="base.group_user",
    )
    use_lead_status = fields.Boolean(
        related="company_category_id.use_lead_status", groups="base.group_user"
    )
    lead_status_id = fields.Many2one(
        "crm.lead.status",
        index="btree_not_null",
        copy=False,
        tracking=True,
        ondelete="restrict",
        groups="base.group_user",
        group_expand="_read_group_lead_status_ids",
        help="Follows the newest lead of this person, and can be changed here.",
    )
    last_touch = fields.Char(
        compute="_compute_last_touch",
        groups="sales_team.group_sale_salesman",
        help="What was said or done last on the leads of this contact that you may "
        "read.",
    )

    @api.depends_context("uid", "lang", "tz", "allowed_company_ids")
    def _compute_last_touch(self):
        leads = self.env["crm.lead"].with_context(active_test=False)
        leads = leads.search([("partner_id", "in", self._origin.ids)])
        last = {}
        for lead_id, touch in leads._get_last_touches().items():
            partner = leads.browse(lead_id).partner_id
            last[partner] = max(last.get(partner, touch), touch)
        for partner in self:
            _date, partner.last_touch = last.get(partner._origin, (None, False))

    @api.model
    def _read_group_lead_status_ids(self, statuses, domain):
        """Show every status as a column of the board of persons."""
        return self.env["crm.lead"]._read_group_lead_status_ids(statuses, domain)

    @api.model_create_multi
    def create(self, vals_list):
        partners = super().create(vals_list)
        if any(vals.get("company_category_id") for vals in vals_list):
            partners._start_lead_status()
        return partners

    def write(self, vals):
        result = super().write(vals)
        # also what Odoo writes on the contacts of a company, which share its category
        if vals.get("company_category_id"):
            self._start_lead_status()
        return result

    def _commercial_fields(self):
        return [*super()._commercial_fields(), "company_category_id"]

    def _start_lead_status(self):
        """Give the default open status to who should have one and has none."""
        status = self.env["crm.lead.status"]._get_default("open")
        persons = self.filtered(
            lambda partner: (
                partner.use_lead_status
                and not partner.lead_status_id
                and not partner.is_company
                and partner.type == "contact"
            )
        )
        if persons and status:
            persons.write({"lead_status_id": status.id})
            if conversion := told(self.env, "conversion"):
                conversion.started.update(persons.ids)

    def _advance_company_category(self, category):
        """Move companies to ``category``, as far as an automation may.

        Only prospects and companies without a category move, so a customer stays
        one; and among the prospects' categories they only move down the list.
        """
        if not category:
            return
        # sudo: the automation is the manager's, whoever sets it off
        companies = self.sudo().commercial_partner_id
        movable = companies.filtered(
            lambda company: company._can_advance_to(category.sudo())
        )
        if movable:
            movable.write({"company_category_id": category.id})

    def _can_advance_to(self, category):
        current = self.company_category_id
        if not current:
            return True
        if current.group != "prospect" or current == category:
            return False
        if category.group != "prospect":
            return True
        return (category.sequence, category.id) > (current.sequence, current.id)

    @contextmanager
    def _watch_automations(self):
        """Tell what a conversion's automations change on these partners and around.

        :return: dict, filled at the end: {company: [[id of partner,
            {field: [before, after]}]]}
        """
        before = {
            partner.id: {
                name: partner[name].id
                for name in AUTOMATED
                # the contacts of a company have its category anyway
                if name == "lead_status_id" or partner == partner.commercial_partner_id
            }
            for partner in self
        }
        conversion = told(self.env, "conversion")
        conversion.started.clear()
        changes = defaultdict(list)
        yield changes
        contacts = self.browse(conversion.started - before.keys())
        before.update({contact.id: {"lead_status_id": False} for contact in contacts})
        for partner in self | contacts:
            changed = {
                name: [value, partner[name].id]
                for name, value in before[partner.id].items()
                if value != partner[name].id
            }
            if changed:
                changes[partner.commercial_partner_id].append([partner.id, changed])
