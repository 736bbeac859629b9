# what a test writes is not shown to anybody
# pylint: disable=translation-required
from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from ..common import LeadEnergyCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-29 09:00:00")
class TestLeadHead(LeadEnergyCommon):
    """What is next and what was last, in the head of a lead."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lead = cls.create_lead(partner_name="Amsel GmbH")
        cls.type = cls.env.ref("lead_energy.touchpoint_type_fair_visit")

    def touch(self, lead, date, **vals):
        return self.env["crm.lead.touchpoint"].create(
            {"lead_id": lead.id, "type_id": self.type.id, "date": date, **vals}
        )

    def read_head(self, lead=None):
        self.env.invalidate_all()
        lead = (lead or self.lead).with_user(self.rep)
        return lead.next_step, lead.next_step_date, lead.last_touch

    def test_a_new_lead_has_no_step_and_was_not_touched(self):
        self.assertEqual(self.read_head(), (False, False, False))
        draft = self.env["crm.lead"].new({"name": "Draft", "type": "lead"})
        self.assertEqual((draft.next_step, draft.last_touch), (False, False))

    def test_the_earliest_open_activity_is_the_next_step(self):
        for day, summary in (("2026-04-03", "Visit"), ("2026-04-01", "Call back")):
            self.lead.activity_schedule(
                "mail.mail_activity_data_todo", fields.Date.to_date(day), summary
            )
        step = self.lead.activity_ids.filtered(lambda a: a.summary == "Call back")
        self.assertEqual(self.read_head()[:2], ("Call back", step.date_deadline))
        step.action_done()
        self.assertEqual(self.read_head()[0], "Visit")
        # without words of its own it is what it is, in the reader's language
        self.lead.activity_ids.summary = False
        german = self.lead.with_context(lang="de_DE")
        self.env.invalidate_all()
        todo = self.env.ref("mail.mail_activity_data_todo")
        self.assertEqual(german.next_step, todo.with_context(lang="de_DE").name)

    def test_the_last_touch_is_the_newest_message_or_touchpoint(self):
        self.touch(self.lead, "2026-03-27 10:00:00", note="Wants  30\nkWp")
        self.assertEqual(
            self.read_head()[2], f"03/27/2026 · {self.type.name} · Wants 30 kWp"
        )
        with freeze_time("2026-03-28 10:00:00"):
            message = self.lead.message_post(
                body="Sent the offer. " * 20, message_type="comment"
            )
        text = self.read_head()[2]
        self.assertTrue(text.startswith(f"03/28/2026 · {message.author_id.name} · Se"))
        self.assertTrue(text.endswith("…"))
        # what Odoo notes by itself is no touch
        with freeze_time("2026-03-28 11:00:00"):
            self.lead.message_post(body="Noted", message_type="notification")
            self.touch(self.create_lead(), "2026-03-28 11:00:00")
        self.assertEqual(self.read_head()[2], text)

    def test_the_head_follows_the_rights_of_the_lead(self):
        colleague = self.other_rep
        with self.assertRaises(AccessError):
            self.lead.with_user(colleague).last_touch  # noqa: B018
        with self.assertRaises(AccessError):
            self.lead.with_user(colleague)._compute_head()

    def test_an_address_has_a_map(self):
        self.assertFalse(self.lead.map_url)
        self.lead.write({"street": "Am Markt 1 & 2", "zip": "46509", "city": "Xanten"})
        self.assertEqual(
            self.lead.map_url,
            "https://www.openstreetmap.org/search?query="
            "Am+Markt+1+%26+2%2C+46509%2C+Xanten",
        )

    def test_many_leads_cost_as_one(self):
        leads = self.lead
        for number in range(20):
            leads |= self.create_lead(name=f"Lead {number}")
        for lead in leads:
            self.touch(lead, "2026-03-27 10:00:00")
        self.env.flush_all()
        for some in (leads[:1], leads):
            self.env.invalidate_all()
            some = some.with_user(self.rep).with_context(lang="en_US", tz="UTC")
            some.mapped("user_id.company_id.name")
            some.check_access("read")
            with self.subTest(len(some)), self.assertQueryCount(1):
                some.mapped("last_touch")
