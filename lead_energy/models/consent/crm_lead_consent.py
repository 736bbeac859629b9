import base64
import binascii
import hashlib
import hmac
import secrets

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

CHANNELS = [("email", "E-Mail"), ("phone", "Phone"), ("post", "Post")]
EVENTS = [
    ("requested", "Requested"),
    ("confirmed", "Confirmed"),
    ("presumed", "Presumed"),
    ("expired", "Expired"),
    ("withdrawn", "Withdrawn"),
    ("objected", "Objected"),
]
REFUSALS = ("withdrawn", "objected")
# a request that is open or was not answered takes nothing from these
DECISIVE = ("confirmed", "presumed", *REFUSALS)
# where what happened reached us
ORIGINS = [
    ("phone", "Phone Call"),
    ("paper", "On Paper"),
    ("fair", "Fair"),
    ("talk", "Conversation"),
    ("mail", "E-Mail"),
    ("web", "Web Page"),
    ("import", "Import"),
    ("blacklist", "Blacklist"),
    ("merge", "Merge"),
    ("system", "System"),
]
# these tell who and where, and follow merges and deletions; all else is the proof
POINTERS = frozenset(
    {"lead_id", "partner_id", "user_id", "message_id", "attachment_id"}
)
SECRET = "lead_energy.person_key"
IN_USE = "lead_energy.has_consents"
# what a pointer points to may go; what was agreed to may not
FUNCTION = """
CREATE OR REPLACE FUNCTION lead_energy_keep_consent() RETURNS trigger AS $$
BEGIN
    IF current_setting('lead_energy.erasure', true) = 'on' THEN
        RETURN COALESCE(NEW, OLD);
    END IF;
    IF TG_OP <> 'UPDATE' THEN
        RAISE EXCEPTION USING
            MESSAGE = 'events of consents are kept: ' || TG_OP || ' is refused',
            ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF to_jsonb(NEW) - TG_ARGV IS DISTINCT FROM to_jsonb(OLD) - TG_ARGV THEN
        RAISE EXCEPTION USING
            MESSAGE = 'events of consents stay as they are',
            ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END;
$$ LANGUAGE plpgsql
"""


