from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..company.res_partner import AUTOMATED
from ..context import tell
from .conversion_under_way import ConversionUnderWay, to_json
from .crm_lead import _get_lead_content

# what changes on a partner by what others do elsewhere
MOVED_BY_OTHERS = (*AUTOMATED, "message_bounce", "calendar_last_notif_ack")
# what Odoo hangs on a partner by itself: it goes with the partner
NOT_BUILT = {"mail.followers", "crm.lead.conversion", "mail.notification"}
RESULTS = [
    ("partner", "Business partner only"),
    ("inquiry", "Inquiry"),
    ("quotation", "Quotation"),
    ("existing", "Existing inquiry"),
]


class CrmLeadConversion(models.Model):
    """One conversion of a lead: who, when, what it made, and what undo needs.

    STAGES: a lead has several that stand, when it became a business partner first and
    an inquiry later. They are undone one by one, newest first.
    UNDO takes everything back while nothing was built on it. It is the lead's own
    history: erased with the lead, readable by who may read the lead, and written by
    the system alone.
    """

    _name = "crm.lead.conversion"
    _description = "Conversion of a Lead"
    _order = "date desc, id desc"
    _rec_name = "lead_id"

    lead_id = fields.Many2one(
        "crm.lead", required=True, index=True, ondelete="cascade", readonly=True
    )
    user_id = fields.Many2one("res.users", string="Converted by", readonly=True)
    date = fields.Datetime(required=True, readonly=True)
    result = fields.Selection(RESULTS, required=True, readonly=True)
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        index="btree_not_null",
        ondelete="set null",
        readonly=True,
    )
    undone_by_id = fields.Many2one("res.users", string="Undone by", readonly=True)
    undone_date = fields.Datetime(string="Undone on", readonly=True)
    undone_reason = fields.Char(string="Reason of the Undo", readonly=True)
    # What undo needs
    changes = fields.Json(help="Of the lead: {field: [before, after]}.")
    created = fields.Json(help="[[model, id]] of what the conversion created.")
    was_predicted = fields.Boolean(
        help="The probability was Odoo's prediction, and is again after an undo."
    )
    filled = fields.Json(help="Of partners: [[id, {field: [before, after]}]].")
    followed = fields.Json(help="As filled: what automations changed along with it.")
    contents = fields.Json(
        help="Of the lead and of what was created, when the conversion was through: "
        "{'crm.lead' or 'model,id': {field: value}}."
    )
    merged_lead_id = fields.Integer(
        help="The lead that went into an inquiry which was there already.",
        index="btree_not_null",
    )

    def action_open_undo(self):
        """Open the dialog that says what an undo does, or what prevents it."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Undo the Conversion"),
            "res_model": "crm.lead.conversion.undo",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_conversion_id": self.id},
        }

    # ------------------------------------------------------------------------- announce
    def _announce(self, action):
        """Return an action that also tells what the conversion made, with its links.

        :param dict action: what the web client does after the conversion
        """
        if not self:
            return action
        effect = {
            "type": "lead_conversion",
            # sudo: what the user just did, also where the inquiry is a colleague's now
            "message": self.sudo()._get_announcement(),
            "links": list(self._get_links()),
        }
        return {**action, "effect": effect}

    def _get_announcement(self):
        lead, partner = self.lead_id.display_name, self.partner_id.display_name
        if self.result == "partner":
            return self.env._(
                "%(partner)s is a business partner now. An inquiry or a quotation can "
                "follow from the lead.",
                partner=partner,
            )
        if self.result == "existing":
            return self.env._("The lead went into the inquiry %(lead)s.", lead=lead)
        if orders := self._browse_created("sale.order"):
            return self.env._(
                "Quotation %(order)s was created for the inquiry %(lead)s.",
                order=", ".join(orders.mapped("name")),
                lead=lead,
            )
        return self.env._("%(lead)s is an inquiry now.", lead=lead)

    def _get_links(self):
        """Yield label, icon and action of what the user may open, and of the undo."""
        # sudo: as the announcement; what the user may not read is no link
        conversion = self.sudo()
        lead = conversion.lead_id.with_env(self.env)
        is_lead = conversion.result == "partner"
        records = (
            (self.env._("Quotation"), self._browse_created("sale.order")[:1]),
            (self.env._("Lead") if is_lead else self.env._("Inquiry"), lead),
            (self.env._("Customer"), conversion.partner_id.with_env(self.env)),
        )
        for label, record in records:
            if record and record.has_access("read"):
                action = {
                    "type": "ir.actions.act_window",
                    "res_model": record._name,
                    "res_id": record.id,
                    "views": [(False, "form")],
                }
                yield {"name": label, "icon": "fa-external-link", "action": action}
        if conversion.result != "existing" and lead.has_access("write"):
            action = self.action_open_undo()
            yield {"name": self.env._("Undo"), "icon": "fa-undo", "action": action}

    # ----------------------------------------------------------------------------- undo
    def _undo(self, reason):
        """Take a conversion back.

        :param str reason: why, shown in the history of the lead
        :raise UserError: something was built on it; the message names it all
        """
        self.ensure_one()
        self.lead_id.check_access("write")
        self.lead_id._lock_for_conversion()
        if blockers := self._get_undo_blockers():
            raise UserError(
                self.env._(
                    "The conversion of %(lead)s cannot be undone:\n%(blockers)s",
                    lead=self.lead_id.display_name,
                    blockers="\n".join(f"- {blocker}" for blocker in blockers),
                )
            )
        # sudo: who may write the lead may undo its conversion. It removes what the
        # conversion created and nobody touched, and reps may not delete partners
        self_sudo = self.sudo()
        moved_back = self_sudo._get_moved_back()
        self_sudo._browse_created("sale.order").unlink()
        self._restore_lead()
        self_sudo._empty_filled()
        for partner, values in moved_back:
            partner.with_context(mail_notrack=True).write(values)
        partners = self_sudo._browse_created("res.partner")
        companies = partners.filtered(lambda partner: not partner.parent_id)
        (partners - companies).unlink()
        companies.unlink()
        self_sudo.write(
            {
                "undone_by_id": self.env.uid,
                "undone_date": self.env.cr.now(),
                "undone_reason": reason,
            }
        )
        self.lead_id._message_log(
            body=self.env._("The conversion was undone: %(reason)s", reason=reason)
        )

    def _restore_lead(self):
        """Set the lead back, field by field, and its status history with it."""
        lead = self.lead_id
        current = lead._get_restorable_values()[lead.id]
        changes = {name: before for name, (before, _after) in self._get_changes()}
        # what Odoo takes from the partner stays as it is, unless it is set back
        kept = {name: current[name] for name in lead._get_fields_of_partner()}
        values = {**kept, **changes}
        self._restore_status_log()
        undo = ConversionUnderWay("undo", self.env.cr.now())
        tell(lead, conversion=undo, system_values=True).write(values)
        self.env.flush_all()
        # what Odoo derives on writing (dates of assignment and status) comes last
        now = lead._get_restorable_values()[lead.id]
        derived = {
            name: value
            for name, value in {**current, **changes}.items()
            if now[name] != value
        }
        lead._set_columns(derived)
        # sudo: what the record says is the system's
        if self.sudo().was_predicted:
            lead._restore_prediction()

    def _restore_status_log(self):
        """The stay before the conversion goes on as if it had never ended."""
        if "lead_status_id" not in dict(self._get_changes()):
            return  # the second stage: the lead was converted before, and still is
        # sudo: the log is written by the system alone
        logs = self.sudo().lead_id.lead_status_log_ids
        logs = logs.filtered(lambda log: not log.origin)
        if len(logs) > 1 and logs[0].status_id.kind == "converted":
            logs._undo_last_changes(self.lead_id.ids)

    def _get_changes(self):
        names = self.lead_id._fields
        return [
            (name, change)
            for name, change in (self.sudo().changes or {}).items()
            if name in names
        ]

    def _empty_filled(self):
        for partner, changes in self._browse_filled():
            partner.write({name: before for name, (before, _after) in changes.items()})

    def _browse_created(self, model):
        ids = [res_id for name, res_id in self.sudo().created or [] if name == model]
        return self.env[model].with_context(active_test=False).browse(ids).exists()

    def _browse_filled(self, name="filled"):
        partners = self.env["res.partner"].with_context(active_test=False)
        for partner_id, changes in self.sudo()[name] or []:
            if partner := partners.browse(partner_id).exists():
                yield partner, changes

    def _browse_moved(self):
        """Return the partners that the conversion put below a company."""
        moved = self.env["res.partner"]
        for partner, changes in self._browse_filled():
            moved |= partner if "parent_id" in changes else moved
        return moved

    def _get_moved_back(self):
        """Return pairs of partners and values: what automations did, taken back.

        What somebody or something else changed since stays, and so does what another
        lead of the company would have done as well.
        """
        leads = self.env["crm.lead"].with_context(active_test=False)
        result = []
        for partner, changes in self._browse_filled("followed"):
            others = leads.search(
                [
                    ("id", "!=", self.lead_id.id),
                    ("partner_id", "child_of", partner.id),
                ]
            )
            kept = {
                "company_category_id": others.filtered(
                    lambda lead: (
                        lead.type == "opportunity" and lead.won_status != "lost"
                    )
                ),
                "lead_status_id": others.filtered(
                    lambda lead, partner=partner: (
                        lead.partner_id == partner and lead.id > self.lead_id.id
                    )
                ),
            }
            values = {
                name: before
                for name, (before, after) in changes.items()
                if partner[name].id == after and not kept[name]
            }
            if values:
                result.append((partner, values))
        # a category gives a status to contacts without one: it comes first
        return sorted(result, key=lambda pair: not pair[0].is_company)

    # -------------------------------------------------------------------- what prevents
    def _get_undo_blockers(self):
        """Return the texts of all that prevents an undo, none if it can be done."""
        self.ensure_one()
        if self.undone_date:
            return [
                self.env._(
                    "It was undone by %(user)s.", user=self.undone_by_id.display_name
                )
            ]
        if self.result == "existing":
            return [self.env._("The lead went into an inquiry that existed before.")]
        # sudo: what somebody built counts, whether or not the user may read it; the
        # texts name records, not their contents
        conversion = self.sudo()
        return [
            *conversion._get_lead_blockers(),
            *conversion._get_content_blockers(),
            *conversion._get_filled_blockers(),
            *conversion._get_order_blockers(),
            *conversion._get_message_blockers(),
            *conversion._get_partner_blockers(),
        ]

    def _get_lead_blockers(self):
        lead = self.lead_id
        statuses = dict(lead._fields["won_status"]._description_selection(self.env))
        if lead.won_status != "pending":
            yield self.env._(
                "%(lead)s is %(status)s.",
                lead=lead.display_name,
                status=statuses[lead.won_status].lower(),
            )
        newer = lead.conversion_ids.filtered(
            lambda c: c.id > self.id and not c.undone_date
        )
        if newer:
            yield self.env._("The lead was converted again since.")
        now = lead._get_restorable_values()[lead.id]
        for name, (_before, after) in self._get_changes():
            if now[name] != after and name not in ("probability", "date_open"):
                yield self.env._(
                    "%(field)s of the inquiry was changed since.",
                    field=lead._fields[name]._description_string(self.env),
                )

    def _get_content_blockers(self):
        """Name what others wrote on the inquiry, beside what an undo sets back."""
        lead = self.lead_id
        before = (self.contents or {}).get("crm.lead")
        author = self._get_other_author(lead)
        if before is None or not author:
            return
        after = _get_lead_content(lead._get_restorable_values()[lead.id])
        names = {n for n in {*before, *after} if before.get(n) != after.get(n)}
        for name in sorted(names - {name for name, _change in self._get_changes()}):
            yield self.env._(
                "%(field)s of the inquiry was changed by %(user)s.",
                field=lead._fields[name]._description_string(self.env),
                user=author.name,
            )

    def _get_filled_blockers(self):
        for partner, changes in self._browse_filled():
            for name, (_before, after) in changes.items():
                if to_json(partner[name]) != after:
                    yield self.env._(
                        "%(field)s of %(partner)s was changed since.",
                        field=partner._fields[name]._description_string(self.env),
                        partner=partner.display_name,
                    )

    def _get_order_blockers(self):
        own = self._browse_created("sale.order")
        for order in self.lead_id.with_context(active_test=False).order_ids - own:
            yield self.env._(
                "%(order)s was created for the inquiry.", order=order.display_name
            )
        for order in own:
            if order.state not in ("draft", "cancel"):
                yield self.env._(
                    "%(order)s is no draft any more.", order=order.display_name
                )
        yield from self._get_write_blockers(own)
        yield from self._get_write_blockers(own.order_line)

    def _get_write_blockers(self, records):
        """Name what others changed, and what they hung on it."""
        for record in records:
            names = self._get_changed_fields(record)
            author = self._get_other_author(record) if names else None
            if author:
                yield self.env._(
                    "%(record)s was changed by %(user)s: %(fields)s.",
                    record=record.display_name,
                    user=author.name,
                    fields=", ".join(
                        record._fields[name]._description_string(self.env)
                        for name in names
                    ),
                )
        own = [("res_model", "=", records._name), ("res_id", "in", records.ids)]
        for model in ("mail.activity", "ir.attachment"):
            for item in self.env[model].search(own):
                yield self.env._(
                    "%(item)s was added to %(record)s.",
                    item=item.display_name,
                    record=records.browse(item.res_id).display_name,
                )

    def _get_changed_fields(self, record):
        """Return the names of the fields that are not as the conversion left them.

        The date of the last change says nothing: automations and computed fields
        move it, too.
        """
        ref = f"{record._name},{record.id}"
        before = (self.contents or {}).get(ref)
        if before is None:
            return ["write_date"] if record.write_date > self.date else []
        after = self._read_contents([[record._name, record.id]])[ref]
        return sorted(
            name
            for name in {*before, *after} & {*record._fields}
            if before.get(name) != after.get(name)
        )

    def _get_other_author(self, record):
        """Return who changed a record, if not the one who converted or the system."""
        own = self.user_id | self.env.ref("base.user_root")
        if record.write_uid not in own:
            return record.write_uid
        # who wrote last may have written over what others changed
        message = self.env["mail.message"].search(
            self._get_message_domain(record)
            & Domain("date", ">=", self.date)
            & Domain("tracking_value_ids", "!=", False)
            & Domain("create_uid", "not in", own.ids),
            limit=1,
        )
        return message.create_uid

    @api.model
    def _read_contents(self, refs):
        """Return {'model,id': {column: value}} of records, without what is empty.

        :param list refs: [[model, id]]
        """
        ids_by_model = defaultdict(list)
        for name, res_id in refs:
            ids_by_model[name].append(res_id)
        result = {}
        for name, ids in ids_by_model.items():
            model = self.env[name]
            model.flush_model()
            rows = self.env.execute_query(
                SQL(
                    "SELECT id, to_jsonb(record) - %s::text[] FROM %s record"
                    " WHERE id = ANY(%s)",
                    [*models.MAGIC_COLUMNS, *MOVED_BY_OTHERS],
                    SQL.identifier(model._table),
                    ids,
                )
            )
            for res_id, values in rows:
                result[f"{name},{res_id}"] = {k: v for k, v in values.items() if v}
        return result

    def _get_message_blockers(self):
        """Name the messages that went to the customer, and what was written on it."""
        orders = self._browse_created("sale.order")
        partners = self._browse_created("res.partner")
        about = (
            self._get_message_domain(self.lead_id)
            | self._get_message_domain(orders)
            | self._get_message_domain(partners)
        )
        customers = self.partner_id | self.partner_id.commercial_partner_id | partners
        to_customer = Domain("notification_ids.res_partner_id", "in", customers.ids)
        to_customer |= Domain("partner_ids", "in", customers.ids)
        written = Domain("message_type", "in", ("comment", "email", "email_outgoing"))
        written &= self._get_message_domain(orders) | self._get_message_domain(partners)
        messages = self.env["mail.message"].search(
            Domain("date", ">=", self.date) & about & (to_customer | written)
        )
        for message in messages:
            yield self.env._(
                "Message of %(author)s: %(subject)s",
                author=message.author_id.name or message.email_from,
                subject=message.subject or message.preview or message.record_name,
            )

    def _get_message_domain(self, records):
        return Domain("model", "=", records._name) & Domain("res_id", "in", records.ids)

    def _get_partner_blockers(self):
        partners = self._browse_created("res.partner")
        if not partners:
            return
        yield from self._get_write_blockers(partners)
        orders = self._browse_created("sale.order")
        own = {
            "crm.lead": self.lead_id,
            # who was put below a new company is taken out again
            "res.partner": partners | self._browse_moved(),
            "sale.order": orders,
            "sale.order.line": orders.order_line,
        }
        for model, names in self._get_partner_fields().items():
            others = Domain("id", "not in", own[model].ids if model in own else [])
            records = self.env[model].with_context(active_test=False)
            uses = Domain.OR(Domain(name, "in", partners.ids) for name in names)
            for record in records.search(others & uses, limit=5):
                yield self.env._(
                    "%(record)s (%(model)s) refers to what the conversion created.",
                    record=record.display_name,
                    model=self.env["ir.model"]._get(model).name,
                )

    def _get_partner_fields(self):
        """Return {model: fields that refer to partners}, of all that is stored."""
        result = {}
        for name, model in self.env.registry.items():
            if (
                model._abstract
                or model._transient
                or not model._auto
                or name in NOT_BUILT
                or name == "mail.message"
            ):
                continue
            fields_to_partner = [
                field.name
                for field in model._fields.values()
                if field.type in ("many2one", "many2many")
                and field.comodel_name == "res.partner"
                and field.store
                and not field.company_dependent
            ]
            if fields_to_partner:
                result[name] = fields_to_partner
        return result
