from datetime import timedelta

from odoo import SUPERUSER_ID, Command, api, fields
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, freeze_time, get_db_name, tagged

from ...tools.score import statements
from .test_score import ScoreCommon

DAY = fields.Datetime.to_datetime("2026-03-02 10:00:00")


@tagged("post_install", "-at_install")
class TestScoreDaily(ScoreCommon):
    """What the daily run finds, writes, and keeps as history."""

    def setUp(self):
        super().setUp()
        with freeze_time(DAY):
            self.lead = self.create_lead()

    def touch(self, lead, date=DAY, **values):
        type_ = self.call.copy({"name": "Touch", **values}) if values else self.call
        lead.touchpoint_ids = [Command.create({"type_id": type_.id, "date": date})]
        self.env.flush_all()
        return type_

    def run_on(self, days):
        with freeze_time(DAY + timedelta(days)):
            self.run_cron()

    def get_moved(self, days):
        """Return the ids of leads that the daily run would compute."""
        with freeze_time(DAY + timedelta(days)):
            leads = self.env["crm.lead.score.model"]._get_leads()
            spec = self.env["crm.lead.score.model"]._get_published().spec
            rows = leads.env.execute_query(statements.compile_moved(leads, spec))
        return {lead_id for (lead_id,) in rows}

    def test_what_fades_is_history_when_the_score_falls_and_not_day_by_day(self):
        with freeze_time(DAY):
            self.touch(self.lead, points=10, half_life=100)
            self.run_cron()  # what publishing asked for
        rows = len(self.lead.lead_score_log_ids)
        lines = self.lead.lead_score_lines
        self.run_on(1)  # 9.93 points, rounded to 10
        self.assertNotEqual(self.lead.lead_score_lines, lines)
        self.assertEqual(self.lead.lead_score, 10)
        self.assertEqual(len(self.lead.lead_score_log_ids), rows)
        self.run_on(100)
        self.assertEqual(self.lead.lead_score, 5)
        log = self.lead.lead_score_log_ids[0]
        self.assertEqual((log.score_from, log.score_to, log.reason), (10, 5, "time"))
        self.assertEqual(len(self.lead.lead_score_log_ids), rows + 1)

    def test_touchpoints_that_faded_to_nothing_leave_no_line(self):
        with freeze_time(DAY):
            self.touch(self.lead, points=10, half_life=1)
            self.touch(self.lead, points=20, half_life=0)
            self.run_cron()
        self.assertEqual(self.lead.lead_score, 30)
        # 10 / 2 ** 12 is less than half a cent; the other line stays as it is
        self.assertIn(self.lead.id, self.get_moved(12))
        self.run_on(12)
        self.assertEqual(len(self.lead.lead_score_lines), 1)
        self.assertEqual(self.lead.lead_score, 20)
        self.assertNotIn(self.lead.id, self.get_moved(13))

    def test_time_excludes_a_lead_and_lets_it_in_again(self):
        model = self.create_model("Excluding", city_points=20)
        model.exclusion_ids = [
            Command.create(
                {
                    "name": "Signed elsewhere just now",
                    "domain": "[('contract_end_date', '<', 'today'),"
                    " ('contract_end_date', '>', 'today -10d')]",
                }
            ),
            Command.create({"name": "Kiel", "domain": "[('city', '=', 'Kiel')]"}),
        ]
        with freeze_time(DAY):
            model.action_publish()
            self.lead.write({"city": "Bonn", "contract_end_date": "2026-03-04"})
            kiel = self.create_lead(city="Kiel")
            self.env.flush_all()
            self.run_cron()
        # ending soon counts, too
        self.assertEqual((self.lead.lead_score, kiel.lead_score_excluded), (30, True))
        self.assertEqual(self.get_moved(1) & {self.lead.id, kiel.id}, set())
        self.assertIn(self.lead.id, self.get_moved(3))
        self.run_on(3)
        self.assertEqual(
            (self.lead.lead_score, self.lead.lead_score_excluded), (0, True)
        )
        self.assertLinesAddUp(self.lead)
        self.run_on(30)
        self.assertEqual(
            (self.lead.lead_score, self.lead.lead_score_excluded), (20, False)
        )
        self.assertTrue(kiel.lead_score_excluded)

    def test_the_trend_compares_with_the_newest_score_of_30_days_ago(self):
        logs = self.env["crm.lead.score.log"]
        now = fields.Datetime.now()
        self.env.flush_all()
        logs.search([("lead_id", "=", self.lead.id)]).unlink()
        logs.create(
            [
                {
                    "lead_id": self.lead.id,
                    "date": now - timedelta(days),
                    "score_to": score,
                    "reason": "rating",
                }
                for days, score in ((90, 5), (40, 30), (60, 90), (2, 99))
            ]
        )
        self.lead.need_id = self.urgent
        self.env.flush_all()
        self.assertEqual(self.lead.lead_score, 45)
        self.assertEqual(self.lead.lead_score_trend, 15)
        self.assertEqual(self.lead.lead_score_details["trend"], 15)


@tagged("post_install", "-at_install")
class TestScoreLocks(BaseCase):
    """Two transactions at once, on data that is committed."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            need = env.ref("lead_energy.need_urgent")
            self.lead_ids = (
                env["crm.lead"]
                .create([{"name": f"Locked {n}", "need_id": need.id} for n in "ab"])
                .ids
            )
        self.addCleanup(self._clean_up)

    def _clean_up(self):
        with self.registry.cursor() as cr:
            api.Environment(cr, SUPERUSER_ID, {})["crm.lead"].browse(
                self.lead_ids
            ).unlink()

    def test_a_lead_that_somebody_writes_is_left_to_the_next_run(self):
        busy, free = self.lead_ids
        with self.registry.cursor() as cr:
            cr.execute(
                "UPDATE crm_lead SET lead_score = 1 WHERE id = ANY(%s)", [self.lead_ids]
            )
        with self.registry.cursor() as working, self.registry.cursor() as cr:
            working.execute("SELECT id FROM crm_lead WHERE id = %s FOR UPDATE", [busy])
            # waiting for the lock would never end
            cr.execute("SET LOCAL lock_timeout = '5s'")
            leads = api.Environment(cr, SUPERUSER_ID, {})["crm.lead"]
            found = leads._update_unlocked_scores(self.lead_ids, "time")
            self.assertEqual(found, ([free], [busy]))
            working.rollback()
        with self.registry.cursor() as cr:
            leads = api.Environment(cr, SUPERUSER_ID, {})["crm.lead"]
            self.assertEqual(leads._update_scores(self.lead_ids), [busy])
