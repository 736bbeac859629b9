# what a test writes is not shown to anybody
# pylint: disable=translation-required
from datetime import date, timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools import SQL

from ..common import LeadEnergyCommon


class MyDayCommon(LeadEnergyCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["crm.lead"].search([]).action_archive()
        cls.today = fields.Date.context_today(cls.env["crm.lead"])

    @classmethod
    def in_days(cls, days):
        return cls.today + timedelta(days)

    @classmethod
    def create_work(cls, name, days=0, xmlid=None, user=None, **vals):
        """Create a lead with an activity that is due in so many days."""
        lead = cls.create_lead(user, name=name, **vals)
        lead.activity_schedule(
            xmlid or "mail.mail_activity_data_call",
            cls.in_days(days),
            user_id=(user or cls.rep).id,
        )
        return lead

    @classmethod
    def set_score(cls, lead, score, temperature):
        """Let the lead be what rules would make of it."""
        cls.env.flush_all()
        cls.env.cr.execute(
            SQL(
                "UPDATE crm_lead SET lead_score = %s, lead_temperature = %s"
                " WHERE id = %s",
                score,
                temperature,
                lead.id,
            )
        )
        cls.env.invalidate_all()

    def read_day(self, user=None, **whose):
        self.env.invalidate_all()
        leads = self.env["crm.lead"].with_user(user or self.rep)
        return leads.get_my_day(**whose)

    def get_names(self, user=None, **whose):
        """Return {section: names of its leads}."""
        return {
            section["name"]: [lead["name"] for lead in section["leads"]]
            for section in self.read_day(user, **whose)["sections"]
        }

    def get_line(self, lead, user=None, **whose):
        lines = {
            line["id"]: line
            for section in self.read_day(user, **whose)["sections"]
            for line in section["leads"]
        }
        return lines.get(lead.id)

    def get_reasons(self, lead):
        line = self.get_line(lead)
        return [(reason["code"], reason["text"]) for reason in line["reasons"]]


@tagged("post_install", "-at_install")
class TestMyDay(MyDayCommon):
    def test_each_reason_has_its_section_the_most_urgent_first(self):
        self.create_lead(name="Put off", rework_date=self.in_days(3)).write(
            {"lead_status_id": self.status_rework.id, "rework_date": self.in_days(3)}
        )
        rework = self.create_lead(name="Rework")
        rework.write(
            {"lead_status_id": self.status_rework.id, "rework_date": self.in_days(1)}
        )
        rework.rework_date = self.today
        self.create_work("Material", 2, "lead_energy.activity_type_info_material")
        self.create_lead(name="New")
        self.set_score(self.create_lead(name="Hot"), 90, "hot")
        self.create_work("Due")
        self.create_work("Late", -2)
        self.create_work("Planned", 1)
        self.assertEqual(
            list(self.get_names().items()),
            [
                ("overdue", ["Late"]),
                ("today", ["Due"]),
                ("hot", ["Hot"]),
                ("new", ["New"]),
                ("material", ["Material"]),
                ("rework", ["Rework"]),
            ],
        )
        labels = [section["label"] for section in self.read_day()["sections"]]
        self.assertEqual(labels[0], "Overdue")
        self.assertEqual(labels[-1], "Rework due")

    def test_a_lead_is_there_once_and_tells_all_its_reasons(self):
        lead = self.create_work("Roof", -3)
        lead.activity_schedule(
            "lead_energy.activity_type_info_material", self.in_days(1), user_id=2
        )
        lead.activity_ids.user_id = self.rep
        lead.activity_schedule(
            "mail.mail_activity_data_todo", self.today, "Ask", user_id=self.rep.id
        )
        names = self.get_names()
        self.assertEqual(names, {"overdue": ["Roof"]})
        late, tomorrow = (self.in_days(days).strftime("%m/%d/%Y") for days in (-3, 1))
        self.assertEqual(
            self.get_reasons(lead),
            [
                ("overdue", f"Call: overdue since {late}"),
                ("today", "Ask: due today"),
                (
                    "material",
                    f"Send information material: promised for {tomorrow}",
                ),
            ],
        )
        # what is done by other means than a call can be marked as done
        self.assertEqual(
            [step["name"] for step in self.get_line(lead)["steps"]],
            ["Ask", "Send information material"],
        )

    def test_a_hot_new_lead_is_hot_and_says_that_it_is_new(self):
        lead = self.create_lead(name="Roof")
        self.set_score(lead, 90, "hot")
        today = self.today.strftime("%m/%d/%Y")
        self.assertEqual(
            self.get_reasons(lead),
            [
                ("hot", "Hot, and no next step is planned"),
                ("new", f"New since {today}, not answered yet"),
            ],
        )
        lead.lead_status_id = self.status_contacted
        self.set_score(lead, 90, "hot")
        self.assertEqual([code for code, _text in self.get_reasons(lead)], ["hot"])
        # what is planned for later is a next step
        lead.next_contact_date = self.in_days(5)
        self.assertFalse(self.read_day()["sections"])

    def test_late_material_and_late_rework_are_overdue_and_tell_what_they_are(self):
        self.create_work("Material", -1, "lead_energy.activity_type_info_material")
        self.create_work("Rework", -1, "lead_energy.mail_activity_type_rework")
        self.assertEqual(self.get_names(), {"overdue": ["Material", "Rework"]})
        texts = [
            line["reasons"][0]["text"].split(":")[0]
            for line in self.read_day()["sections"][0]["leads"]
        ]
        self.assertEqual(texts, ["Send information material", "Take up again"])

    def test_a_rework_whose_reminder_is_gone_is_due_all_the_same(self):
        lead = self.create_lead(name="Roof")
        lead.write(
            {"lead_status_id": self.status_rework.id, "rework_date": self.in_days(2)}
        )
        lead.activity_ids.unlink()
        self.assertFalse(self.read_day()["sections"])
        lead.rework_date = self.in_days(-2)
        lead.activity_ids.unlink()
        day = self.in_days(-2).strftime("%m/%d/%Y")
        self.assertEqual(
            self.get_reasons(lead), [("rework", f"To be taken up again since {day}")]
        )

    def test_by_score_then_by_lateness(self):
        for name, days, score in (
            ("Low", -9, 10),
            ("High, late", -1, 80),
            ("High, later", -5, 80),
        ):
            self.set_score(self.create_work(name, days), score, "cold")
        self.assertEqual(
            self.get_names()["overdue"], ["High, later", "High, late", "Low"]
        )

    def test_closed_leads_and_opportunities_are_no_work_on_leads(self):
        closed = self.create_work("Closed", -1)
        closed.action_set_lost()
        self.create_work("Opportunity", -1, type="opportunity")
        self.assertFalse(self.read_day()["sections"])

    def test_an_activity_is_of_who_it_is_assigned_to(self):
        lead = self.create_work("Roof")
        lead.activity_ids.user_id = self.manager
        self.assertFalse(self.read_day()["sections"])
        self.assertEqual(self.get_names(self.manager), {"today": ["Roof"]})
        # of nobody: of who looks after the lead
        lead.activity_ids.user_id = False
        self.assertEqual(self.get_names(), {"today": ["Roof"]})
        lead.follow_up_user_id = self.manager
        self.assertFalse(self.read_day()["sections"])
        self.assertEqual(self.get_names(self.manager), {"today": ["Roof"]})

    def test_what_nobody_has_planned_is_of_who_looks_after_the_lead(self):
        lead = self.create_lead(name="Roof")
        lead.follow_up_user_id = self.manager
        self.assertFalse(self.read_day()["sections"])
        self.assertEqual(self.get_names(self.manager), {"new": ["Roof"]})

    def test_a_leader_sees_the_day_of_a_person_or_a_team(self):
        self.create_work("Mine")
        self.create_work("Colleague's", user=self.other_rep)
        self.create_lead(name="Nobody's").user_id = False
        people = self.read_day(self.manager)["people"]
        self.assertIn({"id": self.team.id, "name": "Energy Sales"}, people["teams"])
        names = [user["name"] for user in people["users"]]
        self.assertLessEqual({"Rita Rep", self.other_rep.name}, set(names))
        self.assertEqual(names, sorted(names))
        self.assertFalse(self.get_names(self.manager))
        self.assertEqual(
            self.get_names(self.manager, user_id=self.rep.id), {"today": ["Mine"]}
        )
        team = self.get_names(self.manager, team_id=self.team.id)
        self.assertEqual(team, {"today": ["Mine", "Colleague's"], "new": ["Nobody's"]})

    def test_a_rep_sees_nobody_elses_day(self):
        self.create_work("Mine")
        self.create_work("Colleague's", user=self.other_rep)
        self.assertIs(self.read_day()["people"], False)
        self.assertFalse(self.get_names(user_id=self.other_rep.id))
        self.assertEqual(self.get_names(team_id=self.team.id), {"today": ["Mine"]})
        employee = new_test_user(self.env, "energy_clerk", "base.group_user")
        with self.assertRaises(AccessError):
            self.read_day(employee)

    def test_a_line_tells_who_how_and_what_was_last(self):
        lead = self.create_work(
            "Roof",
            partner_name="Amsel GmbH",
            contact_name="Anna Amsel",
            phone="+49 30 23125 101",
            email_from="anna@amsel.example",
        )
        lead.message_post(body="Wants 30 kWp", message_type="comment")
        line = self.get_line(lead)
        self.assertEqual(line["partner_name"], "Amsel GmbH")
        self.assertEqual(line["contact_name"], "Anna Amsel")
        self.assertEqual(line["phone"], "+49 30 23125 101")
        self.assertEqual(line["email_from"], "anna@amsel.example")
        self.assertEqual(line["user_id"], "Rita Rep")
        self.assertEqual(
            line["lead_status_id"], {"id": self.status_open.id, "display_name": "Open"}
        )
        self.assertTrue(line["last_touch"].endswith("Wants 30 kWp"))

    def test_a_long_section_shows_the_best_and_counts_all(self):
        leads = self.env["crm.lead"].concat(
            *(self.create_lead(name=f"New {index}") for index in range(52))
        )
        self.set_score(leads[-1], 50, "warm")
        section = self.read_day()["sections"][0]
        self.assertEqual((section["total"], len(section["leads"])), (52, 50))
        self.assertEqual(section["leads"][0]["id"], leads[-1].id)

    def test_many_leads_cost_as_few(self):
        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            leads = self.env["crm.lead"].with_user(self.rep)
            leads = leads.with_context(lang="en_US", tz="Europe/Berlin")
            before = self.env.cr.sql_log_count
            day = leads.get_my_day()
            found = sum(len(section["leads"]) for section in day["sections"])
            return self.env.cr.sql_log_count - before, found

        for index in range(5):
            self.create_work(f"Few {index}", -index)
        count()
        few, found = count()
        self.assertEqual(found, 5)
        for index in range(45):
            self.create_work(f"Many {index}", index % 2)
            self.create_lead(name=f"New {index}")
        many, found = count()
        self.assertGreater(found, 50)
        self.assertEqual(many, few)
        self.assertLessEqual(many, 20)

    def test_the_next_attempt_is_on_the_next_day_of_work(self):
        leads = self.env["crm.lead"].with_user(self.rep)
        self.env.company.resource_calendar_id.tz = "Europe/Berlin"
        for now, expected in (
            ("2026-03-26 10:00:00", date(2026, 3, 27)),
            ("2026-03-27 10:00:00", date(2026, 3, 30)),
            ("2026-03-28 10:00:00", date(2026, 3, 30)),
        ):
            with self.subTest(now), freeze_time(now):
                self.assertEqual(leads._get_next_working_day(), expected)
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Easter Monday",
                "calendar_id": self.env.company.resource_calendar_id.id,
                "date_from": "2026-04-05 22:00:00",
                "date_to": "2026-04-06 21:59:59",
            }
        )
        with freeze_time("2026-04-03 10:00:00"):
            self.assertEqual(leads._get_next_working_day(), date(2026, 4, 7))
        self.env.company.resource_calendar_id = False
        with freeze_time("2026-04-03 10:00:00"):
            self.assertEqual(leads._get_next_working_day(), date(2026, 4, 4))
