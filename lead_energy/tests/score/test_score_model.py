from datetime import timedelta
from unittest.mock import patch

from psycopg2.errors import LockNotAvailable

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, new_test_user, tagged

from ...models.score import crm_lead_score_alert
from .test_score import ScoreCommon, _no_commit


@tagged("post_install", "-at_install")
class TestScoreModel(ScoreCommon):
    """What a manager does with a score model, and what it must not tell or lose."""

    def create_rule(self, domain, user=None, **values):
        draft = self.create_model("Draft").with_user(user or self.manager)
        return draft.criterion_ids[1].rule_ids.create(
            {
                "criterion_id": draft.criterion_ids[1].id,
                "name": domain,
                "domain": domain,
                "points": 5,
                **values,
            }
        )

    def create_hidden_lead(self, **values):
        """Create a lead of a company that the manager does not work for."""
        company = self.env["res.company"].create({"name": "Second"})
        team = self.env["crm.team"].create({"name": "T", "company_id": company.id})
        lead = self.env["crm.lead"].create(
            {"name": "Secret", "user_id": False, "team_id": team.id, **values}
        )
        self.assertEqual(lead.company_id, company)
        return lead

    def publish(self, domain):
        rule = self.create_rule(domain)
        rule.criterion_id.model_id.action_publish()
        return rule

    # --- comparison
    def get_differences(self, **criterion_values):
        draft = self.model.copy()
        draft.criterion_ids[1].write(criterion_values)
        return draft._get_differences(self.model)

    def test_a_comparison_tells_every_difference_of_a_criterion(self):
        self.assertEqual(self.get_differences(), [])
        for values in (
            {"dimension": "engagement"},
            {"name": "Town"},
            {"minimum": -3},
            {"maximum": 33},
        ):
            with self.subTest(values):
                self.assertEqual(len(self.get_differences(**values)), 1)
        draft = self.model.copy()
        draft.criterion_ids[0].rule_ids.unlink()
        draft.criterion_ids[0].rating_field = "volume_id"
        found = [now for _label, _was, now in draft._get_differences(self.model)]
        self.assertIn("Need · Fit · Volume · 0 … 100", found)

    def test_a_comparison_tells_rules_with_one_condition_apart(self):
        draft = self.model.copy()
        bonn = draft.criterion_ids[1].rule_ids[0]
        bonn.copy({"name": "Bonn again", "points": 3})
        ((label, before, now),) = draft._get_differences(self.model)
        self.assertEqual((label, before), ("Place: Bonn again", None))
        self.assertIn("+3", now)
        bonn.name = "The town of Bonn"
        self.assertEqual(len(draft._get_differences(self.model)), 2)

    # --- what a condition may ask for
    def test_only_what_is_stored_is_asked_for(self):
        leads = self.env["crm.lead"]
        refused = set(self.env["crm.lead.score.rule"].get_refused_fields())
        computed = {
            name
            for name, field in leads._fields.items()
            if not field.store and not field.related
        }
        self.assertLessEqual({"quick_search", "activity_state"}, computed)
        self.assertLessEqual(computed, refused)
        for domain in (
            "[('quick_search', 'ilike', 'x')]",
            "[('activity_user_id', '=', 1)]",
            "[('activity_date_deadline', '<', 'today')]",
            "[('is_blacklisted', '=', True)]",
            # a user has it of the partner, who computes it
            "[('user_id.is_blacklisted', '=', True)]",
        ):
            with (
                self.subTest(domain),
                self.assertRaisesRegex(ValidationError, "stored"),
            ):
                self.create_rule(domain)
        # what is stored with the partner of a user is no problem
        self.assertFalse(self.create_rule("[('user_id.city', '=', 'Bonn')]").problem)

    def test_a_pattern_that_fits_every_text_is_refused(self):
        for value in ("%", "%%"):
            for operator in ("ilike", "like", "=like", "not =ilike"):
                domain = str([("city", operator, value)])
                with self.subTest(domain), self.assertRaisesRegex(UserError, "is set"):
                    self.create_rule(domain)
        self.assertTrue(self.create_rule("[('city', '=like', 'B%')]"))

    def test_what_the_database_refuses_is_told_and_breaks_no_form(self):
        draft = self.create_model("Draft").with_user(self.manager)
        good, bad = draft.criterion_ids[1].rule_ids
        bad.flush_recordset()
        self.env.cr.execute(
            "UPDATE crm_lead_score_rule SET domain = %s WHERE id = %s",
            [r"[('city', '=', 'B\x00')]", bad.id],
        )
        self.env.invalidate_all()
        self.create_lead(user=self.manager, city="Bonn")
        self.assertIn("NUL", bad.hint)
        self.assertEqual((good.match_count, bad.match_count), (1, 0))
        self.assertTrue(self.env["crm.lead"].search_count([]))

    def test_rules_ask_for_what_every_manager_may_read(self):
        # a field that nobody may read, and one of people with other rights
        for path in ("user_id.totp_last_counter", "user_id.partner_id.signup_type"):
            domain = str([(path, "=", "x")])
            with (
                self.subTest(path),
                self.assertRaisesRegex(ValidationError, "may not be read"),
            ):
                self.create_rule(domain, user=self.env.ref("base.user_admin"))
        with self.assertRaisesRegex(ValidationError, "may not be read"):
            self.create_rule("[('message_ids.mail_ids.state', '=', 'sent')]")

    def test_rules_do_not_ask_for_records_that_are_hidden_from_managers(self):
        for domain in (
            [("calendar_event_ids.name", "ilike", "salary")],
            [("calendar_event_ids", "any", [("privacy", "=", "private")])],
            [("partner_id.meeting_ids.name", "ilike", "salary")],
            [("user_id.res_users_settings_ids.id", ">", 0)],
            [("create_uid.res_users_settings_ids", "any", [("id", ">", 0)])],
        ):
            with (
                self.subTest(domain),
                self.assertRaisesRegex(ValidationError, "may not be read"),
                self.env.cr.savepoint(),
            ):
                self.create_rule(str(domain))
        for domain in (
            [("calendar_event_ids", "!=", False)],
            [("touchpoint_ids.note", "ilike", "fair")],
            [("partner_id.country_id.code", "=", "DE")],
            [("team_id.name", "=", "Sales")],
        ):
            with self.subTest(domain):
                self.assertFalse(self.create_rule(str(domain)).problem)

    def test_a_record_rule_that_hides_something_from_managers_counts(self):
        allowed = self.create_rule("[('tag_ids.name', '=', 'x')]")
        self.assertFalse(allowed.problem)
        group = self.env.ref("sales_team.group_sale_manager")
        other = self.env.ref("base.group_portal")
        rules = self.env["ir.rule"].create(
            [
                {
                    "name": domain,
                    "model_id": self.env["ir.model"]._get_id("crm.tag"),
                    "domain_force": domain,
                    "groups": groups.ids,
                    "active": False,
                }
                for domain, groups in (
                    ("[('create_uid', '=', user.id)]", group),
                    ("[(1, '=', 1)]", group),
                    ("[('color', '=', 3)]", group.browse()),
                    ("[('id', 'in', company_ids)]", group.browse()),
                    ("[('create_uid', '=', user.id)]", other),
                )
            ]
        )
        own, everything, global_, company, portal = rules
        for active, is_hidden in (
            (own, True),
            (own | everything, False),
            (global_, True),
            (global_ | everything, True),
            (company, False),
            (portal, False),
        ):
            with self.subTest(active.mapped("name")):
                rules.active = False
                active.active = True
                allowed.invalidate_recordset()
                self.assertEqual(bool(allowed.problem), is_hidden)

    def test_a_trial_tells_nothing_that_is_hidden_from_managers(self):
        rule = self.create_rule("[('city', '=', 'Bonn')]", name="Private")
        meeting = {
            "name": "Salary",
            "privacy": "private",
            "start": "2030-01-01 10:00:00",
            "stop": "2030-01-01 11:00:00",
        }
        lead = self.create_lead(calendar_event_ids=[Command.create(meeting)])
        rule.flush_recordset()
        self.env.cr.execute(
            "UPDATE crm_lead_score_rule SET domain = %s WHERE id = %s",
            ["[('calendar_event_ids.name', 'ilike', 'salary')]", rule.id],
        )
        self.env.invalidate_all()
        draft = rule.criterion_id.model_id
        self.assertEqual(draft._try_on(lead), (0, []))

    def test_a_lock_is_no_problem_of_a_condition(self):
        rule = self.create_rule("[('city', '=', 'Bonn')]")

        def is_locked(*_args, **_kwargs):
            raise LockNotAvailable

        # Odoo tries the whole transaction again, if it hears of it
        self.patch(type(rule), "_find_user_problem", is_locked)
        with self.assertRaises(LockNotAvailable):
            rule._find_problem()
        self.patch(type(self.env), "execute_query", is_locked)
        with self.assertRaises(LockNotAvailable):
            rule._find_database_problem()
        with self.assertRaises(LockNotAvailable):
            rule._count_matches(rule._get_readable_leads())

    def test_a_count_tells_nothing_of_another_company(self):
        lead = self.create_hidden_lead(city="Zzq", type="opportunity")
        company = lead.company_id
        partner = self.env["res.partner"].create({"name": "Shared"})
        mine = self.create_lead(user=self.manager, partner_id=partner.id)
        lead.partner_id = partner
        lead.partner_name = "Secret"
        rule = self.create_rule("[('city', '=like', 'Zz%')]")
        self.assertEqual(rule.with_user(self.manager).match_count, 0)
        # nor does the score of a lead of mine, by what both have
        through = [
            ("id", "=", mine.id),
            ("partner_id.opportunity_ids.city", "=", "Zzq"),
        ]
        within = [("partner_id.opportunity_ids", "any", [("city", "=", "Zzq")])]
        for domain in (through, within):
            with (
                self.subTest(domain),
                self.assertRaisesRegex(ValidationError, "another company"),
            ):
                self.create_rule(str(domain))
        self.manager.company_ids += company
        self.env.invalidate_all()
        self.assertEqual(rule.with_user(self.manager).match_count, 1)

    def test_a_default_of_companies_scores_again(self):
        self.assertTrue(self.env["res.partner"]._fields["barcode"].company_dependent)
        self.publish("[('partner_id.barcode', '=', 'all')]")
        partner = self.env["res.partner"].create({"name": "Without"})
        lead = self.create_lead(user=self.manager, partner_id=partner.id)
        self.run_cron()
        self.assertEqual(lead.lead_score, 0)
        defaults = self.env["ir.default"]
        defaults.set("res.partner", "ref", "nobody asks for it")
        self.assertFalse(self.model._get_published_model().update_pending)
        defaults.set("res.partner", "barcode", "all")
        self.run_cron()
        self.assertEqual(lead.lead_score, 5)
        defaults.search([("field_id.name", "=", "barcode")]).unlink()
        self.run_cron()
        self.assertEqual(lead.lead_score, 0)

    # --- a model with what is gone
    def test_an_option_with_points_in_the_model_that_counts_stays(self):
        source = self.env["utm.source"].create({"name": "Own Fair"})
        industry = self.env["res.partner.industry"].create({"name": "Own Industry"})
        rating = self.env["crm.lead.rating"].create(
            {"name": "Own Need", "kind": "need"}
        )
        model = self.env["crm.lead.score.model"].create({"name": "Options"})
        model.criterion_ids = [
            Command.create(
                {
                    "name": name,
                    "code": name,
                    "rating_field": name,
                    "rule_ids": [
                        Command.create(
                            {"option_ref": f"{option._name},{option.id}", "points": 7}
                        )
                    ],
                }
            )
            for name, option in (
                ("source_id", source),
                ("industry_id", industry),
                ("need_id", rating),
            )
        ]
        model.action_publish()
        for option in (source, industry, rating):
            with (
                self.subTest(option._name),
                self.assertRaisesRegex(UserError, r"\+7 points.*Options"),
                self.env.cr.savepoint(),
            ):
                option.with_user(self.env.ref("base.user_admin")).unlink()
        self.model.action_publish()
        source.unlink()
        industry.unlink()
        rating.unlink()

    def test_an_administrator_deletes_unused_options(self):
        administrator = new_test_user(self.env, "energy_it", "base.group_system")
        for model in ("utm.source", "res.partner.industry"):
            option = self.env[model].create({"name": "Unused"})
            option.with_user(administrator).unlink()
            self.assertFalse(option.exists())

    def test_a_rule_of_a_copy_may_lack_only_the_options_that_its_model_lacks(self):
        draft = self.model.with_user(self.manager).copy()
        need = draft.criterion_ids[0]
        gone = f"crm.lead.rating,{self.urgent.id + 100000}"
        for option in (False, gone):
            with (
                self.subTest(option),
                self.assertRaisesRegex(ValidationError, "must name an option"),
                self.env.cr.savepoint(),
            ):
                need.rule_ids.create(
                    {"criterion_id": need.id, "option_ref": option, "points": 3}
                )
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_lead_score_rule SET option_ref = %s WHERE id = %s",
            [gone, self.model.criterion_ids[0].rule_ids.id],
        )
        self.env.invalidate_all()
        copy = self.model.with_user(self.manager).copy()
        copied = copy.criterion_ids[0].rule_ids
        self.assertTrue(copied.problem)
        copied.points = 7
        with self.assertRaisesRegex(ValidationError, "must name an option"):
            copied.create({"criterion_id": copied.criterion_id.id, "points": 3})

    def test_a_touchpoint_type_in_use_stays(self):
        lead = self.create_lead(user=self.other_rep)
        lead.touchpoint_ids = [Command.create({"type_id": self.call.id})]
        with (
            self.assertRaisesRegex(UserError, r"Call \(1\).*archive"),
            self.env.cr.savepoint(),
        ):
            self.call.with_user(self.manager).unlink()
        lead.touchpoint_ids.unlink()
        self.call.with_user(self.manager).unlink()

    def test_a_model_whose_option_or_field_is_gone_is_copied_and_repaired(self):
        rule = self.publish("[('city', '=', 'Kiel')]")
        model = rule.criterion_id.model_id
        source = self.env["utm.source"].create({"name": "Gone"})
        urgent = model.criterion_ids[0].rule_ids
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_lead_score_rule SET domain = %s WHERE id = %s",
            ["[('x_gone', '=', 1)]", rule.id],
        )
        self.env.cr.execute(
            "UPDATE crm_lead_score_rule SET option_ref = %s WHERE id = %s",
            [f"crm.lead.rating,{urgent.option_ref.id + 100000}", urgent.id],
        )
        source.unlink()
        self.env.invalidate_all()
        self.env.registry.clear_cache()
        draft = model.with_user(self.manager).action_edit_as_draft()["res_id"]
        draft = model.with_user(self.manager).browse(draft)
        self.assertIn("x_gone", draft.problems)
        self.assertIn("deleted", draft.problems)
        self.assertEqual(draft.criterion_ids[0]._get_spec(()).rules, ())
        draft.criterion_ids[0].rule_ids.option_ref = self.urgent
        broken = draft.criterion_ids[1].rule_ids.filtered("problem")
        broken.domain = "[('city', '=', 'Kiel')]"
        self.assertFalse(draft.problems)
        draft.action_publish()
        self.assertEqual(self.create_lead(city="Kiel").lead_score, 5)

    # --- before publishing
    def test_drafts_are_named_by_the_number_of_their_version(self):
        models = self.env["crm.lead.score.model"].with_user(self.manager)
        number = models.search_count([])
        first = models.browse(
            models._get_published_model().action_edit_as_draft()["res_id"]
        )
        self.assertEqual(first.name, f"Version {number + 1}")
        first.name = f"Version {number + 3}"
        two = (first + first.origin_id).copy()
        self.assertEqual(
            two.mapped("name"), [f"Version {number + 2}", f"Version {number + 4}"]
        )
        self.assertEqual(first.copy({"name": "Winter"}).name, "Winter")

    def test_a_draft_is_tried_on_a_chosen_lead(self):
        lead = self.create_lead(city="Bonn", need_id=self.urgent.id)
        draft = self.model.with_user(self.manager).copy()
        draft.criterion_ids[1].rule_ids[0].points = 33
        review = draft.env["crm.lead.score.review"].create({"model_id": draft.id})
        with Form(review) as form:
            self.assertFalse(form.trial)
            form.trial_lead_id = lead.with_user(self.manager)
            self.assertIn("Place: Bonn", form.trial)
            self.assertIn("+20", form.trial)
            self.assertIn("+33", form.trial)
            self.assertIn(">78<", form.trial)
        self.assertEqual(lead.lead_score, 65)
        review.trial_lead_id = self.create_hidden_lead().id
        with self.assertRaises(AccessError):
            _trial = review.trial

    def test_publishing_writes_no_history_without_another_score(self):
        self.run_cron()
        same = self.create_lead(need_id=self.urgent.id)
        other = self.create_lead(city="Bonn")
        none = self.create_lead(city="Kiel")
        self.env.flush_all()
        draft = self.model.copy()
        bonn = draft.criterion_ids[1].rule_ids[0]
        bonn.points = 30
        for points in (4, -4):
            bonn.copy({"domain": "[('city', '=', 'Kiel')]", "points": points})
        draft.action_publish()
        self.run_cron()
        self.assertEqual(self.get_reasons(same), ["create"])
        self.assertEqual(self.get_reasons(other), ["create", "model"])
        self.assertEqual(len(none.lead_score_lines), 2)
        self.assertEqual(self.get_reasons(none), ["create"])
        rule = draft.criterion_ids[0].rule_ids
        self.assertEqual(same.lead_score_lines[0]["rule"], rule.id)

    # --- people
    def get_triggered(self):
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "!=", False)])
        return triggers.cron_id.ids

    def test_hot_and_mql_in_one_step_are_one_message(self):
        cron = self.env.ref("lead_energy.cron_send_score_alerts")
        self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]).unlink()
        self.env["crm.lead.score.alert"].search([("is_sent", "=", False)]).unlink()
        self.env.cr.precommit.clear()
        lead = self.create_lead()
        self.env.flush_all()
        lead.write({"need_id": self.urgent.id, "city": "Bonn"})
        self.env.flush_all()
        alerts = self.env["crm.lead.score.alert"].search([("lead_id", "=", lead.id)])
        self.assertEqual(set(alerts.mapped("threshold")), {"hot", "mql"})
        self.assertNotIn(cron.id, self.get_triggered())
        self.env.cr.precommit.run()
        self.assertIn(cron.id, self.get_triggered())
        # one message, also where a batch ends between the two
        self.patch(crm_lead_score_alert, "BATCH_SIZE", 1)
        with patch.object(self.registry["ir.cron"], "_commit_progress", _no_commit):
            self.env["crm.lead.score.alert"]._cron_send()
        messages = self.env["mail.message"].search(
            [("res_id", "=", lead.id), ("subject", "like", "has reached")]
        )
        self.assertEqual(len(messages), 1)
        self.assertIn("MQL, Hot", messages.subject)

    def test_a_year_after_publishing_its_review_is_planned_once(self):
        model = self.model.copy()
        start = fields.Datetime.now()
        with freeze_time(start):
            model.with_user(self.manager).action_publish()
            self.run_cron()
        summary = "Review the score model"
        with freeze_time(start + timedelta(30)):
            won = self.create_lead(need_id=self.urgent.id, type="opportunity")
            won.action_set_won()
            lost = self.create_lead(city="Bonn")
            lost.action_set_lost()
            self.env.flush_all()
        # what was decided before counts no more
        self.env.cr.execute(
            "UPDATE crm_lead SET date_closed = date_closed - interval '2 years'"
            " WHERE id NOT IN %s",
            [(won.id, lost.id)],
        )
        published = fields.Datetime.now() - timedelta(366)
        self.env.cr.execute(
            "UPDATE crm_lead_score_model SET published_date = %s WHERE id = %s",
            [published, model.id],
        )
        self.env.invalidate_all()
        model._remind_of_review()
        model._remind_of_review()
        activity = model.activity_ids.filtered(lambda a: a.summary == summary)
        self.assertEqual(len(activity), 1)
        self.assertEqual(activity.user_id, self.manager)
        won_score, lost_score = won.lead_score, lost.lead_score
        self.assertTrue(won_score and lost_score and won_score != lost_score)
        self.assertIn(
            f"1 leads were won, with a score of {won_score} on", activity.note
        )
        self.assertIn(f"and 1 lost, with {lost_score}.", activity.note)
        # and once more a year later
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_lead_score_model SET review_date = %s WHERE id = %s",
            [published, model.id],
        )
        self.env.invalidate_all()
        self.run_cron()
        again = model.activity_ids.filtered(lambda a: a.summary == summary)
        self.assertEqual(len(again), 2)

    def test_a_todo_of_the_model_goes_to_somebody_who_sees_it(self):
        gone = new_test_user(self.env, "energy_gone", "sales_team.group_sale_manager")
        managers = self.env.ref("sales_team.group_sale_manager").all_user_ids
        for publisher in (self.env.ref("base.user_root"), gone):
            model = self.model.copy()
            model.with_user(publisher).sudo().action_publish()
            self.assertEqual(model.published_uid, publisher)
            gone.active = False
            self.env.flush_all()
            self.env.cr.execute(
                "UPDATE crm_lead_score_model SET published_date = %s WHERE id = %s",
                [fields.Datetime.now() - timedelta(366), model.id],
            )
            self.env.cr.execute(
                "UPDATE crm_lead_score_rule SET domain = %s WHERE id = %s",
                ["[('x_gone', '=', 1)]", model.criterion_ids[1].rule_ids[0].id],
            )
            self.env.invalidate_all()
            model = self.env["crm.lead.score.model"]._get_leads().env[model._name]
            model = model._get_published_model()
            model._remind_of_review()
            model._flag_problems()
            self.assertEqual(len(model.activity_ids), 2)
            user = model.activity_ids.user_id
            self.assertEqual(len(user), 1)
            self.assertTrue(user.active)
            self.assertNotEqual(user, self.env.ref("base.user_root"))
            self.assertIn(user, managers)
            gone.active = True

    def test_the_team_leader_stands_in_for_an_archived_salesperson(self):
        self.team.user_id = self.manager
        for is_active, told in ((True, self.rep), (False, self.manager)):
            lead = self.create_lead()
            self.rep.active = is_active
            lead.write({"need_id": self.urgent.id, "city": "Bonn"})
            self.env.flush_all()
            alerts = self.env["crm.lead.score.alert"]
            alerts.search([("lead_id", "=", lead.id)])._send()
            message = self.env["mail.message"].search(
                [("res_id", "=", lead.id), ("subject", "like", "has reached")]
            )
            self.assertEqual(message.notified_partner_ids, told.partner_id)

    # --- objections
    def test_who_is_on_a_blacklist_is_excluded(self):
        self.env.ref("lead_energy.score_model").action_publish()
        lead = self.create_lead(
            email_from="Erika <erika@muster.example>",
            phone="+49 228 1234567",
            need_id=self.urgent.id,
        )
        other = self.create_lead(need_id=self.urgent.id, email_from="x@y.example")
        self.assertEqual(lead.lead_score, 25)
        blacklists = (
            (self.env["mail.blacklist"], "erika@muster.example"),
            (self.env["phone.blacklist"], "+492281234567"),
        )
        for blacklist, value in blacklists:
            with self.subTest(blacklist._name):
                entry = blacklist._add([value] if blacklist._name[0] == "p" else value)
                self.assertTrue(lead.has_objected)
                self.assertEqual((lead.lead_score, lead.lead_score_excluded), (0, True))
                self.assertIn("objected", lead.lead_score_explanation)
                self.assertLinesAddUp(lead)
                new = self.create_lead(email_from=lead.email_from, phone=lead.phone)
                self.assertTrue(new.lead_score_excluded)
                entry.active = False
                self.assertEqual(lead.lead_score, 25)
                entry.active = True
                self.assertEqual(lead.lead_score, 0)
                entry.unlink()
                self.assertEqual((lead.lead_score, lead.has_objected), (25, False))
        self.assertEqual(other.lead_score, 25)

    def test_a_blacklist_writes_only_leads_whose_answer_changes(self):
        leads = self.create_lead(email_from="x@y.example", phone="+49 228 1234567")
        leads |= self.create_lead(email_from="x@y.example")
        self.env["phone.blacklist"]._add(["+492281234567"])
        self.env.flush_all()
        self.assertEqual(leads.mapped("has_objected"), [True, False])
        self.env.cr.execute(
            "UPDATE crm_lead SET write_date = '2020-01-01', write_uid = %s"
            " WHERE id = ANY(%s)",
            [self.rep.id, leads.ids],
        )
        self.env.invalidate_all()
        entry = self.env["mail.blacklist"]._add("x@y.example")
        self.env.flush_all()
        self.assertEqual(leads.mapped("has_objected"), [True, True])
        self.assertEqual(leads[0].write_date.year, 2020)
        self.assertEqual(leads[0].write_uid, self.rep)
        self.assertNotEqual(leads[1].write_date.year, 2020)
        entry.unlink()
        self.assertEqual(leads.mapped("has_objected"), [True, False])
        self.env.flush_all()
        self.assertEqual(leads[0].write_date.year, 2020)

    def test_a_list_of_objections_costs_no_query_a_lead(self):
        def count(leads):
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            leads._compute_has_objected()
            return self.env.cr.sql_log_count - before

        leads = self.env["crm.lead"].create(
            [{"name": f"L{n}", "email_from": f"l{n}@x.example"} for n in range(20)]
        )
        self.assertEqual(count(leads[:1]), count(leads))

    # --- source
    def test_a_lead_of_the_website_has_a_source(self):
        website = self.env.ref("utm.utm_medium_website")
        source = self.env.ref("lead_energy.source_website")
        fair = self.env.ref("lead_energy.source_fair")
        self.assertEqual(self.create_lead(medium_id=website.id).source_id, source)
        lead = self.create_lead(medium_id=website.id, source_id=fair.id)
        self.assertEqual(lead.source_id, fair)
        self.assertFalse(self.create_lead().source_id)

    # --- suggestions
    def test_a_rule_may_give_0_points(self):
        rule = self.create_rule("[('city', '=', 'Kiel')]", points=0)
        self.assertEqual(rule.points, 0)

    def test_suggested_points_stay_within_their_bounds_which_cost_something(self):
        model = self.model.copy()
        need, place, *_others = model.criterion_ids
        # the need would have to take points away: its criterion cannot
        need.minimum = 0
        bonn = place.rule_ids[0]
        decided = [
            {
                "is_won": number % 4 < 2,
                "date": fields.Datetime.now() + timedelta(number),
                "facts": {need.rule_ids._get_fact()}
                if number % 4 >= 2
                else {bonn._get_fact()}
                if number % 4 == 0
                else set(),
            }
            for number in range(400)
        ]
        self.patch(type(model), "_get_decided_leads", lambda _self: decided)
        found = model._get_suggestions()
        by_rule = {r["rule"]: r["suggested"] for r in found["rules"]}
        for rule, points in by_rule.items():
            criterion = rule.criterion_id
            self.assertTrue(criterion.minimum <= points <= criterion.maximum)
        self.assertEqual(by_rule[need.rule_ids], 0)
        self.assertGreater(by_rule[bonn], 0)
        self.assertLess(found["auc_suggested"], found["auc_unbounded"] - 0.005)
        self.assertEqual(found["auc_unbounded"], 1)
        review = self.env["crm.lead.score.review"].create({"model_id": model.id})
        self.assertIn("The bounds of the criteria cost some of it", review.suggestions)

    def test_the_back_test_leaves_out_what_the_user_may_not_read(self):
        lead = self.create_hidden_lead(type="opportunity", need_id=self.urgent.id)
        self.env.flush_all()
        with freeze_time(fields.Datetime.now() + timedelta(minutes=1)):
            lead.action_set_won()
            self.env.flush_all()
        with_all = self.model.sudo()._get_back_test()["won"]
        own = self.model.with_user(self.manager)._get_back_test()["won"]
        self.assertEqual(with_all - own, 1)
        review = self.env["crm.lead.score.review"].with_user(self.manager)
        review = review.create({"model_id": self.model.id})
        for figures in (review.impact, review.back_test, review.suggestions):
            self.assertIn("that you may read", " ".join(figures.split()))
