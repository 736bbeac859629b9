from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from . import crm_lead_cached_name  # noqa: F401 - it comes first


def count_leads(options, field_name):
    """Return pairs of option and number of leads, archived leads included."""
    leads = options.env["crm.lead"].with_context(active_test=False)
    return leads._read_group(
        [(field_name, "in", options.ids)], [field_name], ["__count"]
    )


def list_used(used):
    """Return names and numbers of what :func:`count_leads` found, for a message."""
    return ", ".join(f"{option.display_name} ({count})" for option, count in used)


def refuse_used(env, used):
    """Refuse to delete what :func:`count_leads` found and what can be archived."""
    if used:
        raise UserError(
            env._(
                "%(names)s cannot be deleted, leads use it: archive it instead. It "
                "then stays on those leads and is no longer offered.",
                names=list_used(used),
            )
        )


class CrmLeadOption(models.AbstractModel):
    """What managers list and leads refer to: interests, ratings and statuses.

    ORDER: dragged in the list. ARCHIVE: an archived option leaves the choice and
    stays on the leads that have it. DELETE: refused while a lead uses the option.
    """

    _name = "crm.lead.option"
    _inherit = ["crm.lead.cached.name"]
    _description = "Option of a Lead"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    description = fields.Text(translate=True, help="Shown to reps as a tooltip.")
    lead_count = fields.Integer(string="Leads", compute="_compute_lead_count")

    def _compute_lead_count(self):
        for option in self:
            option.lead_count = 0
        for field_name, options in self._group_by_lead_field().items():
            for option, count in options._count_leads(field_name):
                option.lead_count = count

    @api.constrains("name")
    def _check_name_is_unique(self):
        """Names are compared in every installed language, without regard to case."""
        for code, _label in self.env["res.lang"].get_installed():
            options = self.with_context(lang=code, active_test=False)
            others = options.search([("id", "not in", self.ids)])
            seen = {}
            for option in others | options:
                twin = seen.setdefault(option.name.strip().casefold(), option)
                if twin != option:
                    raise ValidationError(
                        self.env._(
                            "%(name)s exists already. Choose another name: an "
                            "import finds the options of a lead by their name.",
                            name=option.name,
                        )
                    )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        for field_name, options in self._group_by_lead_field().items():
            # sudo: a lead that the manager may not read uses the option all the same
            refuse_used(self.env, options.sudo()._count_leads(field_name))

    def copy_data(self, default=None):
        """A name is unique, so a copy has another."""
        vals_list = super().copy_data(default)
        for option, vals in zip(self, vals_list, strict=True):
            if not (default or {}).get("name"):
                vals["name"] = self.env._("%(name)s (copy)", name=option.name)
        return vals_list

    def copy_translations(self, new, excluded=()):
        """The other languages of a unique name cannot be copied."""
        return super().copy_translations(new, excluded=(*excluded, "name"))

    def action_open_leads(self):
        """Open the leads that use this option."""
        self.ensure_one()
        ((field_name, _options),) = self._group_by_lead_field().items()
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": "crm.lead",
            "view_mode": "list,kanban,form",
            "domain": [(field_name, "in", self.ids)],
            "context": {"active_test": False},
        }

    def _count_leads(self, field_name):
        return count_leads(self, field_name)

    def _group_by_lead_field(self):
        """Return {name of the field of crm.lead: options that it refers to}."""
        raise NotImplementedError
