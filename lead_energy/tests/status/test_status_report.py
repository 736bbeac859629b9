from datetime import datetime, timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..common import LeadEnergyCommon


@tagged("post_install", "-at_install")
class TestStatusReport(LeadEnergyCommon):
    """Log and report: who, from when to when, how long, to where."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.report = cls.env["crm.lead.status.report"].with_user(cls.manager)
        cls.source = cls.env["utm.source"].create({"name": "Fair"})

    def _stay(self, days, **vals):
        """Create a lead that was ``days`` in open and then became contacted."""
        lead = self.create_lead(source_id=self.source.id, **vals)
        lead.lead_status_id = self.status_contacted
        newest, oldest = lead.lead_status_log_ids.sudo()
        begin = datetime(2025, 3, 1, 8)
        oldest.write({"date_from": begin, "date_to": begin + timedelta(days=days)})
        newest.date_from = oldest.date_to
        self.env.flush_all()
        return lead

    def _domain(self, leads):
        return [("lead_id", "in", leads.ids), ("status_id", "=", self.status_open.id)]

    def test_median_and_percentile_are_of_the_stays_in_each_group(self):
        leads = self.env["crm.lead"]
        for days in (1, 2, 3, 4, 100):
            leads |= self._stay(days)
        other = self.env["crm.team"].create({"name": "Other"})
        leads |= self._stay(7, team_id=other.id)
        groups = self.report.formatted_read_group(
            self._domain(leads),
            ["team_id"],
            ["days_median:avg", "days_p90:avg", "days:avg", "stays:sum"],
        )
        found = {group["team_id"][0]: group for group in groups}
        team = found[self.team.id]
        self.assertAlmostEqual(team["days_median:avg"], 3)
        self.assertAlmostEqual(team["days_p90:avg"], 61.6)
        self.assertAlmostEqual(team["days:avg"], 22)
        self.assertEqual(team["stays:sum"], 5)
        self.assertAlmostEqual(found[other.id]["days_median:avg"], 7)
        ((total,),) = self.report._read_group(
            self._domain(leads), aggregates=["days_median:avg"]
        )
        self.assertAlmostEqual(total, 3.5, msg="of all stays, no mean of medians")

    def test_by_source_and_month_and_from_status_to_status(self):
        leads = self._stay(2) + self._stay(4)
        groups = self.report._read_group(
            self._domain(leads),
            ["source_id", "date_from:month", "next_status_id"],
            ["days_median:avg", "__count"],
        )
        self.assertEqual(
            groups,
            [(self.source, datetime(2025, 3, 1), self.status_contacted, 3.0, 2)],
        )

    def test_what_is_stuck(self):
        self.status_contacted.limit_days = 30
        lead = self._stay(2)
        stuck = self.report.search(
            [
                ("lead_id", "=", lead.id),
                ("is_current", "=", True),
                ("is_over_limit", "=", True),
            ]
        )
        self.assertEqual(stuck.status_id, self.status_contacted)

    def test_by_person_only_when_switched_on(self):
        lead = self._stay(2)
        self.assertNotIn("user_id", self.report.fields_get())
        stays = self.report.search([("lead_id", "=", lead.id)])
        self.assertFalse(stays.user_id)
        self.assertFalse(
            self.report.search([("user_id", "=", self.rep.id)]),
            "nor filtered",
        )
        switch = self.env.ref("lead_energy.automation_report_by_person")
        switch.with_user(self.manager).is_on = True
        self.env.invalidate_all()
        self.assertIn("user_id", self.report.fields_get())
        self.assertEqual(stays.user_id, self.rep)

    def test_the_report_is_for_managers(self):
        with self.assertRaises(AccessError):
            self.report.with_user(self.rep).search([], limit=1)

    def test_the_log_is_for_those_who_read_the_lead_and_nobody_writes_it(self):
        lead = self.create_lead(user=self.other_rep)
        logs = self.env["crm.lead.status.log"].with_user(self.rep)
        self.assertFalse(logs.search([("lead_id", "=", lead.id)]))
        own = self.create_lead().lead_status_log_ids.with_user(self.rep)
        with self.assertRaises(AccessError):
            own.date_from = fields.Datetime.now()

    def test_the_log_of_a_merged_lead_comes_along_as_its_own_history(self):
        head, tail = self._stay(2), self._stay(5)
        tail_name = f"{tail.lead_number} {tail.name}"
        head.lead_status_id = self.status_qualified
        merged = (head + tail).merge_opportunity()
        own = merged.lead_status_log_ids.filtered(lambda log: not log.origin)
        other = merged.lead_status_log_ids - own
        self.assertEqual(set(other.mapped("origin")), {tail_name})
        self.assertEqual(len(other), 2)
        self.assertTrue(all(other.mapped("date_to")))
        self.assertEqual(len(own.filtered(lambda log: not log.date_to)), 1)

    def test_a_lead_merged_into_an_opportunity_passed_to_converted(self):
        lead = self._stay(2)
        opportunity = self.create_lead(type="opportunity")
        merged = (lead + opportunity).merge_opportunity()
        passed = self.report.search(
            [("lead_id", "=", merged.id), ("next_status_id.kind", "=", "converted")]
        )
        self.assertEqual(passed.status_id, self.status_contacted)
