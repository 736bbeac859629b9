from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from ...models.score import crm_lead_update
from ...tools.score import conditions, specification
from .test_score import ScoreCommon

ADDRESS = "someone@gmail.com"


@tagged("post_install", "-at_install")
class TestScoreEdges(ScoreCommon):
    def publish(self, *domains, points=20):
        """Publish a model that gives points for each of the conditions."""
        model = self.env["crm.lead.score.model"].create(
            {
                "name": "Conditions",
                "criterion_ids": [
                    Command.create(
                        {
                            "name": "Conditions",
                            "code": "conditions",
                            "minimum": -100,
                            "rule_ids": [
                                Command.create(
                                    {"name": domain, "domain": domain, "points": points}
                                )
                                for domain in domains
                            ],
                        }
                    )
                ],
            }
        )
        model.with_user(self.manager).action_publish()
        return model

    def change_by_sql(self, lead, name, value):
        self.env.flush_all()
        self.env.cr.execute(
            f"UPDATE crm_lead SET {name} = %s WHERE id = %s", [value, lead.id]
        )
        self.env.invalidate_all()

    # --- back-test
    def get_facts(self, model, created, closed):
        """Return how many conditions a won lead is known to have met before."""
        with freeze_time(created):
            lead = self.create_lead(type="opportunity")
            self.env.flush_all()
            self.run_cron()
        with freeze_time(closed):
            lead.action_set_won()
            self.env.flush_all()
        (decided,) = (found for found in model._get_decided_leads() if found["is_won"])
        return len(decided["facts"])

    def test_the_save_that_wins_a_lead_is_not_known_before(self):
        self.env["crm.lead"].search([("won_status", "!=", "pending")]).unlink()
        model = self.publish("[('stage_id.is_won', '=', True)]")
        now = fields.Datetime.now()
        self.assertEqual(self.get_facts(model, now, now + timedelta(minutes=1)), 0)

    def test_a_lead_is_as_inactive_as_it_was_before_it_was_won(self):
        self.env["crm.lead"].search([("won_status", "!=", "pending")]).unlink()
        rule = self.env.ref("lead_energy.score_rule_inactivity_60")
        # points that move the score: else there is no history to look at
        model = self.publish(rule.domain, points=10)
        day = fields.Datetime.now()
        with freeze_time(day - timedelta(90)):
            lead = self.create_lead(type="opportunity")
            self.env.flush_all()
        self.change_by_sql(lead, "create_date", day - timedelta(90))
        self.change_by_sql(lead, "lead_status_date", day - timedelta(90))
        with freeze_time(day - timedelta(2)):
            self.run_cron()  # what publishing asked for
        with freeze_time(day):
            lead.action_set_won()
            self.env.flush_all()
        (decided,) = (found for found in model._get_decided_leads() if found["is_won"])
        self.assertEqual(len(decided["facts"]), 1)

    # --- history
    def test_other_reasons_for_the_same_score_are_history(self):
        self.create_model("Even", need_points=20).action_publish()
        lead = self.create_lead(city="Bonn")
        self.env.flush_all()
        lead.write({"city": False, "need_id": self.urgent.id})
        self.env.flush_all()
        self.assertEqual(self.get_reasons(lead)[1:], ["rating"])
        row = lead.lead_score_log_ids[0]
        self.assertEqual((row.score_from, row.score_to), (20, 20))
        self.assertEqual(row.lines, lead.lead_score_lines)
        self.assertIn("Urgent Need", row.details)
        # and when all leads are scored again
        self.change_by_sql(lead, "city", "Bonn")
        self.change_by_sql(lead, "need_id", None)
        self.run_cron()
        self.assertEqual(self.get_reasons(lead)[2:], ["model"])
        self.assertIn("Bonn", lead.lead_score_log_ids[0].details)

    # --- custom fields
    def create_field(self):
        return self.env["ir.model.fields"].create(
            {
                "model_id": self.env["ir.model"]._get_id("crm.lead"),
                "name": "x_roof",
                "field_description": "Roof",
                "ttype": "char",
            }
        )

    def test_a_custom_field_that_a_rule_asks_for_can_be_deleted(self):
        field = self.create_field()
        model = self.publish("[('x_roof', '=', 'flat')]", "[('city', '=', 'Bonn')]")
        lead = self.create_lead(x_roof="flat")
        self.assertEqual(lead.lead_score, 20)
        self.run_cron()
        field.unlink()
        self.assertIn("x_roof", model.problems)
        lead = self.env["crm.lead"].with_user(self.rep).browse(lead.id)
        lead.city = "Bonn"
        self.assertEqual(lead.lead_score, 20)
        self.assertEqual(self.create_lead(city="Bonn").lead_score, 20)
        lead.city = "Köln"
        self.run_cron()
        self.assertEqual(lead.lead_score, 0)
        self.assertEqual(
            model.activity_ids.mapped("summary"), ["Score rules are skipped"]
        )

    def test_who_looks_after_the_model_is_told_in_the_own_language(self):
        self.env["res.lang"]._activate_lang("de_DE")
        field = self.create_field()
        model = self.publish("[('x_roof', '=', 'flat')]")
        keeper = model._get_keeper()
        keeper.lang = "de_DE"
        self.create_lead()
        self.run_cron()
        field.unlink()
        for _run in range(2):
            self.create_lead()
            self.run_cron()
        german = model.with_context(lang="de_DE")
        self.assertRecordValues(
            model.activity_ids,
            [{"summary": german._get_flag(), "user_id": keeper.id}],
        )
        self.assertNotEqual(german._get_flag(), model._get_flag())
        self.assertNotEqual(german.problems, model.with_context(lang=None).problems)
        self.assertIn(german.problems.split(":")[-1][:20], model.activity_ids.note)

    def test_a_custom_field_that_a_rule_asks_for_can_be_renamed(self):
        field = self.create_field()
        model = self.publish("[('x_roof', '=', 'flat')]")
        lead = self.create_lead(x_roof="flat")
        self.run_cron()
        self.assertEqual(lead.lead_score, 20)
        field.name = "x_roofing"
        self.assertIn("x_roof", model.problems)
        self.assertEqual(self.create_lead(x_roofing="flat").lead_score, 0)
        self.run_cron()
        self.assertEqual(lead.lead_score, 0)

    # --- published models
    def test_nothing_is_moved_into_a_published_model(self):
        draft = self.create_model("Draft").with_user(self.manager)
        rule = draft.criterion_ids[1].rule_ids[0]
        with self.assertRaisesRegex(UserError, "not a draft"):
            rule.criterion_id = self.model.criterion_ids[1]
        with self.assertRaisesRegex(UserError, "not a draft"):
            draft.criterion_ids[1].write({"code": "x", "model_id": self.model.id})

    # --- what no watched write tells of
    def test_a_deleted_option_takes_its_points(self):
        for model, name in (
            ("utm.source", "source_id"),
            ("res.partner.industry", "industry_id"),
        ):
            with self.subTest(name):
                option = self.env[model].create({"name": "Gone"})
                self.publish(f"[('{name}', '!=', False)]", points=70)
                lead = self.create_lead(user=self.other_rep, **{name: option.id})
                archived = self.create_lead(active=False, **{name: option.id})
                self.assertEqual(lead.lead_temperature, "hot")
                # as when the addon that brought it is uninstalled
                option.with_context(_force_unlink=True).unlink()
                leads = self.env["crm.lead"].browse((lead.id, archived.id))
                self.assertEqual(leads.mapped("lead_score"), [0, 0])
                self.assertEqual(set(leads.mapped("lead_temperature")), {"cold"})
                self.assertEqual(set(leads.mapped("qualification")), {"lead"})
                self.env.flush_all()
                self.assertEqual(leads[0].lead_score_log_ids[0].score_to, 0)

    def test_the_daily_run_sees_what_odoo_predicts(self):
        self.publish("[('automated_probability', '>', 50)]")
        lead = self.create_lead()
        self.run_cron()
        self.change_by_sql(lead, "automated_probability", 90)
        self.run_cron()
        self.assertEqual(lead.lead_score, 20)
        self.assertEqual(self.get_reasons(lead)[-1], "time")

    def test_all_leads_are_scored_again_every_week(self):
        now = fields.Datetime.now()
        with freeze_time(now):
            lead = self.create_lead()
            self.run_cron()  # what publishing asked for
        self.assertEqual(self.model.update_date, now)
        self.change_by_sql(lead, "city", "Bonn")
        with freeze_time(now + timedelta(6)):
            self.run_cron()
            self.assertFalse(self.model.update_pending)
            self.assertEqual(lead.lead_score, 0)
        with freeze_time(now + timedelta(7)):
            self.run_cron()
            self.assertTrue(self.model.update_pending)
            self.run_cron()
        self.assertEqual(lead.lead_score, 20)
        self.assertFalse(self.model.update_pending)

    def test_a_change_during_the_update_of_all_leads_is_not_lost(self):
        leads = self.env["crm.lead"].concat(*(self.create_lead() for _n in range(4)))
        leads.touchpoint_ids.create(
            [{"lead_id": lead.id, "type_id": self.call.id} for lead in leads]
        )
        self.env.flush_all()
        update = type(leads)._try_update_scores
        done = []

        def change_meanwhile(leads_, ids, reason):
            done.append(ids)
            if len(done) == 2:
                self.call.points = 10
            return update(leads_, ids, reason)

        sizes = ("BATCH_SIZE", "SMALLEST_BATCH", "LARGEST_BATCH")
        with (
            patch.multiple(crm_lead_update, **dict.fromkeys(sizes, 1)),
            patch.object(type(leads), "_try_update_scores", change_meanwhile),
        ):
            self.run_cron()
            self.assertTrue(self.model.update_pending)
            self.assertEqual(self.model.update_last_id, 0)
            self.assertEqual(len(done), 2)
        self.run_cron()
        self.assertEqual(leads.mapped("lead_score"), [10] * 4)
        self.assertFalse(self.model.update_pending)

    # --- range
    def test_the_range_minds_conditions_on_the_missing_rating(self):
        self.env.ref("lead_energy.score_model").action_publish()
        references = {
            "company_size_id": "company_size_micro",
            "need_id": "need_year",
            "volume_id": "volume_xs",
        }
        ratings = {
            name: self.env.ref(f"lead_energy.{xmlid}").id
            for name, xmlid in references.items()
        }
        ratings["industry_id"] = self.env.ref("base.res_partner_industry_C").id
        ratings["source_id"] = self.env.ref("utm.utm_source_referral").id
        lead = self.create_lead(email_from=ADDRESS, **ratings)
        reached = []
        options = self.env["crm.lead.rating"].search([("kind", "=", "influence")])
        found = lead.with_user(self.rep).lead_score_details["range"]
        for option in [False, *options.ids]:
            lead.influence_id = option
            reached.append(lead.lead_score)
        lead.influence_id = False
        self.assertEqual(
            (found["minimum"], found["maximum"]), (min(reached), max(reached))
        )
        decided = lead.lead_score + 20
        self.assertEqual(found["maximum"], decided - 5)
        # the same for what is being typed in
        form = (
            self.env["crm.lead"]
            .with_user(self.rep)
            .new({"name": "Typed", "email_from": ADDRESS, **ratings})
        )
        self.assertEqual(form.lead_score_details["range"]["maximum"], decided - 5)
        lead.email_from = "someone@amsel-solar.example"
        self.assertEqual(lead.lead_score_details["range"]["maximum"], decided)

    def test_the_range_minds_exclusions_on_the_missing_rating(self):
        model = self.create_model("Excluding")
        condition = f"[('need_id', '=', {self.urgent.id})]"
        model.exclusion_ids = [Command.create({"name": "No", "domain": condition})]
        model.action_publish()
        lead = self.create_lead(city="Bonn")
        found = lead.lead_score_details["range"]
        self.assertEqual((found["minimum"], found["maximum"]), (0, 20))

    # --- watched
    def test_a_relation_that_is_asked_whole_is_watched(self):
        self.publish("[('touchpoint_ids', 'any', [])]")
        lead = self.create_lead()
        self.assertEqual(lead.lead_score, 0)
        lead.touchpoint_ids = [Command.create({"type_id": self.call.id})]
        self.assertEqual(lead.lead_score, 20)

    def test_a_model_that_asks_for_nothing_computes_new_leads(self):
        self.publish("[('id', '!=', False)]")
        self.assertEqual(self.create_lead().lead_score, 20)

    def test_options_are_looked_up_in_one_query_for_each_kind(self):
        def count(points):
            model = self.env["crm.lead.score.model"].create({"name": "Options"})
            options = self.env["crm.lead.rating"].search([("kind", "=", "volume")])
            model.criterion_ids = [
                Command.create(
                    {
                        "name": "Volume",
                        "code": "volume",
                        "rating_field": "volume_id",
                        "rule_ids": [
                            Command.create(
                                {
                                    "option_ref": f"{option._name},{option.id}",
                                    "points": number,
                                }
                            )
                            for number, option in zip(points, options, strict=False)
                        ],
                    }
                )
            ]
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            spec = model._get_spec()
            self.assertEqual(len(spec.criteria[0].rules), len(points))
            return self.env.cr.sql_log_count - before

        self.assertEqual(count(range(1, 6)), count([1]))

    # --- people
    def test_a_qualification_by_hand_alerts_nobody(self):
        lead = self.create_lead()
        self.env.flush_all()
        alerts = self.env["crm.lead.score.alert"]
        lead.with_user(self.rep).qualification = "sql"
        self.env.flush_all()
        self.assertFalse(alerts.search([("lead_id", "=", lead.id)]))
        lead.qualification_is_manual = False
        self.env.flush_all()
        lead.need_id = self.urgent
        self.env.flush_all()
        self.assertEqual(
            alerts.search([("lead_id", "=", lead.id)]).mapped("threshold"), ["mql"]
        )

    def test_a_touchpoint_is_not_moved_onto_a_lead_of_somebody_else(self):
        mine = self.create_lead()
        other = self.create_lead(user=self.other_rep)
        touchpoint = self.env["crm.lead.touchpoint"].with_user(self.rep)
        touchpoint = touchpoint.create({"lead_id": mine.id, "type_id": self.call.id})
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            touchpoint.lead_id = other.id
        touchpoint.lead_id = self.create_lead()

    def test_the_review_counts_without_reading_the_leads(self):
        self.create_lead(city="Bonn")
        review = self.env["crm.lead.score.review"]
        review = review.create({"model_id": self.create_model("x", city_points=70).id})
        self.assertGreater(review.change_count, 0)
        self.assertEqual(review.change_count, len(review.lead_ids))
        view = review.get_view(view_type="form")["arch"]
        self.assertNotIn("lead_ids", view)

    def test_predicted_fields_are_the_ones_that_move(self):
        leads = self.env["crm.lead.score.model"]._get_leads()
        for domain, is_moved in (
            ("[('probability', '>', 50)]", True),
            ("[('automated_probability', '>', 50)]", True),
            ("[('expected_revenue', '>', 50)]", False),
        ):
            rule = specification.Rule(1, 0, domain, 1)
            self.assertEqual(conditions.is_moved_by_time(leads, rule), is_moved)
