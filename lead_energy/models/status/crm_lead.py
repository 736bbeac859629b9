from contextlib import contextmanager

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..context import tell, told
from .crm_lead_status import FINAL_KINDS, OPEN_KINDS


class CrmLead(models.Model):
    """The life cycle of a lead: its status, on every path that Odoo has.

    STATUS is an axis of its own beside type, stage, won status and archive. It is
    kept right where all paths pass: ``write`` (type and status),
    ``_handle_won_lost`` and the merge.
    """

    _inherit = "crm.lead"

    lead_status_id = fields.Many2one(
        "crm.lead.status",
        default=lambda self: self._default_lead_status_id(),
        index="btree_not_null",
        tracking=True,
        copy=False,
        ondelete="restrict",
        group_expand="_read_group_lead_status_ids",
    )
    lead_status_kind = fields.Selection(
        related="lead_status_id.kind", string="Kind of Lead Status", store=True
    )
    lead_status_date = fields.Datetime(
        string="Last Status Change", readonly=True, copy=False
    )
    lead_status_log_ids = fields.One2many(
        "crm.lead.status.log", "lead_id", string="Status History", readonly=True
    )
    converted_date = fields.Datetime(string="Converted on", readonly=True, copy=False)

    @api.model
    def _default_lead_status_id(self):
        lead_type = self.default_get(["type"]).get("type")
        return self._get_initial_status(lead_type)

    @api.model
    def _read_group_lead_status_ids(self, statuses, _domain):
        """Show every status as a column of the board, also an empty one."""
        domain = ["|", ("active", "=", True), ("id", "in", statuses.ids)]
        return statuses.with_context(active_test=False).search(domain)

    @api.model
    def _add_first_status(self, vals_list):
        """Put the status of new leads into their values."""
        given = {"lead_status_id": self.env.context.get("default_lead_status_id")}
        self._check_given_status(given)
        defaults = self.default_get(["type", "lead_status_id"])
        for vals in vals_list:
            self._prepare_initial_status(vals, defaults)

    def _log_first_status(self):
        for status, leads in self.grouped("lead_status_id").items():
            if status:
                self.env["crm.lead.status.log"]._log_changes(
                    leads.ids, status.id, self._is_status_set_by_system()
                )

    @api.model
    def _get_initial_status(self, lead_type):
        kind = "converted" if lead_type == "opportunity" else "open"
        return self.env["crm.lead.status"]._get_default(kind)

    def _prepare_initial_status(self, vals, defaults):
        """Put the status of a new lead into its values."""
        lead_type = vals.get("type") or defaults.get("type")
        given = vals.get("lead_status_id")
        status = self.env["crm.lead.status"].browse(
            given or defaults.get("lead_status_id")
        )
        kind = self.env["crm.lead.status"]._get_kinds().get(status.id)
        if (
            lead_type == "opportunity"
            or not status
            or (kind == "converted" and not given)
        ):
            status = self._get_initial_status(lead_type)
        elif kind == "converted":
            self._raise_converted_by_hand(status)
        elif kind == "closed":
            vals.update(active=False, probability=0)
        elif kind == "rework" and not vals.get("rework_date"):
            vals["rework_date"] = self._get_default_rework_date()
        vals["lead_status_id"] = status.id
        vals.setdefault("lead_status_date", self.env.cr.now())

    @api.model
    def _check_given_status(self, vals):
        """Make of a status that a client gave the id of one that exists, or nothing.

        :raise UserError: there is no such status
        """
        value = vals.get("lead_status_id")
        if not value:
            return
        if isinstance(value, models.BaseModel):
            value = value.id
        elif isinstance(value, str) and value.isdecimal():
            value = int(value)
        kinds = self.env["crm.lead.status"]._get_kinds()
        if type(value) is not int or value not in kinds:
            raise UserError(
                self.env._(
                    "'%(value)s' is no lead status. Choose one of the list.",
                    value=value,
                )
            )
        vals["lead_status_id"] = value

    @api.model
    def _is_status_set_by_system(self):
        return self.env.is_superuser() or told(self.env, "by_system")

    def _raise_converted_by_hand(self, status):
        raise UserError(
            self.env._(
                "%(status)s is reached by a conversion: choose 'Convert' on the lead.",
                status=status.name,
            )
        )

    def action_set_lost(self, **additional_values):
        """Close leads with the status that the dialog asked for."""
        if status_id := told(self.env, "closed_status_id"):
            additional_values["lead_status_id"] = status_id
        return super().action_set_lost(**additional_values)

    def _split_by_status(self, vals):
        """Return pairs of leads and values: what to write on whom.

        All is decided before the first of them is written.
        """
        if "type" not in vals and "lead_status_id" not in vals:
            return [(self, vals)]
        return list(self._split_status_vals(vals))

    def _split_status_vals(self, vals):
        """Yield pairs of leads and values: what to write on whom.

        The status goes into the same values as what moves it, so that there is one
        write and one tracking message.
        """
        by_type = self.grouped(lambda lead: lead.type)
        for old_type, leads in by_type.items():
            new_type = vals.get("type") or old_type
            if new_type == old_type == "lead":
                yield from leads._split_lead_status_vals(vals)
            elif new_type == old_type:
                leads._check_opportunity_status(vals.get("lead_status_id"))
                yield leads, {k: v for k, v in vals.items() if k != "lead_status_id"}
            elif new_type == "opportunity":
                yield from leads._split_opportunity_vals(vals)
            else:
                kinds = self.env["crm.lead.status"]._get_kinds()
                for status_id, group in leads._group_by_lead_status().items():
                    values = {**vals, "lead_status_id": status_id}
                    if kinds.get(status_id) != "converted":
                        values["converted_date"] = False
                    yield group, values

    def _split_opportunity_vals(self, vals):
        """Yield leads and values for leads that become opportunities.

        Who was converted before keeps the date of the first conversion that stands.
        """
        status = self._get_initial_status("opportunity")
        vals = {**vals, "lead_status_id": status.id, "rework_date": False}
        again = self.filtered("converted_date")
        if again:
            yield again, vals
        if self - again:
            yield self - again, {**vals, "converted_date": self.env.cr.now()}

    def _split_lead_status_vals(self, vals):
        """Yield leads and values for a status that is set on leads."""
        if "lead_status_id" not in vals:
            yield self, vals
            return
        status = self.env["crm.lead.status"].browse(vals["lead_status_id"])
        if not status:
            if "import_file" in self.env.context:
                # an empty cell says nothing
                yield self, {k: v for k, v in vals.items() if k != "lead_status_id"}
                return
            raise UserError(self.env._("A lead always has a status: choose one."))
        same = self.filtered(lambda lead: lead.lead_status_id == status)
        if same:
            yield same, {k: v for k, v in vals.items() if k != "lead_status_id"}
        if changed := self - same:
            yield from changed._split_changed_status_vals(vals, status)

    def _split_changed_status_vals(self, vals, status):
        """Yield leads and values: what a new status moves beside itself."""
        kind = self.env["crm.lead.status"]._get_kinds().get(status.id)
        if kind == "converted":
            yield self, self._prepare_converted_vals(vals, status)
            return
        self._check_not_won()
        self._check_not_converted()
        if kind != "rework":
            vals = {**vals, "rework_date": False}
        elif not vals.get("rework_date"):
            vals = {**vals, "rework_date": self._get_default_rework_date()}
        if kind == "closed":
            # closed = Odoo's lost, so that its reports and predictions learn of it
            lost = {"active": False, "probability": 0, "automated_probability": 0}
            yield self, {**vals, **lost}
        else:
            vals = {**vals, "converted_date": False}
            lost = self.filtered(lambda lead: lead.won_status == "lost")
            if lost:
                yield lost, {**vals, "active": True, "lost_reason_id": False}
            if self - lost:
                yield self - lost, vals

    def _prepare_converted_vals(self, vals, status):
        is_by_system = told(self.env, "by_system")
        if not is_by_system and not self._is_in_conversion():
            self._raise_converted_by_hand(status)
        vals = {**vals, "rework_date": False}
        if not is_by_system:
            # won without a conversion is no conversion
            vals["converted_date"] = self.env.cr.now()
        return vals

    def _check_not_won(self):
        """A won lead is converted, until it is won no more."""
        won = self.filtered(lambda lead: lead.won_status == "won")
        if won and not told(self.env, "by_system"):
            raise UserError(
                self.env._(
                    "%(name)s is won and stays converted. Take it out of the stage "
                    "'%(stage)s' first.",
                    name=won[0].display_name,
                    stage=won[0].stage_id.name,
                )
            )

    def _check_not_converted(self):
        """A lead that became a business partner leaves by its conversion's undo.

        Also when it was lost since.
        """
        if self._is_in_conversion() or told(self.env, "by_system"):
            return
        final = self.filtered(lambda lead: lead.lead_status_kind in FINAL_KINDS)
        if standing := final._get_standing_conversions():
            raise UserError(
                self.env._(
                    "%(name)s is converted, and what was created for it would stay. "
                    "Open it, press 'Conversions' and choose 'Undo' instead.",
                    name=standing[0].lead_id.display_name,
                )
            )

    def _get_standing_conversions(self):
        """Return the conversions that were not undone, newest first."""
        # sudo: what happened to a lead that the user may write
        standing = self.sudo().conversion_ids.filtered(
            lambda conversion: not conversion.undone_date
        )
        return standing.sorted("id", reverse=True)

    def _check_opportunity_status(self, status_id):
        """An opportunity is converted, and stays so."""
        kind = self.env["crm.lead.status"]._get_kinds().get(status_id)
        if status_id and kind != "converted":
            raise UserError(
                self.env._(
                    "%(name)s is an opportunity and stays converted: its progress is "
                    "its stage.",
                    name=self[0].display_name,
                )
            )

    @contextmanager
    def _logging_status(self, vals):
        """Log who changed, when ``vals`` are written inside, and let follow the rest.

        :return: the values to write, with the date of the change
        """
        status_id = vals.get("lead_status_id")
        if not status_id:
            yield vals
            return
        changed = self.filtered(lambda lead: lead.lead_status_id.id != status_id)
        if changed and not told(self.env, "undo_move"):
            vals = {**vals, "lead_status_date": self.env.cr.now()}
        yield vals
        if changed and not self._is_in_conversion():
            changed._log_status_change(status_id)
            changed._after_status_change()

    def _log_status_change(self, status_id):
        logs = self.env["crm.lead.status.log"]
        if told(self.env, "undo_move"):
            logs._undo_last_changes(self.ids)
        elif not told(self.env, "is_new"):
            logs._log_changes(self.ids, status_id, self._is_status_set_by_system())

    def _group_by_lead_status(self):
        """Return {status id: opportunities}: what they are when they become leads."""
        get_default = self.env["crm.lead.status"]._get_default
        groups = {}
        for won_status, leads in self.grouped("won_status").items():
            if won_status == "lost":
                groups[get_default("closed").id] = leads
            elif won_status == "won":
                groups[get_default("converted").id] = leads
            else:
                for status_id, group in leads._group_by_return_status().items():
                    groups[status_id] = groups.get(status_id, self.browse()) | group
        return groups

    def _group_by_return_status(self):
        """Return {status id: leads}: where they go when lost, won or type is undone."""
        last = self.env["crm.lead.status.log"]._get_last_open_status(self)
        default = self._get_initial_status("lead").id
        # a lead that became a business partner is that, until its conversion is undone
        converted = self._get_initial_status("opportunity").id
        standing = self._get_standing_conversions().lead_id
        return self.grouped(
            lambda lead: (
                converted
                if lead in standing and lead.type == "lead"
                else last.get(lead.id, default)
            )
        )

    def _handle_won_lost(self, old_status_by_lead, new_status_by_lead):
        """Let the status of leads follow when they are won, lost or neither again."""
        result = super()._handle_won_lost(old_status_by_lead, new_status_by_lead)
        moves = self.filtered(lambda lead: lead.type == "lead").grouped(
            lambda lead: lead._get_automatic_kind(
                old_status_by_lead.get(lead.id, {}), new_status_by_lead.get(lead.id, {})
            )
        )
        self.filtered(
            lambda lead: (
                lead.type == "lead"
                and not lead.probability
                and old_status_by_lead.get(lead.id, {}).get("is_lost")
                and not new_status_by_lead.get(lead.id, {}).get("is_lost")
            )
        )._restore_prediction()
        # a lead that is being created gets its first log row from create()
        is_new = not old_status_by_lead
        for kind in FINAL_KINDS:
            if leads := moves.get(kind):
                status = self.env["crm.lead.status"]._get_default(kind)
                leads._automate_status(status.id, is_new)
        if leads := moves.get("open"):
            for status_id, group in leads._group_by_return_status().items():
                group._automate_status(status_id)
        return result

    def _restore_prediction(self):
        """Let the probability be Odoo's prediction, as Odoo's 'Restore' does."""
        if self:
            self._compute_probabilities()
            for lead in self:
                lead.probability = lead.automated_probability

    def _get_automatic_kind(self, old, new):
        """Return the kind that a lead goes to by itself, None if it stays.

        :param dict old: ``is_won`` and ``is_lost`` before the change
        :param dict new: the same after it
        """
        kind = self.lead_status_kind
        if new.get("is_lost"):
            return "closed" if kind != "closed" else None
        if new.get("is_won"):
            return "converted" if kind != "converted" else None
        left_lost = old.get("is_lost") and kind == "closed"
        left_won = old.get("is_won") and kind == "converted"
        return "open" if left_lost or left_won else None

    def _automate_status(self, status_id, is_new=False):
        """Write a status that follows from type, won or lost: nobody chose it."""
        if self and status_id:
            leads = tell(self, by_system=True, is_new=is_new)
            leads.write({"lead_status_id": status_id})

    def _mail_track(self, tracked_fields, initial_values):
        """Leave out a status that the same message tells as won or lost already."""
        default_ids = self.env["crm.lead.status"]._get_default_ids().values()
        if (
            initial_values.get("won_status", self.won_status) != self.won_status
            and self.lead_status_id.id in default_ids
        ):
            tracked_fields = {
                name: field
                for name, field in tracked_fields.items()
                if name != "lead_status_id"
            }
        return super()._mail_track(tracked_fields, initial_values)

    def _merge_get_fields_specific(self):
        return {
            **super()._merge_get_fields_specific(),
            "lead_status_id": lambda fname, leads: leads._get_merged_status().id,
            "converted_date": lambda fname, leads: leads._get_merged_converted_date(),
            "rework_date": lambda fname, leads: leads._get_merged_rework_date(),
        }

    def _merge_opportunity(
        self, user_id=False, team_id=False, auto_unlink=True, max_length=5
    ):
        """What a merge works out of the leads is not what a client sends."""
        leads = tell(self, system_values=True)
        merged = super(CrmLead, leads)._merge_opportunity(
            user_id, team_id, auto_unlink, max_length
        )
        return merged.with_env(self.env)

    def _get_merged_status(self):
        """Return the status of the lead that ``self``, best first, is merged into."""
        head = self[0]
        if any(lead.type == "opportunity" for lead in self):
            return self._get_initial_status("opportunity")
        if not head.active or head.lead_status_kind == "converted":
            return head.lead_status_id
        for kind in OPEN_KINDS:
            for lead in self:
                if lead.lead_status_kind == kind and lead.active:
                    return lead.lead_status_id
        return head.lead_status_id

    def _get_merged_rework_date(self):
        """Return the first day on which one of the leads is to be taken up again."""
        if self._get_merged_status().kind != "rework":
            return False
        return min(filter(None, self.mapped("rework_date")), default=False)

    def _get_merged_converted_date(self):
        dates = [lead.converted_date for lead in self if lead.converted_date]
        types = set(self.mapped("type"))
        if types == {"lead"}:
            return self[0].converted_date
        if "lead" in types and not dates:
            # a lead that ends in an opportunity is converted, though Odoo deletes it
            return self.env.cr.now()
        return min(dates, default=False)

    def _get_merged_log_status(self, lead):
        """Return the id of the status that ``lead`` passes to, merged into ``self``."""
        if self.type == "opportunity" and lead.type == "lead":
            return self.lead_status_id.id
        return False

    def _merge_dependences(self, opportunities):
        result = super()._merge_dependences(opportunities)
        # sudo: the log is written by the system alone
        self.env["crm.lead.status.log"].sudo()._merge_logs(self, opportunities.sudo())
        return result