class CrmLeadConsent(models.Model):
    """What happened to the consent of a person: an event, which nobody can change.

    What is allowed follows from the events, see ``crm.lead.consent.mixin``. Consent by
    e-mail and phone is given for an address: whoever has it later, has what was
    agreed for it. APPEND-ONLY: a trigger of the database refuses to delete an event or
    to change what it says; who owns the database could drop the trigger. With
    ``SET LOCAL lead_energy.erasure = 'on'`` an erasure passes.
    """

    _name = "crm.lead.consent"
    _description = "Consent"
    _order = "id desc"
    _rec_name = "event"

    lead_id = fields.Many2one("crm.lead", readonly=True, ondelete="set null")
    partner_id = fields.Many2one("res.partner", readonly=True, ondelete="set null")
    company_id = fields.Many2one(
        "res.company",
        readonly=True,
        ondelete="restrict",
        help="To which company the consent was given; none: to all of the group.",
    )
    channel = fields.Selection(CHANNELS, required=True, readonly=True)
    address = fields.Char(
        readonly=True,
        help="The e-mail address or phone number that it was given for.",
    )
    purpose_id = fields.Many2one(
        "crm.lead.consent.purpose", required=True, readonly=True, ondelete="restrict"
    )
    event = fields.Selection(EVENTS, required=True, readonly=True)
    date = fields.Datetime(required=True, readonly=True)
    user_id = fields.Many2one(
        "res.users", string="Recorded by", readonly=True, ondelete="set null"
    )
    origin = fields.Selection(ORIGINS, required=True, readonly=True)
    reason = fields.Char(readonly=True)
    text_id = fields.Many2one(
        "crm.lead.consent.text",
        string="Version of the Text",
        readonly=True,
        ondelete="restrict",
    )
    text = fields.Text(
        string="Exact Text", readonly=True, help="As it was shown or read out."
    )
    lang = fields.Char(string="Language", readonly=True)
    message_id = fields.Many2one("mail.message", readonly=True, ondelete="set null")
    attachment_id = fields.Many2one(
        "ir.attachment", string="Evidence", readonly=True, ondelete="set null"
    )
    attachment_sha256 = fields.Char(
        string="SHA-256 of the Evidence",
        readonly=True,
        help="Shows that the file is still the one that was recorded.",
    )
    user_agent = fields.Char(readonly=True)
    ip_hash = fields.Char(
        string="Keyed Hash of the IP Address",
        readonly=True,
        help="Tells whether two events came from one address, and not which.",
    )

    _address_idx = models.Index("(channel, address, purpose_id, id DESC)")
    _lead_idx = models.Index("(lead_id) WHERE lead_id IS NOT NULL")
    _partner_idx = models.Index("(partner_id) WHERE partner_id IS NOT NULL")

    def init(self):
        """Let the database itself keep what happened."""
        self.env.cr.execute(FUNCTION)
        pointers = sorted(POINTERS | {"create_uid", "write_uid", "write_date"})
        for name, when in (
            ("rows", "BEFORE UPDATE OR DELETE ON crm_lead_consent FOR EACH ROW"),
            ("table", "BEFORE TRUNCATE ON crm_lead_consent FOR EACH STATEMENT"),
        ):
            trigger = SQL.identifier(f"crm_lead_consent_keep_{name}")
            self.env.cr.execute(
                SQL("DROP TRIGGER IF EXISTS %s ON crm_lead_consent", trigger)
            )
            self.env.cr.execute(
                SQL(
                    "CREATE TRIGGER %s %s"
                    " EXECUTE FUNCTION lead_energy_keep_consent(%s)",
                    trigger,
                    SQL(when),
                    SQL(", ").join(map(SQL.identifier, pointers)),
                )
            )

    @api.model_create_multi
    def create(self, vals_list):
        """Only the system makes events: a client calls what records them."""
        if not self.env.su:
            self._refuse()
        if vals_list and not self._is_used():
            # sudo: known to all processes, which keep it in their cache
            self.env["ir.config_parameter"].sudo().set_param(IN_USE, "True")
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su or not vals.keys() <= POINTERS:
            self._refuse()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _refuse(self):
        """:raise UserError: always"""
        raise UserError(
            self.env._(
                "What happened to a consent is kept as it was, as the proof. Record "
                "a new event instead: 'Record Consent'."
            )
        )

    @api.model
    def _get_channel_phrases(self):
        """Return {channel: words that stand for it in a text}, in the language."""
        return {
            "email": self.env._("by e-mail"),
            "phone": self.env._("by phone"),
            "post": self.env._("by post"),
        }

    # ------------------------------------------------------------------------ record
    @api.model
    def _record(self, records, channel, purposes, event, **details):
        """Record what happened, the only way in. Rights are the caller's business.

        :param records: crm.lead or res.partner, the persons
        :param str channel: 'email', 'phone' or 'post'
        :param purposes: crm.lead.consent.purpose; empty: all that are advertising
        :param str event: what happened, of ``EVENTS``
        :param details: values of further fields (``origin``, ``reason``, ``text_id``,
            ``message_id``, ``user_agent``, ``ip_hash``), and ``attachment``, a pair of
            name and base64 of a file
        :return: the events
        :raise UserError: a person has no address of the channel; a consent is presumed
            that must be express; the file cannot be read
        """
        purposes = purposes or purposes.search([("is_advertising", "=", True)])
        self._check_event(records, channel, purposes, event, details)
        # sudo: nobody may create events but by this way
        events = self.sudo().browse()
        values = self._get_values(records, channel, purposes, event, details)
        name, content = details.get("attachment") or (None, None)
        if content:
            values = self._add_attachment(values, name, content)
        events = events.create(values)
        for one in events.filtered("attachment_id"):
            one.attachment_id.res_id = one.id
        self._after_record(records, channel, purposes, event, events)
        return events

    def _check_event(self, records, channel, purposes, event, details):
        if channel != "post":
            for record in records.filtered(lambda r: not r._get_address(channel)):
                raise UserError(
                    self.env._(
                        "%(person)s has no valid address for '%(channel)s': enter it "
                        "first, since the consent is given for it.",
                        person=record.display_name,
                        channel=self._get_label("channel", channel),
                    )
                )
        if event != "presumed":
            return
        # German law (UWG section 7): advertising needs express consent; calls between
        # businesses at least a presumed one, for which there is a reason
        if channel != "phone" or not (details.get("reason") or "").strip():
            raise UserError(
                self.env._(
                    "A consent can be presumed for calls only, and with its reason: "
                    "why would this business welcome the call?"
                )
            )
        latest = self._get_latest(channel, records._get_addresses(channel))
        refused = {
            address
            for (address, _company, purpose), (last, _id) in latest.items()
            if last in REFUSALS and purpose in purposes.ids
        }
        for record in records:
            if not record._is_business():
                raise UserError(
                    self.env._(
                        "%(person)s is no company: a call needs an express consent.",
                        person=record.display_name,
                    )
                )
            if record._get_address(channel) in refused:
                raise UserError(
                    self.env._(
                        "%(person)s does not want to be called: only an express "
                        "consent changes that.",
                        person=record.display_name,
                    )
                )

    def _get_values(self, records, channel, purposes, event, details):
        extra = {k: v for k, v in details.items() if k not in ("attachment", "lang")}
        values = []
        for record in records:
            lang = details.get("lang") or record._get_consent_lang()
            company = record.company_id or self.env.company
            for purpose in purposes:
                text = extra.get("text_id") or purpose._get_current_text()
                words = text and text._fill(channel, company, lang)
                values.append(
                    {
                        "channel": channel,
                        "purpose_id": purpose.id,
                        "event": event,
                        "date": fields.Datetime.now(),
                        "user_id": self.env.uid,
                        "origin": "system",
                        "lang": lang,
                        **record._get_consent_pointers(),
                        "address": record._get_address(channel),
                        "company_id": record.company_id.id,
                        **extra,
                        "text_id": text.id if text else False,
                        "text": extra.get("text") or words or False,
                    }
                )
        return values

    def _add_attachment(self, values, name, content):
        """Keep the file, one for each event, and what tells that it is the same."""
        try:
            raw = base64.b64decode(content, validate=True)
        except (binascii.Error, ValueError, TypeError) as error:
            raise UserError(
                self.env._(
                    "The file '%(name)s' cannot be read: attach it anew.",
                    name=name or "",
                )
            ) from error
        # sudo: who may read the event may read its file, see res_model
        files = (
            self.env["ir.attachment"]
            .sudo()
            .create(
                [
                    {"name": name or "evidence", "raw": raw, "res_model": self._name}
                    for _event in values
                ]
            )
        )
        digest = hashlib.sha256(raw).hexdigest()
        return [
            {**vals, "attachment_id": file.id, "attachment_sha256": digest}
            for vals, file in zip(values, files, strict=True)
        ]

    def _after_record(self, records, channel, purposes, event, events):
        """Show the state at once; who objects to all advertising is blacklisted."""
        if channel == "email":
            self._update_states(events.mapped("address"))
        advertising = purposes.sudo().search([("is_advertising", "=", True)])
        if event != "objected" or not advertising <= purposes or channel == "post":
            return
        # sudo: everybody has to heed the list, and reps may not edit it
        addresses = events.mapped("address")
        if channel == "phone":
            self.env["phone.blacklist"].sudo()._add(addresses)
        else:
            for address in set(addresses):
                self.env["mail.blacklist"].sudo()._add(address)

    @api.model
    def _object_listed(self, channel, addresses):
        """Who is put on a blacklist objects to all that was agreed on the channel.

        What comes off the blacklist later grants nothing that way.
        """
        latest = self._get_latest(channel, addresses)
        rows = [
            {
                "channel": channel,
                "address": address,
                "company_id": company,
                "purpose_id": purpose,
                "event": "objected",
                "date": fields.Datetime.now(),
                "user_id": self.env.uid,
                "origin": "blacklist",
            }
            for (address, company, purpose), (event, _id) in latest.items()
            if event not in REFUSALS
        ]
        # sudo: nobody may create events but by this way
        self.sudo().create(rows)
        if channel == "email":
            self._update_states(addresses)

    @api.model
    def _share_refusals(self, pairs):
        """Record for a person what others, who are the same person, have refused.

        Their address may be another one, and so may be the one that the person had
        before: each refusal that still stands becomes an event for the own one, so that
        the least permissive answer holds. What the person agreed to later, with the own
        address, outweighs what it refused with a former one.

        :param pairs: list of (a lead or partner, the others: leads or partners)
        """
        if not pairs or not self._is_used():
            return
        values = []
        for channel in ("email", "phone"):
            people = {person for person, _others in pairs}
            people.update(other for _person, others in pairs for other in others)
            known = self._get_known_addresses(channel, people)
            latest = self._get_latest(channel, set().union(*known.values()))
            refused = {k: v for k, v in latest.items() if v[0] in REFUSALS}
            for person, others in pairs:
                own = person._get_address(channel)
                foreign = set().union(*(known[other] for other in others)) - {own}
                former = known[person] - foreign - {own}
                missing = {}
                for (address, company, purpose), (event, number) in refused.items():
                    key = (own, company, purpose)
                    is_later = number > latest.get(key, ("", 0))[1]
                    if key not in refused and (
                        address in foreign or (address in former and is_later)
                    ):
                        missing[key] = (event, address)
                values += [
                    {
                        **person._get_consent_pointers(),
                        "channel": channel,
                        "address": own,
                        "company_id": company,
                        "purpose_id": purpose,
                        "event": event,
                        "date": fields.Datetime.now(),
                        "user_id": self.env.uid,
                        "origin": "merge",
                        "reason": address,
                    }
                    for (_own, company, purpose), (event, address) in missing.items()
                    if own
                ]
        # sudo: nobody may create events but by this way
        events = self.sudo().create(values)
        emails = events.filtered(lambda event: event.channel == "email")
        self._update_states(emails.mapped("address"))

    @api.model
    def _get_known_addresses(self, channel, people):
        """Return {person: addresses of the channel, those before as well}."""
        known = {person: {person._get_address(channel)} - {False} for person in people}
        for name in ("lead_id", "partner_id"):
            mine = {p.id: p for p in people if p._get_consent_pointer() == name}
            # sudo: what was refused counts, whoever may see it
            groups = self.sudo()._read_group(
                [(name, "in", list(mine)), ("channel", "=", channel)],
                [name, "address"],
            )
            for person, address in groups:
                if address:
                    known[mine[person.id]].add(address)
        return known

    # ------------------------------------------------------------------------- state
    def _get_label(self, name, value):
        return dict(self._fields[name]._description_selection(self.env))[value]

    @api.model
    def _is_used(self):
        """Return whether there is any event: until then no save asks for one."""
        # sudo: who saves a lead reads no parameters
        return bool(self.env["ir.config_parameter"].sudo().get_param(IN_USE))

    @api.model
    def _get_latest(self, channel, addresses):
        """Return {(address, company id, purpose id): (what decides, its id)}.

        That is the last of ``DECISIVE``, else the last of all.
        """
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (address, company_id, purpose_id)
                       address, company_id, purpose_id, event, id
                  FROM crm_lead_consent
                 WHERE channel = %s AND address = ANY(%s)
              ORDER BY address, company_id, purpose_id, event = ANY(%s) DESC, id DESC
                """,
                channel,
                sorted(set(filter(None, addresses))),
                list(DECISIVE),
            )
        )
        return {tuple(row[:3]): tuple(row[3:]) for row in rows}

    @api.model
    def _update_states(self, emails):
        """Derive the stored state of all who have one of the addresses."""
        emails = sorted(set(filter(None, emails)))
        if not emails:
            return
        for name in ("crm.lead", "res.partner"):
            # sudo, active_test: whoever has the address, seen by the user or not
            people = self.env[name].sudo().with_context(active_test=False)
            people.search([("email_normalized", "in", emails)])._derive_opt_in_state()

    # ------------------------------------------------------------------------ hashes
    @api.model
    def _hash_person(self, value):
        """Return a keyed hash of an address or number: equal for equal ones only.

        The key is made with the first use and stays in the database.
        """
        # sudo: the key is nobody's to read
        parameters = self.env["ir.config_parameter"].sudo()
        key = parameters.get_param(SECRET)
        if not key:
            key = secrets.token_hex(32)
            parameters.set_param(SECRET, key)
        return hmac.new(key.encode(), value.encode(), hashlib.sha256).hexdigest()
