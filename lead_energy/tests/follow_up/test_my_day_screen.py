# what a test writes is not shown to anybody
# pylint: disable=translation-required
from odoo.tests import HttpCase, tagged

from .test_my_day import MyDayCommon


class MyDayScreenCase(HttpCase, MyDayCommon):
    url = "/odoo/my-day"
    # the first page waits until the scripts of all addons are packed
    test_cursor_lock_timeout = 60

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.country_id = cls.env.ref("base.de")
        cls.env["crm.lost.reason"].create({"name": "No roof"})
        phone = "+49 30 23125 101"
        cls.amsel = cls.create_work("Roof of Amsel", -3, phone=phone)
        cls.buche = cls.create_work(
            "Wall of Buche", -1, phone=phone, email_from="b@buche.example"
        )
        cls.distel = cls.create_lead(name="Floor of Distel", partner_name="Distel KG")
        cls.eiche = cls.create_work("Eiche", phone=phone)
        cls.fichte = cls.create_work("Fichte", phone=phone)
        for score, lead in enumerate((cls.buche, cls.amsel)):
            cls.set_score(lead, 40 + score, "warm")

    def run_the_day(self):
        self.start_tour(self.url, "lead_energy_my_day", login=self.rep.login)
        call = self.amsel.activity_ids
        self.assertEqual(str(call.date_deadline), "2030-01-15")
        self.assertEqual(self.amsel.lead_status_id, self.status_open)
        self.assertIn("Good day", "".join(self.buche.message_ids.mapped("body")))
        self.assertFalse(self.buche.phone)
        self.assertEqual(self.buche.lead_status_id, self.status_closed)
        self.assertEqual(self.buche.lost_reason_id.name, "No roof")
        self.assertEqual(len(self.distel.activity_ids), 1)
        self.assertFalse(self.eiche.activity_ids)
        self.assertEqual(self.eiche.lead_status_id, self.status_contacted)
        meeting = self.fichte.activity_ids
        self.assertEqual(meeting.calendar_event_id.user_id, self.rep)


@tagged("post_install", "-at_install")
class TestMyDayScreen(MyDayScreenCase):
    browser_size = "1366x768"

    def test_a_rep_works_through_the_day(self):
        self.run_the_day()

    def test_a_rep_works_through_the_day_by_keyboard_alone(self):
        self.start_tour(self.url, "lead_energy_my_day_keys", login=self.rep.login)
        day = self.amsel._get_next_working_day()
        self.assertEqual(self.amsel.activity_ids.date_deadline, day)
        self.assertEqual(self.buche.lead_status_id, self.status_qualified)
        self.assertEqual(len(self.buche.activity_ids), 2)

    def test_a_leader_chooses_whose_day_it_is(self):
        self.start_tour(self.url, "lead_energy_my_day_leader", login=self.manager.login)

    def test_it_is_the_first_entry_of_the_menu_of_sales(self):
        menu = self.env.ref("lead_energy.crm_lead_menu_my_day")
        self.rep.group_ids += self.env.ref("crm.group_use_lead")
        menus = self.env["ir.ui.menu"].with_user(self.rep)
        entries = menus.search([("parent_id", "=", menu.parent_id.id)])
        self.assertEqual(entries[0], menu)
        # the app opens as in Odoo
        app = self.env.ref("crm.crm_menu_root").action
        self.assertEqual(app, self.env.ref("crm.action_your_pipeline"))


@tagged("post_install", "-at_install")
class TestMyDayScreenPhone(MyDayScreenCase):
    browser_size = "390x844"
    touch_enabled = True

    def test_a_rep_works_through_the_day_with_a_thumb(self):
        self.run_the_day()
