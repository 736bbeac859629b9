from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, HttpCase, freeze_time, tagged
from odoo.tests.common import JsonRpcException
from odoo.tools import SQL, file_open, mute_logger

from ...tools.score import statements
from ..common import HootCase, LeadEnergyCommon

SOON = (
    "[('contract_end_date', '>=', 'today'), ('contract_end_date', '<=', 'today +6m')]"
)


class ScoreCommon(LeadEnergyCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.call = cls.env["crm.lead.touchpoint.type"].create(
            {"name": "Call", "points": 40, "half_life": 30}
        )
        cls.model = cls.create_model("Tested")
        cls.model.action_publish()

    @classmethod
    def create_model(cls, name, need_points=45, city_points=20, **values):
        """Create a draft: urgent need, the city Bonn, and touchpoints."""
        option = f"{cls.urgent._name},{cls.urgent.id}"
        return cls.env["crm.lead.score.model"].create(
            {
                "name": name,
                "warm_from": 30,
                "hot_from": 60,
                "mql_from": 40,
                "sql_from": 60,
                "criterion_ids": [
                    Command.create(
                        {
                            "name": "Need",
                            "code": "need",
                            "rating_field": "need_id",
                            "rule_ids": [
                                Command.create(
                                    {"option_ref": option, "points": need_points}
                                )
                            ],
                        }
                    ),
                    Command.create(
                        {
                            "name": "Place",
                            "code": "place",
                            "rule_ids": [
                                Command.create(
                                    {
                                        "name": "Bonn",
                                        "domain": "[('city', '=', 'Bonn')]",
                                        "points": city_points,
                                    }
                                ),
                                Command.create(
                                    {
                                        "name": "Contract ends soon",
                                        "domain": SOON,
                                        "points": 10,
                                    }
                                ),
                            ],
                        }
                    ),
                    Command.create(
                        {
                            "name": "Engagement",
                            "code": "engagement",
                            "dimension": "engagement",
                            "rating_field": "touchpoint_ids",
                        }
                    ),
                ],
                **values,
            }
        )

    def run_cron(self):
        """Run the update as the cron does, whose commits the test does without."""
        with patch.object(self.registry["ir.cron"], "_commit_progress", _no_commit):
            self.env["crm.lead"]._cron_update_scores()

    def get_reasons(self, lead):
        return lead.lead_score_log_ids.sorted("id").mapped("reason")


def _no_commit(self, *_args, **_kwargs):
    self.env.flush_all()
    return 600


@tagged("post_install", "-at_install")
class TestScore(ScoreCommon):
    # --- live
    def test_a_watched_write_updates_the_score_in_the_same_save(self):
        lead = self.create_lead()
        self.assertEqual(lead.lead_score, 0)
        lead.write({"need_id": self.urgent.id, "city": "Bonn"})
        self.assertEqual(lead.lead_score, 65)
        self.assertEqual(lead.lead_temperature, "hot")
        self.assertEqual(lead.qualification, "mql")
        self.assertLinesAddUp(lead)

    def test_a_form_shows_the_score_before_it_is_saved(self):
        form = Form(self.env["crm.lead"].with_user(self.rep))
        form.name = "Unsaved"
        form.need_id = self.urgent
        self.assertEqual(form.lead_score_details["groups"][0]["points"], 45)
        self.assertEqual(form.qualification, "mql")
        lead = form.save()
        self.assertFalse(lead.qualification_is_manual)
        self.assertEqual(lead.lead_score, 45)

    def test_a_touchpoint_counts_at_once_and_fades(self):
        lead = self.create_lead()
        touchpoint = self.env["crm.lead.touchpoint"].with_user(self.rep)
        touchpoint = touchpoint.create({"lead_id": lead.id, "type_id": self.call.id})
        self.assertEqual(lead.lead_score, 40)
        self.assertEqual(lead.last_touch_date, touchpoint.date)
        touchpoint.date -= timedelta(30)
        self.assertEqual(lead.lead_score, 20)
        touchpoint.unlink()
        self.assertEqual(lead.lead_score, 0)

    def test_a_touchpoint_of_the_future_is_refused(self):
        lead = self.create_lead()
        with self.assertRaisesRegex(ValidationError, "future"):
            self.env["crm.lead.touchpoint"].create(
                {
                    "lead_id": lead.id,
                    "type_id": self.call.id,
                    "date": fields.Datetime.now() + timedelta(1),
                }
            )

    def test_touchpoints_follow_the_rules_of_their_lead(self):
        lead = self.create_lead(user=self.other_rep)
        touchpoint = self.env["crm.lead.touchpoint"].create(
            {"lead_id": lead.id, "type_id": self.call.id}
        )
        with self.assertRaises(AccessError):
            touchpoint.with_user(self.rep).note = "not mine"
        with self.assertRaises(AccessError):
            lead.lead_score_log_ids.with_user(self.rep).read(["score_to"])

    def test_the_score_does_not_depend_on_who_saves_where_in_which_language(self):
        company = self.env["res.company"].create({"name": "Second"})
        values = {"need_id": self.urgent.id, "city": "Bonn"}
        expected = self.create_lead(**values).lead_score_lines
        self.env["res.lang"]._activate_lang("de_DE")
        self.rep.write({"company_ids": [Command.link(company.id)], "tz": "Asia/Tokyo"})
        for context in (
            {"lang": "de_DE", "tz": "Pacific/Auckland"},
            {"allowed_company_ids": [company.id]},
            {"active_test": True, "tz": "America/Los_Angeles"},
        ):
            leads = self.env["crm.lead"].with_user(self.rep).with_context(**context)
            lead = leads.create({"name": "Somewhere", "user_id": self.rep.id, **values})
            self.assertEqual(lead.lead_score_lines, expected)

    def test_merge_copy_archive_restore_and_partner_merge_keep_the_score_right(self):
        head = self.create_lead(city="Bonn", priority="3")
        tail = self.create_lead(need_id=self.urgent.id)
        tail.touchpoint_ids = [Command.create({"type_id": self.call.id})]
        merged = (head | tail).with_user(self.manager).merge_opportunity()
        self.assertEqual(merged.lead_score, 100)
        self.assertLinesAddUp(merged)
        copy = merged.copy()
        self.assertEqual(copy.lead_score, 65)  # its touchpoints are its own
        copy.action_archive()
        self.assertEqual(copy.lead_score, 65)
        copy.action_unarchive()
        self.assertEqual(copy.lead_score, 65)
        self.assertLinesAddUp(copy)

    def test_a_merge_of_partners_scores_their_leads_again(self):
        partners = self.env["res.partner"].create([{"name": "One"}, {"name": "Two"}])
        partners[1].country_id = self.env.ref("base.ch")
        self._publish_condition("[('partner_id.country_id.code', '=', 'CH')]")
        lead = self.create_lead(user=self.other_rep, partner_id=partners[0].id)
        self.assertEqual(lead.lead_score, 0)
        self.env["base.partner.merge.automatic.wizard"]._merge(
            partners.ids, dst_partner=partners[1]
        )
        self.assertEqual(lead.partner_id, partners[1])
        self.assertEqual(lead.lead_score, 20)
        self.assertLinesAddUp(lead)

    def test_all_leads_are_scored_again_when_a_manager_asks(self):
        self.run_cron()  # what publishing asked for
        lead = self.create_lead(user=self.rep)
        self.env.flush_all()
        self.env.cr.execute("UPDATE crm_lead SET city = 'Bonn' WHERE id = %s", lead.ids)
        self.env.invalidate_all()
        self.run_cron()
        self.assertEqual(lead.lead_score, 0)  # the daily run asks what time has moved
        with self.assertRaises(AccessError):
            self.model.with_user(self.rep).action_update_leads()
        self.model.with_user(self.manager).action_update_leads()
        self.assertTrue(self.model.update_pending)
        self.run_cron()
        self.assertEqual(lead.lead_score, 20)
        self.assertFalse(self.model.update_pending)

    def test_an_imported_lead_is_scored(self):
        result = (
            self.env["crm.lead"]
            .with_user(self.rep)
            .load(
                ["name", "need_id", "city", "type"],
                [["A", self.urgent.name, "Bonn", "lead"], ["B", "", "Bonn", "lead"]],
            )
        )
        leads = self.env["crm.lead"].browse(result["ids"])
        self.assertEqual(leads.mapped("lead_score"), [65, 20])
        self.assertLinesAddUp(leads)

    def test_a_lead_by_mail_is_scored(self):
        self._publish_condition("[('email_from', 'ilike', 'muehle-kaestner')]")
        domain = self.env["mail.alias.domain"].create({"name": "energy.example"})
        self.team.write({"alias_name": "leads", "alias_domain_id": domain.id})
        with file_open("lead_energy/tests/data/inquiry.eml", "rb") as file:
            lead_id = self.env["mail.thread"].message_process(None, file.read())
        lead = self.env["crm.lead"].browse(lead_id)
        self.assertEqual(lead.lead_score, 20)
        self.assertLinesAddUp(lead)

    def _publish_condition(self, domain):
        """Publish a model whose second criterion gives 20 points for ``domain``."""
        model = self.model.copy()
        model.criterion_ids[1].rule_ids[0].domain = domain
        model.action_publish()

    def test_a_watched_write_costs_two_queries_more(self):
        lead = self.create_lead()
        lead.write({"need_id": self.urgent.id, "city": "Bonn"})
        for city in ("Köln", "Bonn"):  # warm, also what is told to open boards
            self.env.cr.flush()
            lead.city = city
        self.env.cr.flush()
        before = self.env.cr.sql_log_count
        lead.city = "Köln"
        self.env.flush_all()
        self.assertLessEqual(self.env.cr.sql_log_count - before, 3)
        with self.assertQueryCount(1):  # at the commit open boards are told
            self.env.cr.flush()
        with self.assertQueryCount(1):
            lead.street = "not watched"
            self.env.flush_all()

    # --- explanation
    def test_lines_are_grouped_by_criterion_in_the_language_of_the_reader(self):
        lead = self.create_lead(need_id=self.urgent.id, city="Bonn")
        self.env["res.lang"]._activate_lang("de_DE")
        self.model.criterion_ids[1].with_context(lang="de_DE")
        self.env.cr.execute(
            SQL(
                "UPDATE crm_lead_score_criterion SET name = name || %s WHERE id = %s",
                '{"de_DE": "Ort"}',
                self.model.criterion_ids[1].id,
            )
        )
        self.env.invalidate_all()
        groups = lead.with_context(lang="de_DE").lead_score_details["groups"]
        self.assertEqual([group["label"] for group in groups], ["Need", "Ort"])
        self.assertEqual([group["points"] for group in groups], [45, 20])
        self.assertEqual(sum(g["points"] for g in groups), lead.lead_score)
        groups = lead.with_context(lang="en_US").lead_score_details["groups"]
        self.assertEqual(groups[1]["label"], "Place")

    def test_the_form_tells_what_is_still_in_reach_and_what_to_ask_first(self):
        model = self.env.ref("lead_energy.score_model")
        model.action_publish()
        lead = self.create_lead(phone="+49 228 1234567")
        found = lead.lead_score_details["range"]
        self.assertEqual((found["minimum"], found["maximum"]), (0, 100))
        self.assertEqual((found["next"], found["span"]), ("Need", 25))
        lead.need_id = self.urgent
        self.assertEqual(lead.lead_score_details["range"]["next"], "Influence")
        self.assertEqual(lead.lead_score_details["range"]["minimum"], 20)

    # --- history
    def test_the_history_tells_when_from_to_and_why(self):
        with freeze_time("2026-03-02 10:00:00"):
            lead = self.create_lead(contract_end_date="2026-10-01")
            self.env.flush_all()
            lead.need_id = self.urgent
            self.env.flush_all()
            lead.touchpoint_ids = [
                Command.create({"type_id": self.call.id, "date": fields.Datetime.now()})
            ]
            self.env.flush_all()
            lead.city = "Bonn"
            self.env.flush_all()
        with freeze_time("2026-04-02 10:00:00"):
            self.run_cron()  # the update that publishing has asked for
            self.run_cron()
        log = lead.lead_score_log_ids.sorted("id")
        self.assertEqual(
            [(row.reason, row.score_from, row.score_to) for row in log],
            [
                ("create", 0, 0),
                ("rating", 0, 45),
                ("touchpoint", 45, 85),
                ("rule", 85, 100),
                ("model", 100, 95),
            ],
        )
        self.assertIn("Urgent Need: +45", log[1].details)
        self.assertIn("Bonn: +20", log[3].details)
        with freeze_time("2026-04-20 10:00:00"):
            self.run_cron()
        self.assertEqual(lead.lead_score_log_ids[0].reason, "time")
        self.assertEqual(lead.lead_score_log_ids[0].score_to, lead.lead_score)
        self.assertLinesAddUp(lead)

    def test_the_daily_run_touches_only_what_time_has_moved(self):
        with freeze_time("2026-03-02 10:00:00"):
            fading, ending, still = (self.create_lead(city="Bonn") for _n in range(3))
            fading.touchpoint_ids = [
                Command.create({"type_id": self.call.id, "date": "2026-03-02 09:00:00"})
            ]
            ending.contract_end_date = "2026-03-03"
            self.env.flush_all()
            self.run_cron()
        with freeze_time("2026-03-05 10:00:00"):
            leads = self.env["crm.lead.score.model"]._get_leads()
            spec = self.env["crm.lead.score.model"]._get_published().spec
            moved = leads.env.execute_query(statements.compile_moved(leads, spec))
            moved = {lead_id for (lead_id,) in moved}
            self.assertLessEqual({fading.id, ending.id}, moved)
            self.assertNotIn(still.id, moved)
            self.run_cron()
            self.assertEqual(ending.lead_score, 20)
            self.assertEqual(fading.lead_score, 57)
            moved = leads.env.execute_query(statements.compile_moved(leads, spec))
            self.assertFalse(moved)

    def test_the_trend_compares_with_30_days_ago(self):
        lead = self.create_lead(city="Bonn")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_lead_score_log SET date = date - interval '31d'"
        )
        lead.need_id = self.urgent
        self.assertEqual(lead.with_user(self.rep).lead_score_trend, 45)

    # --- qualification
    def test_sql_needs_contact_and_by_hand_stays(self):
        lead = self.create_lead(need_id=self.urgent.id, city="Bonn")
        self.assertEqual(lead.qualification, "mql")
        lead.lead_status_id = self.status_contacted
        self.assertEqual(lead.qualification, "sql")
        lead.qualification = "lead"
        lead.city = "Köln"
        self.run_cron()
        self.assertEqual(lead.qualification, "lead")
        lead.qualification_is_manual = False
        self.assertEqual(lead.qualification, "mql")
        lead.convert_opportunity(False)
        self.assertEqual(lead.qualification, "opportunity")

    # --- notification
    def send_alerts(self):
        self.env.flush_all()
        with patch.object(self.registry["ir.cron"], "_commit_progress", _no_commit):
            self.env["crm.lead.score.alert"]._cron_send()

    def get_notified(self, lead):
        messages = self.env["mail.message"].search(
            [
                ("model", "=", "crm.lead"),
                ("res_id", "=", lead.id),
                ("message_type", "=", "user_notification"),
                ("subject", "like", "has reached"),
            ],
            order="id",
        )
        return [(m.partner_ids, m.subject.split()[-1]) for m in messages]

    def test_rising_notifies_the_salesperson_once_a_day(self):
        lead = self.create_lead()
        lead.need_id = self.urgent
        self.send_alerts()
        self.assertEqual(self.get_notified(lead), [(self.rep.partner_id, "MQL")])
        lead.need_id = False
        self.env.flush_all()
        lead.need_id = self.urgent
        self.send_alerts()
        self.assertEqual(len(self.get_notified(lead)), 1)
        lead.city = "Bonn"
        self.send_alerts()
        self.assertEqual(self.get_notified(lead)[1:], [(self.rep.partner_id, "Hot")])

    def test_without_a_salesperson_the_team_leader_is_notified(self):
        self.team.user_id = self.manager
        lead = self.create_lead(user_id=False, need_id=self.urgent.id)
        self.send_alerts()
        self.assertEqual(self.get_notified(lead), [(self.manager.partner_id, "MQL")])

    def test_falling_and_publishing_notify_nobody(self):
        lead = self.create_lead(city="Bonn")
        model = self.create_model("More", city_points=100)
        model.with_user(self.manager).action_publish()
        self.run_cron()
        self.assertEqual(lead.lead_temperature, "hot")
        lead.city = "Köln"
        self.send_alerts()
        self.assertEqual(self.get_notified(lead), [])

    # --- versions
    def test_review_shows_what_publishing_changes_and_a_version_is_restored(self):
        bonn = self.create_lead(city="Bonn")
        other = self.create_lead(need_id=self.urgent.id)
        self.env.flush_all()
        draft = (
            self.env["crm.lead.score.model"]
            .with_user(self.manager)
            .browse(self.model.action_edit_as_draft()["res_id"])
        )
        rule = draft.criterion_ids.rule_ids.filtered(lambda r: r.name == "Bonn")
        rule.points = 70
        review = draft.env["crm.lead.score.review"].create({"model_id": draft.id})
        line = review.lead_ids.filtered(lambda line: line.lead_id == bonn)
        self.assertEqual((line.score_before, line.score_after), (20, 70))
        self.assertEqual(line.temperature_after, "hot")
        self.assertNotIn(other, review.lead_ids.lead_id)
        self.assertEqual(bonn.lead_score, 20)
        self.assertIn("Too little history", review.back_test)
        self.assertIn("Too little history", review.suggestions)
        self.assertIn("+20", draft.differences)
        self.assertIn("+70", draft.differences)
        review.action_publish()
        self.assertEqual(self.model.state, "archived")
        self.assertTrue(draft.update_pending)
        self.run_cron()
        self.assertFalse(draft.update_pending)
        self.assertEqual(draft.update_done, draft.update_total)
        self.assertEqual(bonn.lead_score, 70)
        self.model.with_user(self.manager).action_publish()
        self.run_cron()
        self.assertEqual(bonn.lead_score, 20)
        self.assertEqual(draft.state, "archived")

    def test_a_touchpoint_type_that_changes_updates_the_leads(self):
        lead = self.create_lead()
        lead.touchpoint_ids = [Command.create({"type_id": self.call.id})]
        self.run_cron()
        self.call.with_user(self.manager).points = 10
        self.assertTrue(self.model.update_pending)
        self.run_cron()
        self.assertEqual(lead.lead_score, 10)

    # --- back-test
    def _create_decided(self, count, is_won, rated):
        leads = self.env["crm.lead"].create(
            [
                {
                    "name": f"Decided {n}",
                    "type": "opportunity",
                    "need_id": self.urgent.id if n < rated else False,
                }
                for n in range(count)
            ]
        )
        self.env.flush_all()
        with freeze_time(fields.Datetime.now() + timedelta(minutes=1)):
            if is_won:
                leads.action_set_won()
            else:
                leads.action_set_lost()
            self.env.flush_all()
        return leads

    def test_back_test_knows_only_what_was_known_at_the_decision(self):
        with freeze_time(fields.Datetime.now() + timedelta(minutes=1)):
            won = self._create_decided(50, True, 40)
            lost = self._create_decided(50, False, 10)
        figures = self.model._get_back_test()
        self.assertTrue(figures["is_enough"])
        self.assertEqual((figures["won"], figures["lost"]), (50, 50))
        self.assertAlmostEqual(figures["auc"], 0.8)
        self.assertEqual(figures["thresholds"]["MQL"], (40, 0.8, 0.8))
        self.assertEqual(figures["thresholds"]["SQL"], (60, None, 0.0))
        self.assertEqual(len(figures["lift"]), 10)
        self.assertAlmostEqual(figures["lift"][0][3], 1.6)
        self.env["res.lang"]._activate_lang("de_DE")
        review = self.env["crm.lead.score.review"].create({"model_id": self.model.id})
        self.assertIn("0,80", review.with_context(lang="de_DE").back_test)
        self.assertIn("0.80", review.with_context(lang="en_US").back_test)
        # what becomes known later changes nothing
        with freeze_time(fields.Datetime.now() + timedelta(minutes=9)):
            lost.need_id = self.urgent
            won.need_id = False
            self.env.flush_all()
            won[0].touchpoint_ids = [
                Command.create({"type_id": self.call.id, "date": won[0].create_date})
            ]
            self.env.flush_all()
            self.env.cr.execute(
                SQL(
                    "UPDATE crm_lead_touchpoint SET create_date = %s"
                    " WHERE lead_id = %s",
                    fields.Datetime.now(),
                    won[0].id,
                )
            )
        self.assertEqual(self.model._get_back_test(), figures)

    def test_suggestions_are_shown_beside_the_points_and_change_nothing(self):
        with freeze_time(fields.Datetime.now() + timedelta(minutes=1)):
            for _n in range(10):
                self._create_decided(10, True, 8)
                self._create_decided(10, False, 2)
        found = self.model._get_suggestions()
        (need,) = [r for r in found["rules"] if r["rule"].option_ref == self.urgent]
        self.assertEqual((need["leads"], need["points"]), (100, 45))
        self.assertAlmostEqual(need["share_with"], 0.8)
        self.assertAlmostEqual(need["share_without"], 0.2)
        self.assertGreater(need["suggested"], 45)
        self.assertAlmostEqual(found["auc_suggested"], 0.8, 1)
        self.assertEqual(self.model.criterion_ids.rule_ids[0].points, 45)

    def test_40_won_and_40_lost_are_needed(self):
        with freeze_time(fields.Datetime.now() + timedelta(minutes=1)):
            self._create_decided(40, True, 20)
            self._create_decided(39, False, 20)
        self.assertFalse(self.model._get_back_test()["is_enough"])
        self.assertEqual(self.model._get_suggestions(), {})

    def test_ratings_are_offered_to_predictive_scoring_and_the_score_is_not(self):
        offered = self.env["crm.lead.scoring.frequency.field"].search(
            [("field_id", "!=", False)]
        )
        names = set(offered.field_id.mapped("name"))
        self.assertLessEqual({"need_id", "influence_id", "volume_id"}, names)
        self.assertNotIn("lead_score", names)


