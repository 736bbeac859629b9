from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..context import told

# who is sales-qualified is marketing-qualified, too
QUALIFIED = ("mql", "sql")


class CrmLead(models.Model):
    """What a lead does to its company's category and to its contact's status."""

    _inherit = "crm.lead"

    company_category_group = fields.Selection(
        related="partner_id.company_category_id.group",
        string="Category Group",
        help="What the company of this lead is to us.",
    )

    def _automate_written(self, vals):
        """Let follow what follows from values that were written."""
        if self._is_in_conversion():
            return  # a conversion lets all follow at its end
        if "partner_id" in vals or "type" in vals:
            self._automate_opportunity()
        if "partner_id" in vals:
            self._sync_contact_status()
        self._automate_given_qualification([vals])

    def _automate_given_qualification(self, vals_list):
        """Let follow what follows from a qualification that was given by hand."""
        if any(vals.get("qualification") in QUALIFIED for vals in vals_list):
            self._automate_qualification()

    def _prepare_customer_values(self, partner_name, is_company=False, parent_id=False):
        """Give what a conversion creates at once what would follow at its end."""
        values = super()._prepare_customer_values(partner_name, is_company, parent_id)
        if self._is_in_conversion():
            if category := not parent_id and self._get_conversion_category():
                values["company_category_id"] = category.id
            if not is_company:
                status = self.env["crm.lead.status"]._get_default("converted")
                values["lead_status_id"] = status.id
        return values

    def _get_conversion_category(self):
        """Return the category that a conversion gives to a company without one."""
        automations = self.env["crm.lead.automation"]
        category = automations._get_target("category_status", "converted")
        if not category and told(self.env, "conversion").kind == "opportunity":
            category = automations._get_target("category_opportunity")
        return category

    def _automate_opportunity(self):
        """A company that has an opportunity gets the category for that."""
        companies = self.filtered(
            lambda lead: lead.type == "opportunity" and lead.won_status == "pending"
        ).partner_id
        automations = self.env["crm.lead.automation"]
        companies._advance_company_category(
            automations._get_target("category_opportunity")
        )

    def _automate_qualification(self):
        """A company whose lead is marketing-qualified gets the category for that."""
        qualified = self.filtered(lambda lead: lead.qualification in QUALIFIED)
        qualified.partner_id._advance_company_category(
            self.env["crm.lead.automation"]._get_target("category_mql")
        )

    def _after_status_change(self):
        """Let follow what follows from a status that these leads just got."""
        automations = self.env["crm.lead.automation"]
        for kind, leads in self.grouped("lead_status_kind").items():
            leads.partner_id._advance_company_category(
                automations._get_target("category_status", kind)
            )
        self._sync_contact_status()

    def _handle_won_lost(self, old_status_by_lead, new_status_by_lead):
        result = super()._handle_won_lost(old_status_by_lead, new_status_by_lead)
        opportunities = self.filtered(
            lambda lead: lead.type == "opportunity" and lead.partner_id
        )
        lost, restored = self.browse(), self.browse()
        for lead in opportunities:
            was = old_status_by_lead.get(lead.id, {}).get("is_lost")
            now = new_status_by_lead.get(lead.id, {}).get("is_lost")
            if now and not was:
                lost |= lead
            elif was and not now:
                restored |= lead
        lost._automate_loss()
        restored._automate_restoring()
        return result

    def _automate_loss(self):
        """A company whose last opportunity is lost gets the category for that."""
        target = self.env["crm.lead.automation"]._get_target("category_lost")
        if not self or not target:
            return
        # sudo: also an opportunity that this user may not read keeps the company
        companies = self.sudo().partner_id.commercial_partner_id
        others = self.sudo().search(
            Domain("type", "=", "opportunity")
            & Domain("won_status", "!=", "lost")
            & Domain("partner_id.commercial_partner_id", "in", companies.ids)
        )
        (companies - others.partner_id.commercial_partner_id)._advance_company_category(
            target
        )

    def _automate_restoring(self):
        """Take back what the loss did to the company's category."""
        automations = self.env["crm.lead.automation"]
        lost = automations._get_target("category_lost")
        target = automations._get_target("category_opportunity")
        if not (self and lost and target):
            return
        # sudo: as in _advance_company_category
        companies = self.sudo().partner_id.commercial_partner_id
        companies.filtered(
            lambda company: (
                company.company_category_id == lost.sudo()
                and lost.sudo().group == "lost"
            )
        ).write({"company_category_id": target.id})

    def _sync_contact_status(self):
        """Give the contacts the status of their newest lead, if that is in ``self``.

        A contact that changed by hand stays so until its newest lead changes.
        """
        # sudo: a lead may hang on a contact that its rep may not edit
        stale = self.sudo().filtered(
            lambda lead: lead.partner_id.lead_status_id != lead.lead_status_id
        )
        persons = stale.partner_id.filtered(lambda person: not person.is_company)
        if not persons:
            return
        rows = self.env.execute_query(
            SQL(
                """
                SELECT status_id, array_agg(partner_id) FROM (
                    SELECT DISTINCT ON (lead.partner_id)
                           lead.id, lead.partner_id, lead.lead_status_id AS status_id
                      FROM crm_lead lead
                     WHERE lead.partner_id = ANY(%(persons)s)
                  ORDER BY lead.partner_id, lead.id DESC
                ) newest
                  JOIN res_partner person ON person.id = newest.partner_id
                 WHERE newest.id = ANY(%(leads)s)
                   AND person.lead_status_id IS DISTINCT FROM newest.status_id
                   AND newest.status_id IS NOT NULL
              GROUP BY status_id
                """,
                persons=persons.ids,
                leads=stale.ids,
                to_flush=(
                    self._fields["partner_id"],
                    self._fields["lead_status_id"],
                    persons._fields["lead_status_id"],
                ),
            )
        )
        for status_id, person_ids in rows:
            # the lead's history tells of the change: no message on the contact too
            persons.browse(person_ids).with_context(mail_notrack=True).write(
                {"lead_status_id": status_id}
            )
