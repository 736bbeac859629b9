import re

from odoo import api, models
from odoo.tools.mail import (
    email_normalize,
    formataddr,
    html2plaintext,
    parse_contact_from_email,
)

from ...tools import company_names

# so much of a body, and of a line that names a sender, is read
MAX_BODY, MAX_LINE = 100_000, 1000
# the line of a forwarded mail that says whose it was; no part of it goes on to the next
SENDER_LINE = re.compile(
    rf"(?im)^[ \t>*_]*(?:von|from)[ \t*_]*:[ \t*_]*(.{{1,{MAX_LINE}}})"
)
# one begins where a word does: else each of its letters would be tried as the first
ADDRESS = re.compile(
    r"(?<![^\s<>\"'()\[\]:;,*@])[^\s<>\"'()\[\]:;,*@]+@[^\s<>\"'()\[\]:;,*@]+\w"
)
# Outlook puts the family name first
FAMILY_NAME_FIRST = re.compile(r"([^\W\d]+), *([^\W\d]+)")


class CrmLead(models.Model):
    """Whose lead a mail is.

    The name beside the sender's address is the contact's. A mail of one of our users
    is not: it is passed on, and the lead is of who wrote what was forwarded.
    """

    _inherit = "crm.lead"

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        msg_dict = {**msg_dict, **self._get_customer_of_mail(msg_dict)}
        values = dict(custom_values or {})
        if not values.get("partner_id") and not msg_dict.get("author_id"):
            values = {
                **self._prepare_sender_values(msg_dict.get("email_from")),
                **values,
            }
        return super().message_new(msg_dict, custom_values=values)

    @api.model
    def _get_customer_of_mail(self, msg_dict):
        """Return what to say of the customer instead of one of our users, else {}."""
        if not self._is_colleague(msg_dict.get("email_from")):
            return {}
        for name, address in self._find_forwarded_senders(msg_dict):
            if not self._is_ours(address):
                partner = self.env["mail.thread"]._partner_find_from_emails_single(
                    [address], no_create=True
                )
                sender = formataddr((name, address))
                return {"email_from": sender, "from": sender, "author_id": partner.id}
        return {"email_from": False, "from": False, "author_id": False}

    @api.model
    def _find_forwarded_senders(self, msg_dict):
        """Yield name and address of the senders that a forwarded mail names."""
        for attachment in msg_dict.get("attachments") or ():
            # a mail that is attached as such
            if hasattr(attachment.content, "get_content_type"):
                yield parse_contact_from_email(str(attachment.content["From"] or ""))
        body = html2plaintext((msg_dict.get("body") or "")[:MAX_BODY])
        for line in SENDER_LINE.findall(body):
            if match := ADDRESS.search(line):
                name = re.split(r"[<\[(]", line[: match.start()])[0]
                yield name.strip(" \t\"'*_"), match[0]

    @api.model
    def _is_colleague(self, address):
        """Return whether one of our users writes from this address."""
        # sudo: the gateway may not read the users
        user = self.env["mail.thread"].sudo()._mail_find_user_for_gateway(address or "")
        return bool(user) and user._is_internal()

    @api.model
    def _is_ours(self, address):
        """Return whether nobody but us is to be reached under this address."""
        normalized = email_normalize(address)
        # sudo: the gateway may not read the domains
        domains = self.env["mail.alias.domain"].sudo()
        return (
            not normalized
            or self._is_colleague(address)
            or bool(domains._find_aliases([normalized]))
        )

    @api.model
    def _prepare_sender_values(self, sender):
        """Return who writes, as far as the name beside the address tells."""
        name, address = parse_contact_from_email(sender or "")
        name = name.strip(" \"'")
        if not address or not name or "@" in name:
            return {}
        if company_names.parse(name).form:
            return {"partner_name": name}
        if match := FAMILY_NAME_FIRST.fullmatch(name):
            name = f"{match[2]} {match[1]}"
        return {"contact_name": name}
