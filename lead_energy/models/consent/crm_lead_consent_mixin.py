from odoo import api, fields, models
from odoo.tools import SQL

from .crm_lead_consent import DECISIVE, REFUSALS

STATES = [
    ("none", "No Opt-in"),
    ("requested", "Opt-in Requested"),
    ("confirmed", "Opt-in"),
    ("expired", "Request Expired"),
    ("withdrawn", "Withdrawn"),
    ("objected", "Objected"),
]
# of several purposes the first of these is the state
STATE_ORDER = ("confirmed", "objected", "withdrawn", "requested", "expired")


class CrmLeadConsentMixin(models.AbstractModel):
    """A person that consents: a lead or a partner.

    WHOM WE MAY WRITE TO is asked here and nowhere else: ``_filter_allowed``. An e-mail
    needs a confirmed consent; a call the same, between businesses a presumed one is
    enough; post may go to whoever did not refuse it. What was said last counts; a
    request that is open takes nothing from it. Who is on a blacklist is never written
    to, and neither is a record that is not saved.
    """

    _name = "crm.lead.consent.mixin"
    _description = "Person Who Consents"

    opt_in_state = fields.Selection(
        STATES,
        string="E-Mail Opt-in",
        compute="_compute_opt_in_state",
        store=True,
        copy=False,
        help="Whether the person has agreed to e-mails: of all purposes the best. "
        "'Consents' has every event.",
    )

    @api.depends("email_normalized", "company_id")
    def _compute_opt_in_state(self):
        states = self._get_opt_in_states()
        for record in self:
            record.opt_in_state = states.get(record, "none")

    def _derive_opt_in_state(self):
        """Store what follows from the events; who has it already is not written."""
        states = self._get_opt_in_states()
        by_state = self.grouped(lambda record: states.get(record, "none"))
        for state, records in by_state.items():
            changed = records.filtered(
                lambda record, state=state: record.opt_in_state != state
            )
            changed.opt_in_state = state

    def _get_opt_in_states(self):
        """Return {record: state} of those who are not 'none'."""
        consents = self.env["crm.lead.consent"]
        addresses = [record.email_normalized for record in self]
        if not any(addresses) or not consents._is_used():
            return {}
        # sudo: the state is everybody's to heed, an event only who may see the lead
        latest = consents.sudo()._get_latest("email", addresses)
        by_address = {}
        for (address, company, _purpose), (event, _id) in latest.items():
            by_address.setdefault(address, []).append((company, event))
        states = {}
        for record in self:
            events = {
                event
                for company, event in by_address.get(record.email_normalized, ())
                # a contact that all companies share shows the best of them
                if not company or company == (record.company_id.id or company)
            }
            state = next((s for s in STATE_ORDER if s in events), None)
            if state:
                states[record] = state
        return states

    # -------------------------------------------------------------- the one question
    def _filter_allowed(self, channel, purpose):
        """Return those of the records whom we may contact.

        :param str channel: 'email', 'phone' or 'post'
        :param purpose: crm.lead.consent.purpose, or its code
        """
        answers = self._get_answers(channel, purpose)
        # by ids: to make a record of each takes longer than the query
        return self.browse(id_ for id_ in self._ids if not answers.get(id_, "unknown"))

    def _explain_refusals(self, channel, purpose):
        """Return {id: why we may not contact the person}, in the user's language.

        The parameters are those of :meth:`_filter_allowed`.
        """
        reasons = self._get_refusal_reasons(channel)
        answers = self._get_answers(channel, purpose)
        codes = {record.id: answers.get(record.id, "unknown") for record in self}
        return {id_: reasons[code] for id_, code in codes.items() if code}

    def _get_refusal_reasons(self, channel):
        missing = {
            "email": self.env._("There is no valid e-mail address."),
            "phone": self.env._("There is no valid phone number."),
            "post": self.env._("The postal address is not complete."),
        }
        return {
            "no_address": missing[channel],
            "blacklisted": self.env._("The address is on the blacklist."),
            "unknown": self.env._("There is no consent. Ask for it first."),
            "requested": self.env._("The consent was requested and is not given yet."),
            "expired": self.env._("The request for consent was not answered."),
            "withdrawn": self.env._("The consent was withdrawn."),
            "objected": self.env._("The person has objected."),
            "presumed": self.env._(
                "A consent is only presumed; this needs an express."
            ),
        }

    def _get_answers(self, channel, purpose):
        """Return {id: code of the reason why not, None for whom we may contact}.

        One query, however many they are. A record of no company is asked about by the
        company that the user works in: what was agreed with another is not agreed here.
        """
        purpose = self.env["crm.lead.consent.purpose"]._get(purpose)
        self.flush_recordset(self._get_consent_names())
        for name in ("crm.lead.consent", "mail.blacklist", "phone.blacklist"):
            self.env[name].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT person.id, CASE
                       WHEN NOT %(has_address)s THEN 'no_address'
                       WHEN %(blacklisted)s THEN 'blacklisted'
                       WHEN %(allowed)s THEN NULL
                       ELSE COALESCE(last.event, 'unknown') END
                  FROM %(table)s person
             LEFT JOIN LATERAL (
                       SELECT event FROM crm_lead_consent consent
                        WHERE consent.channel = %(channel)s
                          AND %(given_for)s
                          AND consent.purpose_id = %(purpose)s
                          AND (consent.company_id IS NULL OR consent.company_id =
                               COALESCE(person.company_id, %(company)s))
                     ORDER BY consent.event = ANY(%(decisive)s) DESC, consent.id DESC
                        LIMIT 1) last ON TRUE
                 WHERE person.id = ANY(%(ids)s)
                """,
                **self._get_channel_sql(channel),
                table=SQL.identifier(self._table),
                channel=channel,
                purpose=purpose.id,
                decisive=list(DECISIVE),
                company=self.env.company.id,
                ids=self.ids,
            )
        )
        return dict(rows)

    def _get_channel_sql(self, channel):
        """Return what differs by channel: conditions on ``person`` and ``consent``."""
        confirmed = SQL("last.event = 'confirmed'")
        if channel == "post":
            return {
                "has_address": SQL(
                    "COALESCE(person.zip <> '' AND person.city <> '', FALSE)"
                ),
                "blacklisted": SQL("FALSE"),
                "allowed": SQL(
                    "(last.event IS NULL OR last.event <> ALL(%s))", list(REFUSALS)
                ),
                "given_for": self._get_own_events_sql(),
            }
        column, blacklist, key = {
            "email": ("email_normalized", "mail_blacklist", "email"),
            "phone": ("phone_sanitized", "phone_blacklist", "number"),
        }[channel]
        address = SQL.identifier("person", column)
        presumed = SQL("(last.event = 'presumed' AND %s)", self._get_business_sql())
        return {
            "has_address": SQL("COALESCE(%s, '') <> ''", address),
            "blacklisted": SQL(
                "EXISTS (SELECT 1 FROM %s blocked WHERE active AND %s = %s)",
                SQL.identifier(blacklist),
                SQL.identifier("blocked", key),
                address,
            ),
            "allowed": SQL("(%s OR %s)", confirmed, presumed)
            if channel == "phone"
            else confirmed,
            "given_for": SQL("consent.address = %s", address),
        }

    def _get_address(self, channel):
        """Return the address that a consent is given for, as Odoo normalizes it."""
        self.ensure_one()
        if channel == "post":
            parts = (self.street, self.zip, self.city, self.country_id.code)
            return ", ".join(filter(None, parts)) or False
        return self.email_normalized if channel == "email" else self.phone_sanitized

    def _get_addresses(self, channel):
        """Return the set of the addresses that there are."""
        return {record._get_address(channel) for record in self} - {False}

    # ------------------------------------------------------------------------- events
    def _get_consents(self):
        """Return all events of the person: its own, and those for its addresses."""
        pointer = self._get_consent_pointer()
        domains = [[(pointer, "in", self.ids)]]
        for channel in ("email", "phone"):
            addresses = self._get_addresses(channel)
            domains.append(
                [("channel", "=", channel), ("address", "in", sorted(addresses))]
            )
        return self.env["crm.lead.consent"].search(fields.Domain.OR(domains))

    def action_open_consents(self):
        self.ensure_one()
        found = [("id", "in", self._get_consents().ids)]
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Consents"),
            "res_model": "crm.lead.consent",
            "view_mode": "list,form",
            "domain": found,
            "context": {"create": False, "edit": False, "delete": False},
        }

    def action_record_consent(self):
        """Open the dialog that records what the person has agreed to or refused."""
        self.ensure_one()
        pointer = self._get_consent_pointer()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Record Consent"),
            "res_model": "crm.lead.consent.record",
            "view_mode": "form",
            "target": "new",
            "context": {
                f"default_{pointer}": self.id,
                "default_channel": "email" if self.email_normalized else "phone",
                "dialog_size": "medium",
            },
        }
