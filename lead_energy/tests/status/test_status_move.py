from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from ..common import LeadEnergyCommon


@tagged("post_install", "-at_install")
class TestStatusMove(LeadEnergyCommon):
    """What a drop on the board does, and what it refuses."""

    def _move(self, lead, to, seen=None, user=None):
        seen = seen or lead.lead_status_id
        return lead.with_user(user or self.rep).move_lead_status(to.id, seen.id)

    def _undo(self, lead, result):
        return lead.undo_lead_status_move(result["status_id"], result["undo"])

    def test_a_drop_moves_the_lead_and_can_be_undone(self):
        lead = self.create_lead()
        since = lead.lead_status_date - timedelta(days=9)
        lead.lead_status_log_ids.sudo().date_from = since
        lead.sudo().lead_status_date = since
        self.assertEqual(lead.lead_status_days, 9)
        result = self._move(lead, self.status_contacted)
        self.assertTrue(result["moved"])
        self.assertIn(self.status_contacted.name, result["message"])
        self.assertEqual(lead.lead_status_days, 0)
        self._undo(lead, result)
        self.assertEqual(lead.lead_status_id, self.status_open)
        self.assertEqual(lead.lead_status_days, 9, "as if it had never been")
        self.assertRecordValues(
            lead.lead_status_log_ids,
            [{"status_id": self.status_open.id, "date_from": since, "date_to": False}],
        )
        self.assertFalse(lead.lead_status_log_ids.next_status_id)

    def test_a_stale_drop_is_refused_and_names_who_moved_it_and_where(self):
        lead = self.create_lead()
        lead.with_user(self.manager).lead_status_id = self.status_qualified
        with self.assertRaisesRegex(UserError, "'Qualified' by energy_manager"):
            self._move(lead, self.status_contacted, seen=self.status_open)
        self.assertEqual(lead.lead_status_id, self.status_qualified)

    def test_a_stale_drop_names_the_system(self):
        lead = self.create_lead()
        lead.sudo()._step_to("contacted")
        with self.assertRaisesRegex(UserError, "by the system"):
            self._move(lead, self.status_qualified, seen=self.status_open)

    def test_ones_own_doing_does_not_refuse_the_next_drop(self):
        lead = self.create_lead()
        call = lead.activity_schedule("mail.mail_activity_data_call")
        call.with_user(self.rep).action_feedback()
        self.assertEqual(lead.lead_status_id, self.status_contacted)
        log = lead.lead_status_log_ids[0]
        self.assertTrue(log.is_system, "nobody chose it")
        self.assertEqual(log.create_uid, self.rep, "but he caused it")
        result = self._move(lead, self.status_qualified, seen=self.status_open)
        self.assertEqual(lead.lead_status_id, self.status_qualified)
        self.assertIn(self.status_qualified.name, result["message"])
        self._undo(lead, result)
        self.assertEqual(lead.lead_status_id, self.status_contacted)

    def test_a_drop_on_where_ones_own_doing_has_taken_it_is_done(self):
        lead = self.create_lead()
        lead._step_up("step_call")
        result = self._move(lead, self.status_contacted, seen=self.status_open)
        self.assertEqual(result, {"moved": True}, "and nothing to undo")
        self.assertEqual(len(lead.lead_status_log_ids), 2)

    def test_a_drop_is_refused_when_a_colleague_moved_it_among_others(self):
        lead = self.create_lead()
        lead.with_user(self.manager).lead_status_id = self.status_contacted
        lead.with_user(self.rep).lead_status_id = self.status_qualified
        with self.assertRaisesRegex(UserError, "moved to 'Qualified'"):
            self._move(lead, self.status_contacted, seen=self.status_open)
        # a status that it never had
        with self.assertRaisesRegex(UserError, "moved to 'Qualified'"):
            self._move(lead, self.status_contacted, seen=self.status_rework)

    def test_what_a_colleague_caused_refuses_the_drop(self):
        lead = self.create_lead()
        lead.with_user(self.manager)._step_up("step_call")
        with self.assertRaisesRegex(UserError, "by the system"):
            self._move(lead, self.status_qualified, seen=self.status_open)

    def test_what_the_system_did_is_not_undone_as_ones_own(self):
        lead = self.create_lead()
        lead.sudo()._step_to("contacted")
        with self.assertRaisesRegex(UserError, "not yours"):
            lead.undo_lead_status_move(self.status_contacted.id)

    def test_what_a_colleague_did_is_not_undone_as_ones_own(self):
        lead = self.create_lead()
        result = self._move(lead, self.status_contacted, user=self.manager)
        with self.assertRaisesRegex(UserError, "not yours"):
            self._undo(lead.with_user(self.rep), result)
        self.assertEqual(lead.lead_status_id, self.status_contacted)
        self._undo(lead.with_user(self.manager), result)
        self.assertEqual(lead.lead_status_id, self.status_open)

    def test_an_archived_status_that_a_browser_still_shows(self):
        lead = self.create_lead()
        status = self.env["crm.lead.status"].create(
            {"name": "In Talks", "kind": "contacted", "active": False}
        )
        with self.assertRaisesRegex(UserError, "In Talks.*no longer in use"):
            self._move(lead, status)
        gone = status.browse(status.id)
        status.unlink()
        with self.assertRaisesRegex(UserError, "no longer in use"):
            self._move(lead, gone)
        self.assertEqual(lead.lead_status_id, self.status_open)

    def test_a_rep_does_not_move_the_lead_of_another(self):
        lead = self.create_lead(user=self.other_rep)
        with self.assertRaises(AccessError):
            self._move(lead, self.status_contacted)

    def test_a_drop_on_closed_asks_for_the_reason_and_keeps_the_status(self):
        spam = self.env["crm.lead.status"].create({"name": "Spam", "kind": "closed"})
        reason = self.env["crm.lost.reason"].create({"name": "No roof"})
        lead = self.create_lead()
        result = self._move(lead, spam)
        self.assertEqual(result["action"]["res_model"], "crm.lead.lost")
        self.assertEqual(lead.lead_status_id, self.status_open, "the dialog may close")
        still = lead.get_lead_status_move(self.status_open.id)
        self.assertEqual(still, {"moved": False})
        self._apply(result, lost_reason_id=reason.id)
        self.assertRecordValues(
            lead,
            [
                {
                    "lead_status_id": spam.id,
                    "won_status": "lost",
                    "lost_reason_id": reason.id,
                    "active": False,
                }
            ],
        )
        self.assertFalse(lead.lead_status_log_ids[0].is_system)
        moved = lead.get_lead_status_move(self.status_open.id)
        self.assertTrue(moved["moved"])
        self._undo(lead, {**moved, "undo": result["undo"]})
        self.assertRecordValues(
            lead,
            [
                {
                    "lead_status_id": self.status_open.id,
                    "won_status": "pending",
                    "lost_reason_id": False,
                    "active": True,
                }
            ],
        )

    def _apply(self, result, **vals):
        action = result["action"]
        wizards = self.env[action["res_model"]].with_user(self.rep)
        wizard = wizards.with_context(**action["context"]).create(vals)
        apply = "action_lost_reason_apply"
        return getattr(wizard, apply if hasattr(wizard, apply) else "action_apply")()

    def test_out_of_closed_restores_and_undo_closes_with_the_same_reason(self):
        reason = self.env["crm.lost.reason"].create({"name": "No roof"})
        lead = self.create_lead()
        lead.action_set_lost(lost_reason_id=reason.id)
        result = self._move(lead, self.status_contacted)
        self.assertRecordValues(
            lead, [{"active": True, "won_status": "pending", "lost_reason_id": False}]
        )
        self._undo(lead, result)
        self.assertRecordValues(
            lead,
            [
                {
                    "active": False,
                    "won_status": "lost",
                    "lost_reason_id": reason.id,
                    "lead_status_kind": "closed",
                }
            ],
        )

    def test_a_drop_on_converted_opens_the_conversion(self):
        lead = self.create_lead()
        result = self._move(lead, self.status_converted)
        self.assertEqual(result["action"]["res_model"], "crm.lead2opportunity.partner")
        self.assertEqual(lead.lead_status_id, self.status_open)
        lead.convert_opportunity(self.env["res.partner"])
        moved = lead.get_lead_status_move(self.status_open.id)
        self.assertEqual(moved, {"moved": True}, "a conversion has its own undo")

    def test_a_won_lead_stays_converted(self):
        lead = self.create_lead()
        lead.action_set_won()
        with self.assertRaisesRegex(UserError, "is won and stays converted"):
            self._move(lead, self.status_open)
        with self.assertRaisesRegex(UserError, "is won and stays converted"):
            lead.lead_status_id = self.status_closed

    def test_rework_asks_for_the_day_plans_an_activity_and_comes_back(self):
        lead = self.create_lead()
        day = fields.Date.today() + timedelta(days=30)
        result = self._move(lead, self.status_rework)
        self.assertEqual(result["action"]["res_model"], "crm.lead.rework")
        with self.assertRaisesRegex(UserError, "after today"):
            self._apply(result, rework_date=fields.Date.today())
        self._apply(result, rework_date=day)
        self.assertEqual(lead.lead_status_id, self.status_rework)
        activity = lead.activity_ids
        self.assertRecordValues(
            activity, [{"date_deadline": day, "user_id": self.rep.id}]
        )
        later = day + timedelta(days=7)
        activity.date_deadline = later
        self.assertEqual(lead.rework_date, later, "putting the activity off is enough")
        lead.rework_date = day
        self.assertEqual(activity.date_deadline, day)
        self._run_cron(day - timedelta(days=1))
        self.assertEqual(lead.lead_status_id, self.status_rework)
        self._run_cron(day)
        self.assertEqual(lead.lead_status_id, self.status_open)
        self.assertTrue(lead.lead_status_log_ids[0].is_system)
        self.assertFalse(lead.rework_date)
        self.assertEqual(lead.activity_ids, activity, "it still is to be done")

    def _run_cron(self, day):
        with (
            freeze_time(f"{day} 12:00:00"),
            self.enter_registry_test_mode(),
        ):
            self.env.ref("lead_energy.cron_life_cycle").method_direct_trigger()
        self.env.invalidate_all()

    def test_leaving_rework_early_drops_the_plan_and_undo_brings_it_back(self):
        lead = self.create_lead()
        day = fields.Date.today() + timedelta(days=30)
        lead.write({"lead_status_id": self.status_rework.id, "rework_date": day})
        result = self._move(lead, self.status_contacted)
        self.assertFalse(lead.rework_date)
        self.assertFalse(lead.activity_ids)
        self._undo(lead, result)
        self.assertEqual(lead.rework_date, day)
        self.assertEqual(lead.activity_ids.date_deadline, day)

    def test_doing_the_activity_of_a_rework_takes_the_lead_up(self):
        lead = self.create_lead()
        lead.write(
            {
                "lead_status_id": self.status_rework.id,
                "rework_date": fields.Date.today() + timedelta(days=30),
            }
        )
        lead.activity_ids.action_feedback()
        self.assertEqual(lead.lead_status_id, self.status_open)

    def test_a_lead_over_the_limit_of_its_status_is_marked_and_found(self):
        self.status_open.limit_days = 5
        late, new = self.create_lead(), self.create_lead()
        late.sudo().lead_status_date -= timedelta(days=5)
        self.assertTrue(late.is_over_limit)
        self.assertFalse(new.is_over_limit)
        leads = late + new
        found = leads.search([("is_over_limit", "=", True), ("id", "in", leads.ids)])
        self.assertEqual(found, late)
        found = leads.search([("is_over_limit", "=", False), ("id", "in", leads.ids)])
        self.assertEqual(found, new)
        late.lead_status_id = self.status_closed
        self.status_closed.limit_days = 1
        self.assertFalse(late.is_over_limit)

    # Statuses as managers change them

    def test_everything_works_with_other_default_statuses(self):
        statuses = self.env["crm.lead.status"].with_user(self.manager)
        replaced = {}
        for number, kind in enumerate(
            ("converted", "closed", "rework", "qualified", "contacted", "open")
        ):
            old = getattr(self, f"status_{kind}").with_user(self.manager)
            replaced[kind] = statuses.create(
                {
                    "name": f"Our {number}",
                    "kind": kind,
                    "is_default": True,
                    "sequence": number,
                }
            )
            old.write({"name": f"Old {number}", "active": False})
        lead = self.create_lead()
        self.assertEqual(lead.lead_status_id, replaced["open"])
        lead._step_up("step_mail")
        self.assertEqual(lead.lead_status_id, replaced["contacted"])
        lead.action_set_lost()
        self.assertEqual(lead.lead_status_id, replaced["closed"])
        lead.action_restore()
        self.assertEqual(lead.lead_status_id, replaced["contacted"])
        dialog = self._move(lead, replaced["rework"])
        self._apply(dialog, rework_date=fields.Date.today() + timedelta(days=3))
        self.assertEqual(lead.lead_status_id, replaced["rework"])
        lead.convert_opportunity(self.env["res.partner"])
        self.assertEqual(lead.lead_status_id, replaced["converted"])
        company = self.env["res.partner"].create(
            {
                "name": "Amsel KG",
                "is_company": True,
                "company_category_id": self.env.ref(
                    "lead_energy.company_category_lead"
                ).id,
                "child_ids": [(0, 0, {"name": "Anna Amsel"})],
            }
        )
        self.assertEqual(company.child_ids.lead_status_id, replaced["open"])

    def test_a_status_in_use_or_in_a_history_says_what_to_do(self):
        status = self.env["crm.lead.status"].with_user(self.manager)
        status = status.create({"name": "In Talks", "kind": "contacted"})
        lead = self.create_lead()
        lead.lead_status_id = status
        with self.assertRaisesRegex(UserError, r"In Talks \(1\).*archive it"):
            status.unlink()
        lead.lead_status_id = self.status_qualified
        with self.assertRaisesRegex(UserError, "In Talks.*history.*archive it"):
            status.unlink()
        status.active = False
        status.active = True
        lead.with_user(self.manager).unlink()
        status.unlink()

    def test_no_client_tells_the_server_that_it_is_the_system(self):
        """The context of a call comes from the browser."""
        leads = self.env["crm.lead"].with_user(self.rep)
        for key in ("lead_conversion", "lead_conversion_scope"):
            lead = self.create_lead()
            with self.assertRaisesRegex(UserError, "conversion"):
                leads.browse(lead.id).with_context(**{key: True}).write(
                    {"lead_status_id": self.status_converted.id}
                )
        for key in (
            "lead_status_creating",
            "lead_status_undo",
            "lead_status_by_system",
            "lead_conversion_scope",
        ):
            lead = self.create_lead()
            leads.browse(lead.id).with_context(**{key: "internal"}).write(
                {"lead_status_id": self.status_contacted.id}
            )
            logs = lead.lead_status_log_ids.sorted("id")
            kinds = logs.status_id.mapped("kind")
            self.assertEqual(kinds, ["open", "contacted"], key)
            self.assertEqual(logs[-1].user_id, self.rep, key)
            self.assertFalse(logs[-1].is_system, key)
        lead.with_user(self.rep).with_context(lead_conversion_scope="undo").write(
            {"type": "opportunity"}
        )
        self.assertTrue(lead.conversion_ids, "it is recorded all the same")
