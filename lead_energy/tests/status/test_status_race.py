import threading
from itertools import pairwise

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.tests import BaseCase, get_db_name, new_test_user, tagged
from odoo.tools import mute_logger


@tagged("post_install", "-at_install")
class TestStatusRace(BaseCase):
    """Two at once, each in a transaction of its own, on data that is committed."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            self.users = [
                new_test_user(
                    env, f"race_{name}", "sales_team.group_sale_salesman_all_leads"
                )
                for name in ("rita", "rolf")
            ]
            self.user_ids = [user.id for user in self.users]
            self.names = [user.name for user in self.users]
            self.lead_id = (
                env["crm.lead"].create({"name": "Roof of Amsel", "type": "lead"}).id
            )
            self.statuses = {
                kind: env.ref(f"lead_energy.status_{kind}").id
                for kind in ("open", "contacted", "qualified", "closed", "rework")
            }
        self.addCleanup(self._clean_up)

    def _clean_up(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            env["crm.lead"].with_context(active_test=False).browse(
                self.lead_id
            ).exists().unlink()
            users = env["res.users"].browse(self.user_ids)
            partners = users.partner_id
            users.unlink()
            partners.unlink()

    def _race(self, *actions):
        """Run each action in its own thread; all have read before one writes.

        :param actions: functions of a lead
        :return: what each returned or raised
        """
        results = [None] * len(actions)
        barrier = threading.Barrier(len(actions), timeout=20)

        def run(index, action):
            waited = []
            try:
                with self.registry.cursor() as cr:
                    env = api.Environment(cr, self.user_ids[index], {})

                    def attempt():
                        lead = env["crm.lead"].browse(self.lead_id)
                        lead.read(["lead_status_id"])  # the snapshot is taken here
                        if not waited:
                            waited.append(True)
                            barrier.wait()
                        return action(lead)

                    results[index] = retrying(attempt, env)
            except Exception as error:
                results[index] = error

        threads = [
            threading.Thread(target=run, args=(index, action))
            for index, action in enumerate(actions)
        ]
        # PostgreSQL refuses the second, which is logged, and Odoo tries it again
        with mute_logger("odoo.sql_db"):
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(timeout=60)
                self.assertFalse(thread.is_alive())
        return results

    def _drop(self, kind):
        def drop(lead):
            return lead.move_lead_status(self.statuses[kind], self.statuses["open"])

        return drop

    def _read(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            lead = env["crm.lead"].browse(self.lead_id)
            logs = lead.lead_status_log_ids.sorted("id")
            return {
                "kind": lead.lead_status_kind,
                "won": lead.won_status,
                "log": logs.status_id.mapped("kind"),
                "open": [log.date_to for log in logs].count(False),
                "users": logs.user_id.ids,
                "contiguous": all(
                    before.date_to == after.date_from
                    for before, after in pairwise(logs)
                ),
            }

    def test_two_reps_drag_the_same_card_at_once(self):
        results = self._race(self._drop("contacted"), self._drop("qualified"))
        refused = [result for result in results if isinstance(result, UserError)]
        moved = [result for result in results if isinstance(result, dict)]
        self.assertEqual((len(refused), len(moved)), (1, 1), results)
        winner = results.index(moved[0])
        kind = ("contacted", "qualified")[winner]
        self.assertIn(f"by {self.names[winner]}", str(refused[0]))
        self.assertIn(kind.capitalize(), str(refused[0]))
        lead = self._read()
        self.assertEqual(lead["kind"], kind)
        self.assertEqual(lead["log"], ["open", kind], "the other left no trace")
        self.assertEqual(lead["open"], 1)
        self.assertTrue(lead["contiguous"])

    def test_one_drags_while_the_other_marks_it_lost(self):
        results = self._race(
            self._drop("contacted"), lambda lead: lead.action_set_lost()
        )
        lead = self._read()
        self.assertEqual(lead["kind"], "closed", results)
        self.assertEqual(lead["won"], "lost")
        self.assertEqual(lead["open"], 1)
        self.assertTrue(lead["contiguous"])

    def test_one_converts_while_the_other_closes(self):
        results = self._race(
            lambda lead: lead.write({"type": "opportunity"}),
            lambda lead: lead.write({"lead_status_id": self.statuses["closed"]}),
        )
        lead = self._read()
        converted_last = not any(isinstance(result, Exception) for result in results)
        if lead["won"] == "lost" and converted_last:
            # closed first, then converted: a lost opportunity
            self.assertEqual(lead["log"], ["open", "closed", "converted"])
        else:
            # converted first: an opportunity cannot be closed, and says so
            self.assertIsInstance(results[1], UserError)
            self.assertEqual(lead["log"], ["open", "converted"])
        self.assertEqual((lead["kind"], lead["open"]), ("converted", 1))

    def test_a_status_is_archived_while_a_browser_still_shows_it(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            talks = env["crm.lead.status"].create(
                {"name": "Race Talks", "kind": "contacted"}
            )
            status_id = talks.id
        try:
            with self.registry.cursor() as cr:
                env = api.Environment(cr, SUPERUSER_ID, {})
                env["crm.lead.status"].browse(status_id).active = False
            with (
                self.registry.cursor() as cr,
                self.assertRaisesRegex(UserError, "Race Talks.*no longer in use"),
            ):
                env = api.Environment(cr, self.user_ids[0], {})
                env["crm.lead"].browse(self.lead_id).move_lead_status(
                    status_id, self.statuses["open"]
                )
            self.assertEqual(self._read()["log"], ["open"])
        finally:
            with self.registry.cursor() as cr:
                env = api.Environment(cr, SUPERUSER_ID, {})
                env["crm.lead.status"].browse(status_id).unlink()
