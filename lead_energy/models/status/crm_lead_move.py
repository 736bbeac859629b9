from datetime import timedelta
from itertools import takewhile

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..context import tell
from .crm_lead_status import FINAL_KINDS


class CrmLead(models.Model):
    """A status as people move it: on the board, on a card or in the form.

    A MOVE names the status that the user saw. When somebody else gave the lead another
    meanwhile, the move is refused and tells who did; what the user did, or what
    followed from it, is no reason to refuse.
    A DIALOG comes first where a status needs to know more: why a lead is closed,
    until when it is put off, into what it is converted.
    UNDO takes back the last move of the same user, with the days it had before.
    """

    _inherit = "crm.lead"

    lead_status_days = fields.Integer(
        string="Days in Status", compute="_compute_lead_status_days"
    )
    is_over_limit = fields.Boolean(
        string="Over the Limit of its Status",
        compute="_compute_lead_status_days",
        search="_search_is_over_limit",
    )

    @api.depends("lead_status_date", "lead_status_id")
    def _compute_lead_status_days(self):
        now = self.env.cr.now()
        limits = self.env["crm.lead.status"]._get_limits()
        for lead in self:
            is_final = lead.lead_status_kind in FINAL_KINDS
            since = lead.lead_status_date
            days = 0 if is_final or not since else max(0, (now - since).days)
            limit = limits.get(lead.lead_status_id.id)
            lead.lead_status_days = days
            lead.is_over_limit = bool(limit) and days >= limit

    @api.model
    def _search_is_over_limit(self, operator, value):
        if operator != "in":
            return NotImplemented
        now = self.env.cr.now()
        kinds = self.env["crm.lead.status"]._get_kinds()
        return Domain.OR(
            Domain("lead_status_id", "=", status_id)
            & Domain("lead_status_date", "<=", now - timedelta(days=days))
            for status_id, days in self.env["crm.lead.status"]._get_limits().items()
            if kinds[status_id] not in FINAL_KINDS
        )

    def move_lead_status(self, status_id, from_status_id):
        """Move a lead to a status, or tell which dialog has to come first.

        :param int status_id: where to
        :param int from_status_id: the status that the user saw
        :return: dict with the ``action`` of a dialog, or what
            :meth:`get_lead_status_move` returns
        :raise UserError: the lead or the status is not what the user saw
        """
        self.ensure_one()
        self.check_access("write")
        status = self._get_known_status(status_id)
        self._check_status_move(status, from_status_id)
        if status == self.lead_status_id:
            return {"moved": status.id != from_status_id}
        if action := self._get_status_dialog(status):
            return {"action": action, "undo": self._get_undo_values()}
        before = self._get_undo_values()
        self.write({"lead_status_id": status.id})
        return {**self.get_lead_status_move(from_status_id), "undo": before}

    @api.model
    def _get_known_status(self, status_id):
        """Return the status of that id; none for what is no id of one."""
        statuses = self.env["crm.lead.status"]
        known = type(status_id) is int and status_id in statuses._get_kinds()
        return statuses.browse(status_id if known else None)

    def get_lead_status_move(self, from_status_id):
        """Return what became of a lead that was in ``from_status_id``.

        :return: dict: ``moved``, and if it can be undone ``status_id`` and the
            ``message`` to show
        """
        lead = self.exists()
        if not lead or lead.lead_status_id.id == from_status_id:
            return {"moved": False}
        if lead.lead_status_kind == "converted":
            return {"moved": True}
        return {
            "moved": True,
            "status_id": lead.lead_status_id.id,
            "message": self.env._(
                "%(lead)s: %(status)s",
                lead=lead.name,
                status=lead.lead_status_id.name,
            ),
        }

    def undo_lead_status_move(self, from_status_id, values=None):
        """Take back the user's own last change of the status.

        :param int from_status_id: the status that the move led to
        :param dict values: what the move cleared, as ``undo`` gave it
        """
        self.ensure_one()
        if self.lead_status_id.id != from_status_id:
            self._raise_moved_meanwhile()
        # sudo: only the two last rows of a lead that the user may write are read
        logs = self.sudo().lead_status_log_ids.filtered(lambda log: not log.origin)
        if len(logs) < 2 or logs[0].user_id != self.env.user or logs[0].is_system:
            raise UserError(
                self.env._(
                    "%(name)s: the last change is not yours, so there is nothing to "
                    "undo. Choose the status that you want.",
                    name=self.display_name,
                )
            )
        self._take_back_status(logs[1], values if isinstance(values, dict) else {})
        return True

    def _take_back_status(self, before, values):
        """Let the last change of the status not have been.

        :param before: row of the log before it
        :param dict values: what the change cleared
        """
        tell(self, undo_move=True, system_values=True).write(
            {
                **{
                    name: values[name]
                    for name in self._get_undo_fields()
                    if values.get(name)
                },
                "lead_status_id": before.status_id.id,
                "lead_status_date": before.date_from,
            }
        )

    @api.model
    def _get_undo_fields(self):
        """Names of what a move clears beside the status."""
        return ["lost_reason_id", "rework_date"]

    def _get_undo_values(self):
        return self.read(self._get_undo_fields(), load=None)[0]

    def _check_status_move(self, status, from_status_id):
        is_as_seen = self.lead_status_id.id == from_status_id
        if not is_as_seen and not self._is_moved_by_user(from_status_id):
            self._raise_moved_meanwhile()
        if not status or not status.active:
            raise UserError(
                self.env._(
                    "The status %(status)s is no longer in use: reload the page and "
                    "choose another.",
                    status=status.name or "",
                )
            )

    def _is_moved_by_user(self, from_status_id):
        """Return whether all moves since a status were of the user's doing."""
        # sudo: only the last rows of a lead that the user may write are read
        logs = self.sudo().lead_status_log_ids.filtered(lambda log: not log.origin)
        since = list(takewhile(lambda log: log.status_id.id != from_status_id, logs))
        return len(since) < len(logs) and all(
            log.create_uid == self.env.user for log in since
        )

    def _raise_moved_meanwhile(self):
        # sudo: the name of who moved it, also of a user of another company
        log = self.sudo().lead_status_log_ids.filtered(lambda log: not log.origin)[:1]
        raise UserError(
            self.env._(
                "%(lead)s was moved to '%(status)s' by %(user)s meanwhile. Nothing "
                "was changed.",
                lead=self.display_name,
                status=self.lead_status_id.name,
                user=self.env._("the system")
                if log.user_id.id in (False, SUPERUSER_ID)
                else log.user_id.name,
            )
        )

    def _get_status_dialog(self, status):
        """Return the action that has to come before ``status``, if any."""
        if status.kind == self.lead_status_kind:
            return False
        if status.kind == "converted":
            return self.action_convert()
        # before a dialog asks for what would then be refused, or would surprise
        self._check_not_converted()
        xmlid = {
            "closed": "crm.crm_lead_lost_action",
            "rework": "lead_energy.crm_lead_rework_action",
        }.get(status.kind)
        if not xmlid:
            return False
        action = self.env["ir.actions.act_window"]._for_xml_id(xmlid)
        action["context"] = {
            "active_model": self._name,
            "active_id": self.id,
            "active_ids": self.ids,
            "default_lead_ids": self.ids,
            "default_lead_status_id": status.id,
            "dialog_size": "medium",
        }
        return action
