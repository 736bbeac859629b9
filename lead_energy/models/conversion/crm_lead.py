from contextlib import contextmanager

from odoo import fields, models
from odoo.exceptions import RedirectWarning, UserError
from odoo.tools import SQL

from ..context import tell, told
from .conversion_under_way import ConversionUnderWay, to_json

# computed, but not from what is there: undo sets them back like what is typed
STATEFUL = ("date_open", "date_last_stage_update")
NOT_RESTORED = {*models.MAGIC_COLUMNS, "write_uid", "write_date", "lead_properties"}
# what changes by itself, in the transaction of anybody
VOLATILE = {
    *STATEFUL,
    "probability",
    "automated_probability",
    "lead_status_date",
    "qualification",
    "duration_tracking",
}


class CrmLead(models.Model):
    """Every conversion of a lead is recorded, whichever way it took.

    SCOPE: what happens inside ``_recorded_conversion`` is one conversion: a record
    holds what it changed on the lead and what it created, for the undo. A plain write
    of the type (mail button, portal, assignment, import) is a scope of its own.
    ONCE: a scope locks its leads. Who comes second waits, and Odoo then retries the
    request, which finds the lead converted.
    STAGES: a lead that became a business partner only may become an inquiry later. That
    is a second conversion of the same lead.
    """

    _inherit = "crm.lead"

    conversion_ids = fields.One2many(
        "crm.lead.conversion", "lead_id", string="Conversions", readonly=True
    )

    @contextmanager
    def _converted_by(self, vals):
        """Record the conversion that ``vals`` are, when they are written inside.

        :return: the leads to write on
        """
        is_converting = vals.get("type") == "opportunity" and any(
            lead.type == "lead" for lead in self
        )
        if not is_converting or self._is_in_conversion():
            yield self
            return
        # the write locks what it changes, as any write does
        leads = self._start_conversion("opportunity")
        yield leads
        leads._finish_conversion()

    @contextmanager
    def _recorded_conversion(self, kind="opportunity"):
        """Lock the leads, and record the conversion that happens inside.

        :param str kind: of ConversionUnderWay
        :return: the leads to work on
        """
        if self._is_in_conversion():
            yield self
            return
        self._lock_for_conversion()
        leads = self._start_conversion(kind)
        yield leads
        leads._finish_conversion()

    def _get_conversion(self):
        """Return the ConversionUnderWay that this happens in or after, if any."""
        return told(self.env, "conversion")

    def _is_in_conversion(self):
        conversion = self._get_conversion()
        return bool(conversion) and not conversion.is_over

    def _start_conversion(self, kind):
        """Return the leads in the environment of a new ConversionUnderWay."""
        conversion = ConversionUnderWay(
            kind, self.env.cr.now(), self._get_restorable_values()
        )
        # sudo: as the values
        predicted = self.sudo().filtered("is_automated_probability")
        conversion.predicted = set(predicted.ids)
        return tell(self, conversion=conversion)

    def _finish_conversion(self):
        """Let follow what follows from the conversion, and record it."""
        conversion = self._get_conversion()
        conversion.is_over = True
        # sudo: as the automations, which move who may not be read, too
        partners = self.sudo().partner_id
        watched = partners | partners.commercial_partner_id
        watched -= watched.browse(conversion.get_created_ids("res.partner"))
        with watched._watch_automations() as followed:
            self._automate_conversion(conversion)
        self._record_conversions(conversion, followed)
        self._share_refusals()

    def _automate_conversion(self, conversion):
        """Do once for all leads what each write of its own would have set off."""
        moved = self.filtered(
            lambda lead: (
                lead.lead_status_id.id != conversion.before[lead.id]["lead_status_id"]
            )
        )
        for status, leads in moved.grouped("lead_status_id").items():
            leads._log_status_change(status.id)
        moved._after_status_change()
        self._automate_opportunity()
        (self - moved)._sync_contact_status()

    def _lock_for_conversion(self):
        """Wait for who is converting these leads now, in an order that cannot block."""
        if not self.ids:
            return
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM crm_lead WHERE id = ANY(%s) ORDER BY id"
                " FOR NO KEY UPDATE",
                self.ids,
            )
        )
        if len(rows) < len(self):
            (self - self.browse(lead_id for (lead_id,) in rows))._raise_merged()

    def _raise_merged(self):
        """Lead whoever still works on a lead to the inquiry that it went into."""
        # sudo: the record is of a lead that is no more; it names a colleague
        conversion = (
            self.env["crm.lead.conversion"]
            .sudo()
            .search([("merged_lead_id", "in", self.ids)], limit=1)
        )
        if not conversion:
            return
        inquiry = conversion.lead_id.with_env(self.env)
        if not inquiry.has_access("read"):
            raise UserError(
                self.env._(
                    "The lead was merged into an inquiry that you may not read. Ask "
                    "your sales manager."
                )
            )
        raise RedirectWarning(
            self.env._(
                "The lead was merged into the inquiry %(inquiry)s, by %(user)s.",
                inquiry=inquiry.display_name,
                user=conversion.user_id.name,
            ),
            inquiry._get_result_action(),
            self.env._("Show the Result"),
        )

    def _is_partner_only(self):
        """Whether this lead became a business partner, and may become an inquiry."""
        self.ensure_one()
        results = self._get_standing_conversions().mapped("result")
        return (
            self.type == "lead"
            and self.lead_status_kind == "converted"
            and self.won_status != "won"
            and set(results) == {"partner"}
        )

    def _check_is_convertible(self, is_second_stage=True):
        """Refuse what is converted already, and what Odoo would convert by half.

        Whoever comes second is led to what the first one's conversion made. Odoo does
        not convert what is archived, but would create its customer.

        :param bool is_second_stage: a business partner only may become an inquiry; who
            opened a dialog before it was one, did not mean that
        """
        for lead in self:
            is_converted = (
                lead.type == "opportunity" or lead.lead_status_kind == "converted"
            )
            if is_converted and not (is_second_stage and lead._is_partner_only()):
                raise RedirectWarning(
                    self.env._(
                        "%(lead)s is converted already, by %(user)s.",
                        lead=lead.display_name,
                        user=lead._get_converting_user().name,
                    ),
                    lead._get_result_action(),
                    self.env._("Show the Result"),
                )
            if not lead.active:
                raise RedirectWarning(
                    lead._get_closed_text(),
                    self.env.ref("lead_energy.crm_lead_action_reopen_and_convert").id,
                    self.env._("Reopen and Convert"),
                    {
                        "active_model": self._name,
                        "active_id": lead.id,
                        "active_ids": lead.ids,
                    },
                )

    def _get_closed_text(self):
        if self.won_status == "lost":
            return self.env._(
                "%(lead)s is closed (%(status)s). Reopen it to convert it.",
                lead=self.display_name,
                status=self.lead_status_id.name,
            )
        return self.env._(
            "%(lead)s is archived. Reopen it to convert it.", lead=self.display_name
        )

    def action_reopen_and_convert(self):
        """Take up a closed lead again, and open the dialog of the conversion."""
        self.ensure_one()
        self.check_access("write")
        if not self.active:
            self.action_restore()
        return self.action_convert()

    def _get_converting_user(self):
        # sudo: the name of a colleague, on a lead that the user may read
        return (
            self._get_standing_conversions()[:1].user_id or self.sudo().write_uid
        ).sudo()

    def _get_result_action(self):
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "current",
        }

    # ---------------------------------------------------------------------- conversion
    def action_convert(self):
        """Open the dialog of the conversion: in steps for one lead, Odoo's for many."""
        context = {
            "active_model": self._name,
            "active_ids": self.ids,
            "active_id": self[:1].id,
        }
        if len(self) > 1:
            action = self.env["ir.actions.act_window"]._for_xml_id(
                "crm.action_crm_send_mass_convert"
            )
            return {**action, "context": context}
        (self - self.exists())._raise_merged()
        self._check_is_convertible()
        wizards = self.env["crm.lead2opportunity.partner"].with_context(**context)
        return wizards.create({"lead_id": self.id, "is_guided": True})._start()

    def action_undo_conversion(self):
        """Open the dialog that takes back the newest conversion that stands."""
        self.ensure_one()
        self.check_access("write")
        conversion = self._get_standing_conversions()[:1]
        if not conversion:
            raise UserError(
                self.env._(
                    "%(lead)s has no conversion that could be undone: reload the page.",
                    lead=self.display_name,
                )
            )
        return conversion.with_env(self.env).action_open_undo()

    def _convert_to_partner(self):
        """Convert leads that become a business partner and no inquiry.

        Only inside ``_recorded_conversion``.
        """
        status = self.env["crm.lead.status"]._get_default("converted")
        self.write({"lead_status_id": status.id})

    def _link_meetings(self):
        """Meetings of a lead become those of the inquiry: the same record, later on."""
        meetings = self.env["calendar.event"].search(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", self.ids),
                ("opportunity_id", "=", False),
            ]
        )
        for lead_id, events in meetings.grouped("res_id").items():
            events.opportunity_id = lead_id

    def _merge_dependences(self, opportunities):
        """Conversions come along; a lead that goes into an inquiry is converted."""
        # else Odoo loses the meetings that were planned while it was a lead
        opportunities._link_meetings()
        result = super()._merge_dependences(opportunities)
        # sudo: conversions are written by the system alone
        opportunities.sudo().conversion_ids.write({"lead_id": self.id})
        if self.type == "opportunity":
            # sudo: the dialogs that colleagues have open on these leads, which would
            # be deleted with them: they will tell that the lead is converted
            self.env["crm.lead2opportunity.partner"].sudo().search(
                [("lead_id", "in", opportunities.ids)]
            ).lead_id = self
            self.env["crm.lead.conversion"].sudo().create(
                [
                    {
                        "lead_id": self.id,
                        "user_id": self.env.uid,
                        "date": self.env.cr.now(),
                        "result": "existing",
                        "partner_id": self.partner_id.id,
                        "created": lead._get_created(),
                        "merged_lead_id": lead.id,
                    }
                    for lead in opportunities
                    if lead.type == "lead"
                ]
            )
        return result

    def _convert_opportunity_data(self, customer, team_id=False):
        """An inquiry keeps the date on which it was converted."""
        values = super()._convert_opportunity_data(customer, team_id)
        if self.type == "opportunity" and self.date_conversion:
            del values["date_conversion"]
        return values

    # ------------------------------------------------------------------ what it changed
    def _get_restorable_fields(self):
        """Return the names of the fields that a conversion may change for good."""
        return [
            name
            for name, field in self._fields.items()
            if field.store
            and field.column_type
            and name not in NOT_RESTORED
            and (not field.compute or not field.readonly or name in STATEFUL)
        ]

    def _get_fields_of_partner(self):
        """Return the names of the restorable fields that follow the customer."""
        dependents = self.env.registry.get_dependent_fields(self._fields["partner_id"])
        names = {f.name for f in dependents if f.model_name == self._name}
        return names & set(self._get_restorable_fields())

    def _get_restorable_values(self):
        """Return {lead id: {field name: value, as JSON can hold it}}."""
        names = self._get_restorable_fields()
        # sudo: also fields that the user may not see come back with an undo
        return {
            lead.id: {name: to_json(lead[name]) for name in names}
            for lead in self.sudo()
        }

    def _set_columns(self, values):
        """Write values as they are, without what Odoo derives from writing them."""
        if not values:
            return
        columns = SQL(", ").join(
            SQL(
                "%s = %s",
                SQL.identifier(name),
                self._fields[name].convert_to_column(value, self),
            )
            for name, value in values.items()
        )
        self.env.cr.execute(
            SQL("UPDATE crm_lead SET %s WHERE id = ANY(%s)", columns, self.ids)
        )
        self.invalidate_recordset(values, flush=False)
        self.modified(values)

    def _record_conversions(self, conversion, followed):
        """Create a crm.lead.conversion for each lead that became converted.

        :param ConversionUnderWay conversion: what happened
        :param dict followed: what ``_watch_automations`` saw
        """
        before = conversion.before
        converted = self.filtered(
            lambda lead: (
                lead.lead_status_kind == "converted"
                and (
                    lead.type != before[lead.id]["type"]
                    or lead.lead_status_id.id != before[lead.id]["lead_status_id"]
                )
            )
        )
        if not converted:
            return
        after = converted._get_restorable_values()
        # sudo: a record of what happened, which nobody writes by hand
        conversions = self.env["crm.lead.conversion"].sudo()
        vals_list = [
            {
                **lead._prepare_conversion(conversion, after[lead.id]),
                "followed": followed.get(lead.sudo().partner_id.commercial_partner_id),
            }
            for lead in converted
        ]
        contents = conversions._read_contents(
            [ref for vals in vals_list for ref in vals["created"]]
        )
        for vals in vals_list:
            own = {f"{name},{res_id}" for name, res_id in vals["created"]}
            vals["contents"] = {
                "crm.lead": _get_lead_content(after[vals["lead_id"]]),
                **{ref: contents[ref] for ref in own & contents.keys()},
            }
        conversions.create(vals_list)

    def _prepare_conversion(self, conversion, after):
        created = self._get_created()
        result = "inquiry" if self.type == "opportunity" else "partner"
        if any(name == "sale.order" for name, _id in created):
            result = "quotation"
        return {
            "lead_id": self.id,
            "user_id": self.env.uid,
            "date": conversion.date,
            "result": result,
            "partner_id": self.partner_id.id,
            "changes": {
                name: [value, after[name]]
                for name, value in conversion.before[self.id].items()
                if value != after[name]
            },
            "created": created,
            "filled": conversion.filled,
            "was_predicted": self.id in conversion.predicted,
        }

    def _note_created(self, record):
        """Remember that this lead's conversion created ``record``."""
        if self._is_in_conversion():
            self._get_conversion().note_created(self, record)

    def _get_created(self):
        """Return [[model, id]] of what the conversion created for this lead."""
        conversion = self._get_conversion()
        return conversion.created.get(self.id, []) if conversion else []


def _get_lead_content(values):
    """Return what people write on a lead, of its restorable values."""
    return {
        name: value for name, value in values.items() if value and name not in VOLATILE
    }