@tagged("post_install", "-at_install")
class TestScoreRpc(ScoreCommon, HttpCase):
    def test_a_rep_creates_and_writes_by_rpc_and_the_score_follows(self):
        self.authenticate("energy_rep", "energy_rep")
        values = {"name": "By RPC", "type": "lead", "user_id": self.rep.id}
        lead_id = self._call("create", [{**values, "city": "Bonn"}])[0]
        self.assertEqual(self._read(lead_id), (20, "cold"))
        self._call("write", [lead_id], {"need_id": self.urgent.id})
        self.assertEqual(self._read(lead_id), (65, "hot"))
        # the score is computed: what a client says of it does not count
        self._call("write", [lead_id], {"lead_score": 3, "city": "Köln"})
        self.assertEqual(self._read(lead_id), (45, "warm"))
        said = {"lead_score": 99, "lead_temperature": "hot", "lead_fit_score": 99.0}
        rows = self.env["crm.lead"].browse(lead_id).lead_score_log_ids
        self._call("write", [lead_id], {"lead_score": 99})
        self._call("write", [lead_id], said)
        self.assertEqual(self._read(lead_id), (45, "warm"))
        self.env.invalidate_all()
        self.assertEqual(self.env["crm.lead"].browse(lead_id).lead_score_log_ids, rows)
        lead_id = self._call("create", [{**values, **said, "city": "Bonn"}])[0]
        self.assertEqual(self._read(lead_id), (20, "cold"))
        lead_id = self._call(
            "create", [values], context={f"default_{n}": v for n, v in said.items()}
        )[0]
        self.assertEqual(self._read(lead_id), (0, "cold"))
        lead_id = self._call("load", ["name", "lead_score"], [["A", "77"]])["ids"][0]
        self.assertEqual(self._read(lead_id), (0, "cold"))

    def test_a_context_by_rpc_opens_no_door(self):
        self.authenticate("energy_rep", "energy_rep")
        lead = self.create_lead()
        self._call(
            "write",
            lead.ids,
            {"qualification": "sql"},
            context={"lead_score_update": True},
        )
        self.env.invalidate_all()
        self.assertTrue(lead.qualification_is_manual)
        self.authenticate("energy_manager", "energy_manager")
        with (
            self.assertRaisesRegex(JsonRpcException, "UserError"),
            mute_logger("odoo.http"),
        ):
            self._call(
                "write",
                self.model.ids,
                {"hot_from": 99},
                model="crm.lead.score.model",
                context={"score_model_publishing": True},
            )
        self._call(
            "action_publish", self.model.copy().ids, model="crm.lead.score.model"
        )
        self.env.invalidate_all()
        model = self.model._get_published_model()
        self.assertNotEqual(model, self.model)
        self.assertEqual(model.published_uid, self.manager)
        self.authenticate("energy_rep", "energy_rep")
        with (
            self.assertRaisesRegex(JsonRpcException, "AccessError"),
            mute_logger("odoo.http"),
        ):
            self._call("action_publish", self.model.ids, model="crm.lead.score.model")

    def _call(self, method, *args, model="crm.lead", context=None):
        kwargs = {"context": context or {}}
        params = {"model": model, "method": method, "args": args, "kwargs": kwargs}
        url = f"/web/dataset/call_kw/{model}/{method}"
        return self.make_jsonrpc_request(url, params)

    def _read(self, lead_id):
        found = self._call("read", [lead_id], ["lead_score", "lead_temperature"])
        return found[0]["lead_score"], found[0]["lead_temperature"]


@tagged("post_install", "-at_install")
class TestScoreWidgets(HootCase):
    def test_badge_trend_card_and_editor(self):
        self.run_hoot("lead_score")
