# what a test writes is not shown to anybody
# pylint: disable=translation-required
import base64
import random
import time
from email import message_from_bytes, policy

from odoo.tests import new_test_user, tagged
from odoo.tools import file_open, mute_logger

from ...tools import mail_repair
from ..common import LeadEnergyCommon
from . import broken_mails

GATEWAY = "odoo.addons.mail.models.mail_thread"
# what can be read of some broken mails: a part of the text, the subject, the sender
READABLE = {
    "charset unknown": "Grüße",
    "charset empty": "Grüße",
    "charset idna": "Grüße",
    "charset utf-8 that is latin-1": "Grüße",
    "charset ascii that is utf-8": "Grü",
    "charset of a part unknown": "Gr",
    "html of a part with unknown charset": "Grüße",
    "charset of nonsense": "Grü",
    "boundary missing": "wir suchen eine Anlage",
    "boundary empty": "wir suchen eine Anlage",
    "boundary never used": "wir suchen eine Anlage",
    "multipart nested 2,000 times": "wir suchen eine Anlage",
    "From of 8 bits": '"Bärbel" <baerbel@beispiel.example>',
    "From encoded in an unknown charset": '"Bärbel" <a@b.example>',
    "From with a name of 20,000 characters": "<a@b.example>",
    "From with an encoded line break": "<a@b.example>",
    "Subject of 8 bits": "Anfrage für Mühle",
    "Subject of 8 bits in UTF-8": "für Mühle",
    "Subject of an unknown charset": "Grüße",
    "Subject with an encoded line break": "a b",
    "Subject that decodes to nothing": "No Subject",
}


