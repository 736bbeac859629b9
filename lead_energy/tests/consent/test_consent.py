import base64
import hashlib

from psycopg2 import Error

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL, mute_logger

from ..common import LeadEnergyCommon

MAIL, OTHER = "jana@kestholz.example", "info@dottenfeld.example"
NUMBER = "+4930123456"


@tagged("post_install", "-at_install")
class TestConsent(LeadEnergyCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.advertising = cls.env.ref("lead_energy.consent_purpose_advertising")
        cls.inquiry = cls.env.ref("lead_energy.consent_purpose_inquiry")
        cls.consents = cls.env["crm.lead.consent"]
        cls.lead = cls.create_lead(
            email_from=MAIL, phone="030 123456", country_id=cls.env.ref("base.de").id
        )

    def record(self, event, person=None, channel="email", purpose=None, **details):
        person = self.lead if person is None else person
        purpose = self.advertising if purpose is None else purpose
        return self.consents._record(person, channel, purpose, event, **details)

    def is_allowed(self, person=None, channel="email", purpose="advertising"):
        person = self.lead if person is None else person
        return bool(person._filter_allowed(channel, purpose))

    # ------------------------------------------------------------------- the question
    def test_an_email_needs_a_confirmed_consent(self):
        self.assertFalse(self.is_allowed())
        for event, is_allowed, state in (
            ("requested", False, "requested"),
            ("confirmed", True, "confirmed"),
            ("withdrawn", False, "withdrawn"),
            ("confirmed", True, "confirmed"),
            # who asks again takes nothing from what was said
            ("requested", True, "confirmed"),
            ("expired", True, "confirmed"),
            ("objected", False, "objected"),
            ("requested", False, "objected"),
        ):
            self.record(event, purpose=self.inquiry)
            self.assertEqual(self.is_allowed(purpose="inquiry"), is_allowed, event)
            self.assertEqual(self.lead.opt_in_state, state)
        self.assertFalse(self.is_allowed())  # for another purpose

    def test_a_refusal_is_explained(self):
        nobody = self.create_lead(name="Nobody")
        people = (self.lead + nobody).with_context(lang="de_DE")
        reasons = people._explain_refusals("email", "advertising")
        self.assertEqual(
            reasons,
            {
                self.lead.id: "Es gibt keine Einwilligung. Bitten Sie zuerst darum.",
                nobody.id: "Es gibt keine gültige E-Mail-Adresse.",
            },
        )
        with self.assertRaisesRegex(UserError, "'nonsense'"):
            self.lead._filter_allowed("email", "nonsense")

    def test_the_consent_is_for_the_address(self):
        self.record("confirmed")
        twin = self.create_lead(self.other_rep, email_from=f"Jana K <{MAIL.upper()}>")
        self.assertTrue(self.is_allowed(twin))
        self.assertEqual(twin.opt_in_state, "confirmed")
        self.lead.email_from = OTHER
        self.assertFalse(self.is_allowed())
        self.assertEqual(self.lead.opt_in_state, "none")

    def test_an_email_opt_in_says_nothing_about_calls(self):
        self.record("confirmed")
        self.assertFalse(self.is_allowed(channel="phone"))
        self.record("confirmed", channel="phone")
        self.assertTrue(self.is_allowed(channel="phone"))

    def test_a_call_is_presumed_to_be_welcome_between_businesses_with_a_reason(self):
        with self.assertRaisesRegex(UserError, "no company"):
            self.record("presumed", channel="phone", reason="asked at the fair")
        self.lead.partner_name = "Kestholz GmbH"
        for details in ({}, {"reason": "  "}):
            with self.assertRaisesRegex(UserError, "with its reason"):
                self.record("presumed", channel="phone", **details)
        with self.assertRaisesRegex(UserError, "for calls only"):
            self.record("presumed", reason="asked at the fair")
        self.record("presumed", channel="phone", reason="asked at the fair")
        self.assertTrue(self.is_allowed(channel="phone"))
        # an express refusal yields to an express consent alone
        self.record("objected", channel="phone")
        with self.assertRaisesRegex(UserError, "does not want to be called"):
            self.record("presumed", channel="phone", reason="asked at the fair")
        self.record("confirmed", channel="phone")
        self.record("presumed", channel="phone", reason="asked at the fair")
        # a company no more
        self.lead.partner_name = False
        self.assertFalse(self.is_allowed(channel="phone"))

    def test_post_may_go_to_who_did_not_refuse(self):
        self.assertFalse(self.is_allowed(channel="post"))
        self.lead.write({"street": "Weg 1", "zip": "12345", "city": "Celle"})
        self.assertTrue(self.is_allowed(channel="post"))
        self.record("objected", channel="post")
        self.assertFalse(self.is_allowed(channel="post"))
        self.record("requested", channel="post")
        self.assertFalse(self.is_allowed(channel="post"))
        # and so may not go to the partner that the lead becomes
        address = {"street": "Weg 1", "zip": "12345", "city": "Celle"}
        partner = self.env["res.partner"].create({"name": "Jana", **address})
        self.assertTrue(self.is_allowed(partner, channel="post"))
        self.lead.convert_opportunity(partner)
        self.assertFalse(self.is_allowed(partner, channel="post"))
        self.assertLessEqual(self.lead.consent_ids, partner._get_consents())

    def test_without_an_address_there_is_no_consent(self):
        nobody = self.create_lead(name="Nobody")
        with self.assertRaisesRegex(UserError, "Nobody.*valid address"):
            self.record("confirmed", nobody)

    def test_a_consent_is_given_to_a_company(self):
        other = self.env["res.company"].create({"name": "Other Energy"})
        team = self.env["crm.team"].create({"name": "Other", "company_id": other.id})
        ours = self.env.company
        self.lead.company_id = ours
        theirs = self.env["crm.lead"].create(
            {
                "name": "Same person",
                "type": "lead",
                "email_from": MAIL,
                "company_id": other.id,
                "team_id": team.id,
                "user_id": False,
            }
        )
        self.record("confirmed")
        self.assertTrue(self.is_allowed())
        self.assertFalse(self.is_allowed(theirs))
        self.assertEqual(theirs.opt_in_state, "none")
        self.record("objected", theirs, purpose=self.inquiry)
        self.assertTrue(self.is_allowed())

    def test_who_is_not_saved_or_gone_is_not_written_to(self):
        self.record("confirmed")
        unsaved = self.env["crm.lead"].new({}, origin=self.lead)
        self.assertFalse(self.is_allowed(unsaved))
        gone = self.create_lead(email_from=MAIL)
        gone.sudo().unlink()
        self.assertFalse(gone._filter_allowed("email", "advertising"))

    def test_a_first_event_is_told_to_all_processes(self):
        self.assertFalse(self.consents._is_used())
        self.env.registry.cache_invalidated.clear()
        self.record("confirmed")
        # what the others have in their caches is told to be wrong at the commit
        self.assertTrue(self.env.registry.cache_invalidated)
        self.assertTrue(self.consents._is_used())

    def test_one_query_for_many(self):
        leads = self.env["crm.lead"].create(
            [
                {"name": f"Lead {n}", "type": "lead", "email_from": f"p{n}@x.example"}
                for n in range(60)
            ]
        )
        self.record("confirmed", leads[::2])
        purpose = self.advertising
        purpose.name  # noqa: B018 - read before
        for people in (leads[:2], leads):
            self.env.flush_all()
            with self.assertQueryCount(1):
                allowed = people._filter_allowed("email", purpose)
            self.assertEqual(allowed, people[::2])

    def test_events_of_many_are_recorded_in_a_bounded_number_of_queries(self):
        leads = self.env["crm.lead"].create(
            [
                {"name": f"Lead {n}", "type": "lead", "email_from": f"p{n}@x.example"}
                for n in range(60)
            ]
        )
        self.record("requested", leads)
        counts = []
        for people in (leads[:20], leads[20:]):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.record("confirmed", people)
            self.env.flush_all()
            counts.append(self.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 2, counts)

    # ---------------------------------------------------------------------- blacklist
    def test_a_blacklisting_objects_and_taking_it_off_grants_nothing(self):
        self.record("confirmed")
        self.record("confirmed", purpose=self.inquiry)
        blacklist = self.env["mail.blacklist"]
        blacklist._add(MAIL)
        self.assertFalse(self.is_allowed())
        self.assertEqual(self.lead.opt_in_state, "objected")
        reasons = self.lead._explain_refusals("email", "inquiry")
        self.assertIn("blacklist", reasons[self.lead.id])
        blacklist._remove(MAIL)
        self.assertFalse(self.is_allowed())
        self.assertFalse(self.is_allowed(purpose="inquiry"))
        self.assertEqual(self.lead.opt_in_state, "objected")
        # a new consent is one
        self.record("confirmed")
        self.assertTrue(self.is_allowed())

    def test_a_number_on_the_blacklist_is_not_called(self):
        self.record("confirmed", channel="phone")
        self.record("confirmed")
        self.assertEqual(self.lead.phone_sanitized, NUMBER)
        self.env["phone.blacklist"].add(NUMBER)
        self.assertFalse(self.is_allowed(channel="phone"))
        self.env["phone.blacklist"].remove(NUMBER)
        self.assertFalse(self.is_allowed(channel="phone"))
        self.assertTrue(self.is_allowed())

    def test_an_entry_of_the_blacklist_that_is_deleted_grants_nothing(self):
        self.record("confirmed")
        self.env["mail.blacklist"]._add(MAIL).unlink()
        self.assertFalse(self.is_allowed())

    def test_who_objects_to_all_advertising_is_blacklisted(self):
        listed = [("email", "=", MAIL)]
        self.record("withdrawn")
        self.assertFalse(self.env["mail.blacklist"].search(listed))
        more = self.advertising.copy({"name": "Events"})
        self.record("objected", purpose=self.advertising)
        self.assertFalse(self.env["mail.blacklist"].search(listed))
        events = self.record("objected", purpose=self.advertising.browse())
        self.assertEqual(events.purpose_id, self.advertising + more)
        self.assertTrue(self.env["mail.blacklist"].search(listed))
        self.assertTrue(self.lead.has_objected)

    def test_a_bounce_is_no_withdrawal(self):
        self.record("confirmed")
        self.lead.message_bounce = 3
        self.assertTrue(self.is_allowed())

    # -------------------------------------------------------------------- one person
    def merge(self, *leads):
        merged = self.env["crm.lead"].union(*leads)
        return merged.with_user(self.manager).merge_opportunity(auto_unlink=True)

    def test_a_merge_keeps_each_event_and_the_least_permissive_answer(self):
        tail = self.create_lead(email_from=OTHER)
        self.record("confirmed")
        refusal = self.record("objected", tail, purpose=self.inquiry)
        self.record("confirmed", tail, purpose=self.inquiry, channel="email")
        self.record("withdrawn", tail)
        events = self.lead.consent_ids + tail.consent_ids
        head = self.merge(self.lead, tail)
        self.assertEqual(head.email_normalized, MAIL)
        self.assertEqual(events.exists(), events)
        self.assertLessEqual(events, head.consent_ids)
        self.assertIn(refusal, head._get_consents())
        # withdrawn for the other address
        self.assertFalse(self.is_allowed(head))
        taken_over = head.consent_ids.sorted("id")[-1]
        self.assertEqual((taken_over.origin, taken_over.reason), ("merge", OTHER))

    def test_partners_that_are_merged_keep_the_least_permissive_answer(self):
        partners = self.env["res.partner"].create(
            [{"name": "Jana", "email": MAIL}, {"name": "Jana K", "email": OTHER}]
        )
        self.record("confirmed", partners[0])
        event = self.record("objected", partners[1], purpose=self.inquiry)
        self.record("withdrawn", partners[1])
        self.env["base.partner.merge.automatic.wizard"]._merge(
            partners.ids, partners[0]
        )
        self.assertEqual(event.partner_id, partners[0])
        self.assertFalse(self.is_allowed(partners[0]))
        self.assertEqual(partners[0].opt_in_state, "objected")

    def test_a_conversion_takes_the_least_permissive_answer(self):
        partner = self.env["res.partner"].create({"name": "Jana", "email": OTHER})
        self.record("withdrawn", partner)
        self.record("confirmed")
        self.lead.convert_opportunity(partner)
        self.assertFalse(self.is_allowed())
        # refused with the address that it had before
        earlier = self.create_lead(email_from="alt@kestholz.example")
        self.record("withdrawn", earlier)
        known = self.env["res.partner"].create({"name": "Mia", "email": MAIL})
        earlier.convert_opportunity(known)
        self.assertEqual(earlier.email_normalized, MAIL)
        self.assertFalse(self.is_allowed(earlier))
        self.assertFalse(self.is_allowed(known))
        fresh = self.create_lead(email_from="neu@kestholz.example")
        self.record("confirmed", fresh)
        fresh.convert_opportunity(
            self.env["res.partner"].create({"name": "Neu", "email": fresh.email_from})
        )
        self.assertTrue(self.is_allowed(fresh))
        self.assertTrue(self.is_allowed(fresh.partner_id))

    # ---------------------------------------------------------------- what is recorded
    def test_the_exact_words_are_kept_in_the_language_of_the_person(self):
        self.lead.lang_id = self.env["res.lang"]._lang_get("de_DE")
        event = self.record("confirmed", channel="phone", origin="fair")
        self.assertEqual(
            event.text,
            f"Ich bin einverstanden, dass {self.env.company.name} mich telefonisch "
            "über Angebote und Neuigkeiten rund um Energie informiert. Das kann ich "
            "jederzeit widerrufen.",
        )
        self.assertEqual((event.lang, event.text_id.number), ("de_DE", 1))
        self.assertEqual((event.address, event.origin), (NUMBER, "fair"))
        self.assertEqual(event.user_id, self.env.user)
        # other words are another version
        with self.assertRaisesRegex(UserError, "version 1"):
            event.text_id.text = "Something else"
        with self.assertRaisesRegex(UserError, "version 1"):
            event.text_id.update_field_translations("text", {"de_DE": "Anderes"})
        with self.assertRaisesRegex(UserError, "version 1"):
            event.text_id.unlink()
        self.advertising.text_ids = [Command.create({"text": "Call me, {company}."})]
        newer = self.record("confirmed", channel="phone")
        self.assertEqual(newer.text_id.number, 2)
        self.assertEqual(newer.text, f"Call me, {self.env.company.name}.")
        self.assertIn("telefonisch", event.text)

    def test_the_file_is_kept_with_what_tells_that_it_is_the_same(self):
        content = base64.b64encode(b"signed")
        event = self.record("confirmed", attachment=("form.pdf", content))
        self.assertEqual(event.attachment_sha256, hashlib.sha256(b"signed").hexdigest())
        file = event.attachment_id
        self.assertEqual((file.res_id, file.raw), (event.id, b"signed"))
        self.assertEqual(file.with_user(self.rep).name, "form.pdf")
        with self.assertRaises(AccessError):
            file.with_user(self.other_rep).check_access("read")
        with self.assertRaisesRegex(UserError, "'form.pdf' cannot be read"):
            self.record("confirmed", attachment=("form.pdf", "no base64"))

    def test_a_person_is_told_apart_by_a_keyed_hash(self):
        one, other = map(self.consents._hash_person, (MAIL, OTHER))
        self.assertEqual(one, self.consents._hash_person(MAIL))
        self.assertNotEqual(one, other)
        self.assertNotEqual(one, hashlib.sha256(MAIL.encode()).hexdigest())

    # --------------------------------------------------------------------- append-only
    def test_nobody_changes_or_deletes_an_event(self):
        event = self.record("confirmed")
        for user in (self.rep, self.manager, self.env.ref("base.user_admin")):
            own = event.with_user(user)
            with self.assertRaises(UserError):
                own.write({"event": "withdrawn"})
            with self.assertRaises(UserError):
                own.write({"lead_id": False})
            with self.assertRaises(UserError):
                own.unlink()
            with self.assertRaises(UserError):
                own.copy()
            with self.assertRaises(UserError):
                own.create({"event": "confirmed"})
            lead = self.lead.with_user(user)
            lead.write({"consent_ids": [Command.delete(event.id)]})
            self.assertEqual(self.lead.consent_ids, event)
        with self.assertRaises(UserError):
            event.sudo().write({"event": "withdrawn"})
        with self.assertRaises(UserError):
            event.sudo().unlink()

    @mute_logger("odoo.sql_db")
    def test_the_database_keeps_an_event_by_itself(self):
        event = self.record("confirmed")
        self.env.flush_all()
        for statement in (
            "UPDATE crm_lead_consent SET event = 'withdrawn'",
            "UPDATE crm_lead_consent SET address = 'other@x.example'",
            "UPDATE crm_lead_consent SET date = now()",
            "UPDATE crm_lead_consent SET text = NULL",
            "UPDATE crm_lead_consent SET attachment_sha256 = 'x'",
            "DELETE FROM crm_lead_consent",
            "TRUNCATE crm_lead_consent",
        ):
            with self.assertRaises(Error, msg=statement), self.cr.savepoint():
                self.cr.execute(statement)
        with self.cr.savepoint():
            self.cr.execute("UPDATE crm_lead_consent SET lead_id = NULL, user_id = 1")
        self.cr.execute("SET LOCAL lead_energy.erasure = 'on'")
        self.cr.execute(SQL("DELETE FROM crm_lead_consent WHERE id = %s", event.id))
        self.assertEqual(self.cr.rowcount, 1)
        self.cr.execute("SET LOCAL lead_energy.erasure = 'off'")

    def test_an_event_outlives_lead_partner_and_user(self):
        user = new_test_user(
            self.env, "energy_leaver", "sales_team.group_sale_salesman_all_leads"
        )
        partner = self.env["res.partner"].create({"name": "Jana"})
        self.lead.partner_id = partner
        event = self.consents.with_user(user)._record(
            self.lead.with_user(user), "email", self.advertising, "confirmed"
        )
        self.lead.email_from = MAIL
        self.lead.sudo().unlink()
        partner.unlink()
        user.unlink()
        event = event.with_user(self.env.user)
        event.invalidate_recordset()
        self.assertEqual((event.event, event.address), ("confirmed", MAIL))
        self.assertFalse(event.lead_id or event.partner_id or event.user_id)

    def test_who_may_not_see_the_lead_sees_no_event(self):
        event = self.record("confirmed")
        visible = [("id", "=", event.id)]
        for user, count in (
            (self.rep, 1),
            (self.other_rep, 0),
            (self.manager, 1),
        ):
            found = self.consents.with_user(user).search_count(visible)
            self.assertEqual(found, count, user.login)
        self.lead.appointment_user_id = self.other_rep
        self.assertTrue(self.consents.with_user(self.other_rep).search(visible))
        contact = self.env["res.partner"].create({"name": "Bo", "email": OTHER})
        event = self.record("confirmed", contact)
        own = contact.with_user(self.other_rep)
        self.assertEqual(own._get_consents(), event)
        # nobody is responsible for what is left of a lead that is gone
        contact.unlink()
        self.assertFalse(
            self.consents.with_user(self.other_rep).search([("id", "=", event.id)])
        )
        employee = new_test_user(self.env, "energy_employee", "base.group_user")
        with self.assertRaises(AccessError):
            self.consents.with_user(employee).search(visible)

    def test_a_partner_reads_nothing_about_itself(self):
        portal = new_test_user(self.env, "energy_portal", "base.group_portal")
        self.record(
            "confirmed", self.env["res.partner"].create({"name": "J", "email": MAIL})
        )
        with self.assertRaises(AccessError):
            portal.partner_id.with_user(portal).read(["opt_in_state"])

    def test_the_evidence_prints(self):
        self.record("confirmed", attachment=("form.pdf", base64.b64encode(b"signed")))
        self.record("withdrawn", reason="called us")
        for person, report in (
            (self.lead, "lead"),
            (self.env["res.partner"].create({"name": "J", "email": MAIL}), "partner"),
        ):
            html, _kind = self.env["ir.actions.report"]._render_qweb_html(
                f"lead_energy.consent_evidence_of_{report}", person.ids
            )
            for words in (MAIL, "called us", "informs me by e-mail", "form.pdf"):
                self.assertIn(words, html.decode())
