from odoo import api, models

# a browser asks for it by this name, and hears it on a channel that it cannot name
BOARD = "lead_energy.board"
# with more leads than these, a board had better load anew
MOST_IDS = 80
# what a card shows, or a column is sorted by; the score tells when it is written
WATCHED = frozenset(
    {
        "active",
        "contact_name",
        "lead_status_id",
        "name",
        "next_step_date",
        "partner_name",
        "phone",
        "priority",
        "rework_date",
        "user_id",
    }
)


class CrmLead(models.Model):
    """What boards are told of, while they are open somewhere.

    ONE NOTIFICATION a transaction, when it is through, with ids and nothing else: who
    hears it reads the leads again, under the own rights. Many leads at once, or a run
    of the score, say 'reload' instead. What no card shows is not told.
    """

    _inherit = "crm.lead"

    def _write_multi(self, vals_list):
        """Tell what gets into the database, whoever wrote or computed it."""
        watched, left = [], []
        for lead_id, vals in zip(self._ids, vals_list, strict=True):
            if "type" in vals:
                # it may have been on a board until now
                left.append(lead_id)
            elif not WATCHED.isdisjoint(vals):
                watched.append(lead_id)
        self.browse(watched)._filter_on_boards()._tell_boards()
        self.browse(left)._tell_boards()
        return super()._write_multi(vals_list)

    def unlink(self):
        self._tell_boards()
        return super().unlink()

    def _filter_on_boards(self):
        """Leave out opportunities, as far as that is known without asking."""
        types = self._fields["type"]._get_cache(self.env)
        return self.browse(
            lead_id for lead_id in self._ids if types.get(lead_id) != "opportunity"
        )

    def _tell_boards(self):
        """Have open boards read these leads again when the transaction is through."""
        if self:
            self._get_told_to_boards().update(self._ids)

    @api.model
    def _tell_boards_to_reload(self):
        self._get_told_to_boards().add(None)

    @api.model
    def _get_told_to_boards(self):
        """Return the set of ids that this transaction will tell; None is 'reload'."""
        precommit = self.env.cr.precommit
        if BOARD not in precommit.data:
            precommit.data[BOARD] = set()
            precommit.add(self.browse()._send_to_boards)
        return precommit.data[BOARD]

    @api.model
    def _send_to_boards(self):
        ids = self.env.cr.precommit.data.pop(BOARD)
        is_reload = None in ids or len(ids) > MOST_IDS
        message = {"reload": True} if is_reload else {"ids": sorted(ids)}
        group, name = self._get_board_channel()
        group._bus_send(BOARD, message, subchannel=name)

    @api.model
    def _get_board_channel(self):
        # not `ref`, which asks each time whether the group is still there
        xmlid = "sales_team.group_sale_salesman"
        group_id = self.env["ir.model.data"]._xmlid_to_res_id(xmlid)
        return self.env["res.groups"].browse(group_id), BOARD