class MailCase(LeadEnergyCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        domain = cls.env["mail.alias.domain"].create(
            {
                "name": "energy.example",
                "bounce_alias": "bounce",
                "catchall_alias": "catchall",
            }
        )
        cls.team.write({"alias_name": "leads", "alias_domain_id": domain.id})
        cls.rep.email = "rita@energy.example"

    def receive(self, raw):
        if isinstance(raw, str):
            raw = raw.encode()
        lead_id = self.env["mail.thread"].message_process(None, raw)
        self.env.flush_all()
        return self.env["crm.lead"].browse(lead_id or [])

    def assertLinear(self, read, make, size):
        """Four times as much takes about four times as long, not sixteen times."""
        times = []
        for length in (size, 4 * size):
            source, runs = make(length), []
            for _run in range(3):
                # of this process alone: others make the clock go, not this
                start = time.process_time()
                read(source)
                runs.append(time.process_time() - start)
            times.append(min(runs))
        # what is too short to be measured is short enough
        self.assertLess(times[1], 9 * max(times[0], 0.005), times)

    def compose(self, body="Hallo", sender="Anna <anna@amsel.example>", *headers):
        lines = [f"From: {sender}", "To: leads@energy.example", "Subject: Anfrage"]
        lines += ["Content-Type: text/plain; charset=utf-8", *headers]
        return "\n".join(lines) + f"\n\n{body}"


@tagged("post_install", "-at_install")
class TestLeadMail(MailCase):
    def test_a_mail_to_the_alias_becomes_a_complete_lead(self):
        with file_open("lead_energy/tests/data/inquiry.eml", "rb") as file:
            raw = file.read()
        lead = self.receive(raw).with_user(self.rep)
        self.assertRecordValues(
            lead,
            [
                {
                    "name": "Anfrage Photovoltaik für unsere Mühle",
                    "type": "lead",
                    "team_id": self.team.id,
                    "email_normalized": "b.kaestner@muehle-kaestner.example",
                    "contact_name": "Bärbel Kästner",
                    "lead_status_id": self.status_open.id,
                    "lead_score": 0,
                    "lead_temperature": "cold",
                }
            ],
        )
        self.assertTrue(lead.lead_number)
        self.assertTrue(lead.lead_status_log_ids.is_system)
        message = lead.message_ids.filtered("email_from")[-1:]
        self.assertIn("900 m²", message.body)
        self.assertEqual(message.attachment_ids.mapped("name"), ["Dachplan Mühle.png"])
        self.assertTrue(message.attachment_ids.raw.startswith(b"\x89PNG"))

    def test_a_broken_address_is_taken(self):
        lead = self.create_lead(email_from="kaestner(at)muehle")
        self.assertEqual(lead.email_from, "kaestner(at)muehle")
        self.assertEqual(lead.email_state, "incorrect")

    def test_the_name_of_the_sender_is_the_contact(self):
        for sender, contact, company in (
            ("Anna Amsel <anna@amsel.example>", "Anna Amsel", False),
            ('"Amsel, Anna" <anna@amsel.example>', "Anna Amsel", False),
            ('"Dr. Amsel, Anna (Bau)" <a@b.example>', "Dr. Amsel, Anna (Bau)", False),
            ("Amsel Bau GmbH <info@amsel.example>", False, "Amsel Bau GmbH"),
            ('"anna@amsel.example" <anna@amsel.example>', False, False),
            ("anna@amsel.example", False, False),
            ("Anna Amsel", False, False),
        ):
            with self.subTest(sender):
                lead = self.receive(self.compose("Hallo", sender))
                self.assertEqual(lead.contact_name, contact)
                self.assertEqual(lead.partner_name, company)

    def test_a_known_sender_keeps_the_name_that_we_know(self):
        partner = self.env["res.partner"].create(
            {"name": "Anna Amsel-Adler", "email": "anna@amsel.example"}
        )
        lead = self.receive(self.compose("Hallo", "Anna <anna@amsel.example>"))
        self.assertEqual(lead.partner_id, partner)
        self.assertEqual(lead.contact_name, "Anna Amsel-Adler")

    # Passed on

    def test_who_passes_a_mail_on_is_not_the_customer(self):
        original = "Anna Amsel <anna@amsel.example>"
        for body in (
            f"-------- Forwarded --------\nFrom: {original}\nTo: rita@energy.example",
            f"Bitte anlegen!\n\n> Von: {original}\n> Betreff: Dach",
            "Von: Anna Amsel [mailto:anna@amsel.example]\nGesendet: heute",
            f"*Von:* *{original}*\n*An:* Rita",
            f"From: Rita <rita@energy.example>\n\nFrom: {original}",
            f"From: Leads <leads@energy.example>\n\nFrom: {original}",
        ):
            with self.subTest(body):
                lead = self.receive(self.compose(body, "Rita <rita@energy.example>"))
                self.assertEqual(lead.email_normalized, "anna@amsel.example")
                self.assertEqual(lead.contact_name, "Anna Amsel")
                self.assertFalse(lead.partner_id)
                self.assertEqual(lead.message_ids[-1:].author_id, self.rep.partner_id)

    def test_a_mail_without_end_is_read_in_time(self):
        leads = self.env["crm.lead"]
        for kind, make in {
            "empty lines": lambda n: "<br/>&gt;" * n,
            "blanks": lambda n: "<br/>von" + " *" * n,
            "a line of letters": lambda n: "<br/>From: " + "a" * 4 * n,
            "lines of letters": lambda n: ("<br/>From: " + "a" * 900) * (n // 40),
            "a line of @": lambda n: "<br/>From: a" + "@-" * 2 * n,
        }.items():
            with self.subTest(kind):
                self.assertLinear(
                    lambda body: list(leads._find_forwarded_senders({"body": body})),
                    make,
                    2500,
                )

    def test_of_a_long_mail_the_beginning_is_read(self):
        line = "From: Anna Amsel &lt;anna@amsel.example&gt;"
        find = self.env["crm.lead"]._find_forwarded_senders
        for text, found in (
            ("x" * 90_000 + "<br/>", True),
            ("x" * 100_000 + "<br/>", False),
            ("", True),
        ):
            with self.subTest(len(text)):
                self.assertEqual(bool(list(find({"body": text + line}))), found)
        for filling, found in ((900, True), (1000, False)):
            with self.subTest(filling):
                body = line.replace("Amsel", "x" * filling)
                self.assertEqual(bool(list(find({"body": body}))), found)

    def test_a_mail_that_an_addon_makes_may_have_no_sender(self):
        lead = self.env["crm.lead"].message_new({"subject": "Anfrage", "body": ""})
        self.assertEqual(lead.name, "Anfrage")
        self.assertFalse(lead.contact_name)

    def test_a_mail_attached_to_a_mail_tells_the_customer(self):
        inner = self.compose("Hallo", "Anna Amsel <anna@amsel.example>")
        raw = "\n".join(
            (
                "From: Rita <rita@energy.example>",
                "To: leads@energy.example",
                "Subject: WG: Anfrage",
                "MIME-Version: 1.0",
                "Content-Type: multipart/mixed; boundary=b",
                "\n--b\nContent-Type: text/plain\n\nBitte anlegen",
                f"--b\nContent-Type: message/rfc822\n\n{inner}\n--b--\n",
            )
        )
        lead = self.receive(raw)
        self.assertEqual(lead.contact_name, "Anna Amsel")
        self.assertEqual(lead.email_normalized, "anna@amsel.example")

    def test_a_known_customer_is_found_in_what_is_passed_on(self):
        partner = self.env["res.partner"].create(
            {"name": "Anna Amsel", "email": "anna@amsel.example"}
        )
        lead = self.receive(
            self.compose("Von: Anna <anna@amsel.example>", "rita@energy.example")
        )
        self.assertEqual(lead.partner_id, partner)

    def test_without_a_trace_of_the_customer_the_lead_has_none(self):
        lead = self.receive(self.compose("Bitte anrufen", "Rita <rita@energy.example>"))
        self.assertFalse(lead.partner_id)
        self.assertFalse(lead.email_from)
        self.assertFalse(lead.contact_name)

    def test_a_portal_user_is_a_customer(self):
        portal = new_test_user(
            self.env, "portal_anna", "base.group_portal", email="anna@amsel.example"
        )
        lead = self.receive(self.compose("Hallo", "Anna <anna@amsel.example>"))
        self.assertEqual(lead.partner_id, portal.partner_id)

    # No touch by the prospect

    def _send_and_get_reference(self):
        lead = self.create_lead(email_from="anna@amsel.example")
        message = lead.with_user(self.rep).message_post(
            body="Ein Vermerk", subtype_xmlid="mail.mt_note"
        )
        return lead, message.message_id

    def test_what_nobody_of_theirs_wrote_is_no_touch(self):
        delivery = (
            "--b\nContent-Type: text/plain\n\nunzustellbar\n"
            "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx\n\n"
            "Final-Recipient: rfc822; anna@amsel.example\n"
            "--b\nContent-Type: text/rfc822-headers\n\nMessage-Id: {reference}\n--b--\n"
        )
        report = (
            "Content-Type: multipart/report; report-type=delivery-status; boundary=b"
        )
        kinds = {
            "absence": self.compose(
                "Ich bin nicht da",
                "Anna <anna@amsel.example>",
                "Auto-Submitted: auto-replied",
                "X-Auto-Response-Suppress: All",
                "In-Reply-To: {reference}",
            ),
            "colleague": self.compose(
                "Ich kümmere mich",
                "Rita <rita@energy.example>",
                "In-Reply-To: {reference}",
            ),
            "bounce": "From: MAILER-DAEMON <mailer-daemon@amsel.example>\n"
            f"To: bounce@energy.example\nSubject: Failure\n{report}\n\n{delivery}",
        }
        for kind, raw in kinds.items():
            with self.subTest(kind):
                lead, reference = self._send_and_get_reference()
                leads = self.env["crm.lead"].search_count([])
                self.receive(raw.replace("{reference}", reference))
                self.env.invalidate_all()
                self.assertEqual(self.env["crm.lead"].search_count([]), leads)
                self.assertEqual(
                    lead.message_ids.filtered(lambda m: m.message_type == "email").ids
                    != [],
                    kind != "bounce",
                )
                self.assertEqual(lead.lead_status_id, self.status_open)
                self.assertFalse(lead.touchpoint_ids)
                self.assertFalse(lead.last_touch_date)


@tagged("post_install", "-at_install")
class TestBrokenMail(MailCase):
    """Whatever arrives at the alias becomes a lead, never a traceback."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # so many mails of one sender are no loop here
        cls.env["ir.config_parameter"].set_param("mail.gateway.loop.threshold", 10**6)

    @mute_logger(GATEWAY)
    def test_every_kind_of_broken_mail_becomes_a_lead(self):
        self.assertGreater(len(broken_mails.MAILS), 150)
        for kind, raw in broken_mails.MAILS.items():
            with self.subTest(kind):
                lead = self.receive(raw)
                self.assertEqual(lead.type, "lead")
                self.assertTrue(lead.name.strip())
                self.assertLess(len(lead.name), 2500)
                self.assertNotIn("\n", lead.name)
                self.assertEqual(self.team.alias_id.alias_status, "valid")
                message = lead.message_ids.filtered(lambda m: m.message_type == "email")
                self.assertEqual(len(message), 1)
                seen = f"{message.body} {lead.name} {lead.email_from}"
                self.assertIn(READABLE.get(kind, ""), seen)

    def test_headers_without_end_are_mended_in_time(self):
        def mend(raw):
            mail_repair.mend(message_from_bytes(raw, policy=policy.SMTP))

        for kind, start, part in (
            ("letters", b"To: =?utf-8?q?=00?= ", b"aaaaaaaaaa"),
            ("addresses", b"To: =?utf-8?q?=00?= ", b"a@b.example, "),
            ("open words", b"To: =?utf-8?q?=00?= ", b"=?utf-8?q?"),
            ("open words on lines", b"To: =?utf-8?q?=00?= ", b"=?utf-8?q?\r\n "),
            ("open words of a sender", b"From: ", b"=?utf-8?q?"),
            ("letters of a sender", b"From: ", b"aaaaaaaaaa"),
        ):
            with self.subTest(kind):
                self.assertLinear(
                    mend,
                    lambda n, start=start, part=part: start + part * n + b"\r\n\r\nx",
                    400,
                )

    def test_brackets_without_end_are_no_traceback(self):
        # more within each other than Python calls functions
        brackets = "(" * 2000
        lead = self.receive(self.compose("Hallo", f"a@b.example {brackets}"))
        self.assertEqual(lead.email_normalized, "a@b.example")
        raw = self.compose("Hallo", "a@b.example", "Delivered-To: leads@energy.example")
        self.assertTrue(self.receive(raw.replace("\nTo: ", f"\nTo: {brackets}")))

    @mute_logger(GATEWAY)
    def test_the_same_broken_mail_comes_once(self):
        for kind in ("Message-Id of nonsense", "Message-Id of 20,000 characters"):
            with self.subTest(kind):
                self.assertTrue(self.receive(broken_mails.MAILS[kind]))
                self.assertFalse(self.receive(broken_mails.MAILS[kind]))

    @mute_logger(GATEWAY)
    def test_mails_broken_at_random_can_be_read_and_stored(self):
        with file_open("lead_energy/tests/data/inquiry.eml", "rb") as file:
            sources = [file.read(), *broken_mails.MAILS.values()]
        sources = [raw for raw in sources if len(raw) < 20_000]
        dice = random.Random(18)
        for number in range(300):
            raw = bytearray(dice.choice(sources))
            for _change in range(dice.randint(1, 8)):
                start = dice.randrange(len(raw))
                end = min(start + dice.randint(0, 12), len(raw))
                raw[start:end] = dice.choice(
                    (b"", dice.randbytes(3), b"\r\n", b"=?", b'"', b";", b"<", b"\xfc")
                )
                raw = raw or bytearray(b"x")
            with self.subTest(number):
                self._parse(bytes(raw))

    def _parse(self, raw):
        raw = mail_repair.mend_source(raw)
        message = message_from_bytes(raw, policy=policy.SMTP)
        values = self.env["mail.thread"].message_parse(message)
        texts = [text for text in values.values() if isinstance(text, str)]
        texts += [attachment.fname for attachment in values["attachments"]]
        for text in texts:
            self.assertNotIn("\0", text)
            text.encode()

    def test_a_sound_mail_is_left_as_it_came(self):
        with file_open("lead_energy/tests/data/inquiry.eml", "rb") as file:
            raw = file.read()
        message = message_from_bytes(raw, policy=policy.SMTP)
        before = message.as_bytes()
        self.env["mail.thread"].message_parse(message)
        self.assertEqual(message.as_bytes(), before)

    def test_a_binary_attachment_keeps_its_bytes(self):
        content = bytes(range(256))
        raw = "\n".join(
            (
                "From: Anna <anna@amsel.example>",
                "To: leads@energy.example",
                "Subject: Plan",
                "MIME-Version: 1.0",
                "Content-Type: multipart/mixed; boundary=b",
                "\n--b\nContent-Type: text/plain\n\nHallo",
                "--b\nContent-Type: application/octet-stream; name=plan.bin",
                "Content-Transfer-Encoding: base64",
                f"\n{base64.b64encode(content).decode()}\n--b--\n",
            )
        )
        lead = self.receive(raw)
        attachment = lead.message_ids.attachment_ids
        self.assertEqual(attachment.raw, content)
