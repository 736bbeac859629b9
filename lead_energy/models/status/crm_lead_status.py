from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import ormcache

from ..lead import crm_lead_option  # noqa: F401 - it comes first

KINDS = [
    ("open", "Open"),
    ("contacted", "Contacted"),
    ("qualified", "Qualified"),
    ("rework", "To be reworked"),
    ("closed", "Closed"),
    ("converted", "Converted"),
]
# a lead that got there stays, until somebody takes it up again
FINAL_KINDS = ("closed", "converted")
# a lead that leaves a status goes back to none of these: nobody works on it there
RESTING_KINDS = (*FINAL_KINDS, "rework")
# furthest first: what a merged lead has reached
OPEN_KINDS = ("qualified", "contacted", "rework", "open")
# of a lead that somebody has talked to: it can be ready for sales
CONTACT_KINDS = ("contacted", "qualified")


class CrmLeadStatus(models.Model):
    """A status in the life of a lead, as managers list it.

    KIND is what the code asks for, never the name or the XML id, so managers may
    rename, reorder, add and archive at will. It does not change once it is set.
    DEFAULT: one status a kind is where leads of that kind go by themselves. It can
    be replaced by another of its kind, and is then free to be archived.
    """

    _name = "crm.lead.status"
    _inherit = ["crm.lead.option"]
    _description = "Lead Status"
    _order = "sequence, id"

    kind = fields.Selection(
        KINDS,
        required=True,
    )
    is_default = fields.Boolean(string="Default of its Kind", copy=False)
    fold = fields.Boolean(string="Folded on the Board")
    color = fields.Integer()
    limit_days = fields.Integer(
        string="Limit in Days",
        help="A lead that stays longer is marked on the board. 0 is no limit.",
    )

    _limit_days = models.Constraint(
        "CHECK (limit_days >= 0)", "The limit in days cannot be negative."
    )
    _default_uniq = models.UniqueIndex(
        "(kind) WHERE is_default IS TRUE",
        "There is one default status a kind.",
    )

    @api.constrains("is_default", "active")
    def _check_default_is_active(self):
        for status in self:
            if status.is_default and not status.active:
                raise ValidationError(
                    self.env._(
                        "%(name)s is the default of its kind and cannot be archived: "
                        "make another status of the kind the default first.",
                        name=status.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        self._release_defaults(
            # without a kind: refused below, with the name of the field
            [vals.get("kind") for vals in vals_list if vals.get("is_default")]
        )
        return super().create(vals_list)

    def write(self, vals):
        if "kind" in vals and any(status.kind != vals["kind"] for status in self):
            raise UserError(
                self.env._(
                    "The kind of a status is fixed: create a new status and archive "
                    "%(names)s.",
                    names=", ".join(self.mapped("name")),
                )
            )
        if "is_default" in vals:
            self._prepare_default_change(vals["is_default"])
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_default(self):
        for status in self:
            if status.is_default:
                raise UserError(
                    self.env._(
                        "%(name)s is the default of its kind and cannot be deleted: "
                        "make another status of the kind the default first.",
                        name=status.name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        """What leads or contacts once were stays in their history."""
        result = super()._unlink_except_used()
        # sudo: also of leads that the manager may not read
        logs = self.env["crm.lead.status.log"].sudo()
        used = logs.search([("status_id", "in", self.ids)], limit=1).status_id
        if not used:
            contacts = self.env["res.partner"].sudo().with_context(active_test=False)
            used = contacts.search([("lead_status_id", "in", self.ids)], limit=1)
            used = used.lead_status_id
        if used:
            raise UserError(
                self.env._(
                    "%(name)s cannot be deleted, it is in the history of leads or on "
                    "contacts: archive it instead. It then stays there and is no "
                    "longer offered.",
                    name=used.name,
                )
            )
        return result

    def _prepare_default_change(self, is_default):
        """Keep one default a kind: setting one releases the other."""
        if is_default:
            if len(self.grouped("kind")) < len(self):
                raise ValidationError(
                    self.env._("Only one status of a kind can be its default.")
                )
            self._release_defaults(self.mapped("kind"), self)
        elif defaults := self.filtered("is_default"):
            raise UserError(
                self.env._(
                    "%(names)s: a kind always has a default. Make another status of "
                    "the kind the default instead.",
                    names=", ".join(defaults.mapped("name")),
                )
            )

    def _release_defaults(self, kinds, keep=None):
        """Take the default away from the statuses of ``kinds`` but ``keep``."""
        if not kinds:
            return
        statuses = self.with_context(active_test=False).search(
            [("kind", "in", kinds), ("is_default", "=", True)]
        )
        super(CrmLeadStatus, statuses - (keep or self.browse())).write(
            {"is_default": False}
        )
        statuses.flush_recordset(["is_default"])  # the index is unique at once

    @api.model
    @ormcache()
    def _get_default_ids(self):
        """Return {kind: id of its default status}."""
        # sudo: every user's leads have a status, whoever may read the list
        defaults = self.sudo().search([("is_default", "=", True)])
        return {status.kind: status.id for status in defaults}

    @api.model
    @ormcache()
    def _get_kinds(self):
        """Return {id: kind} of all statuses, archived ones included."""
        # sudo: as in _get_default_ids
        statuses = self.sudo().with_context(active_test=False).search([("id", "!=", 0)])
        return {status.id: status.kind for status in statuses}

    @api.model
    @ormcache()
    def _get_limits(self):
        """Return {id: days} of the statuses that have a limit."""
        # sudo: as in _get_default_ids
        statuses = self.sudo().with_context(active_test=False)
        return {
            status.id: status.limit_days
            for status in statuses.search([("limit_days", ">", 0)])
        }

    @api.model
    def _get_default(self, kind):
        """Return the default status of ``kind`` (empty while the addon installs)."""
        return self.browse(self._get_default_ids().get(kind))

    def _group_by_lead_field(self):
        return {"lead_status_id": self}
