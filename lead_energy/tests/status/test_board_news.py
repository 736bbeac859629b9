"""What open boards are told: how often, what, and whom."""

# what a test writes is not shown to anybody
# pylint: disable=translation-required

import json
from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.tests import new_test_user, tagged, users

from odoo.addons.bus.tests.common import WebsocketCase

from ...models.status.crm_lead_board import BOARD, MOST_IDS
from ..common import LeadEnergyCommon


class NewsCase(LeadEnergyCommon):
    def get_news(self, act):
        """Return what boards are told by a transaction in which ``act`` is called."""
        self.env.cr.flush()
        bus = self.env["bus.bus"].sudo()
        last = bus.search([], order="id desc", limit=1).id or 0
        act()
        self.env.cr.flush()  # as a commit does
        rows = bus.search([("id", ">", last)], order="id")
        messages = [json.loads(message) for message in rows.mapped("message")]
        return [m["payload"] for m in messages if m["type"] == BOARD]


@tagged("post_install", "-at_install")
class TestBoardNews(NewsCase):
    def test_a_transaction_tells_once_with_ids_and_nothing_else(self):
        roof, wall = self.create_lead(), self.create_lead()

        def work():
            roof.move_lead_status(self.status_contacted.id, self.status_open.id)
            self.env.flush_all()
            roof.phone = "+49 30 23125 101"
            wall.next_contact_date = "2030-01-01"
            wall.user_id = False
            self.env.flush_all()

        self.assertEqual(self.get_news(work), [{"ids": sorted((roof + wall).ids)}])

    def test_what_no_card_shows_is_not_told(self):
        lead = self.create_lead(description="Flat")
        tag = self.env["crm.tag"].create({"name": "Neighbour"})

        def work():
            lead.write(
                {
                    "description": "Flat roof",
                    "function": "Owner",
                    "tag_ids": [Command.set(tag.ids)],
                    # as it was
                    "name": lead.name,
                    "lead_status_id": lead.lead_status_id.id,
                }
            )
            lead.message_post(body="Called", subtype_xmlid="mail.mt_note")

        self.assertEqual(self.get_news(work), [])

    def test_each_watched_field_is_told(self):
        for vals in (
            {"active": False},
            {"contact_name": "Anna Amsel"},
            {"lead_status_id": self.status_contacted.id},
            {"name": "Roof of Amsel"},
            {"next_contact_date": "2030-01-01"},
            {"partner_name": "Amsel GmbH"},
            {"phone": "+49 30 23125 101"},
            {"priority": "2"},
            {"user_id": False},
            {"influence_id": self.decision_maker.id},  # the score
        ):
            lead = self.create_lead()
            with self.subTest(vals):
                news = self.get_news(lambda lead=lead, vals=vals: lead.write(vals))
                self.assertEqual(news, [{"ids": lead.ids}])
        lead = self.create_lead()
        lead.lead_status_id = self.status_rework
        later = fields.Date.today() + timedelta(days=90)
        news = self.get_news(lambda: lead.write({"rework_date": later}))
        self.assertEqual(news, [{"ids": lead.ids}])

    def test_leads_that_come_and_go_are_told(self):
        leads = []
        news = self.get_news(lambda: leads.append(self.create_lead()))
        self.assertEqual(news, [{"ids": leads[0].ids}])
        ids = leads[0].ids
        news = self.get_news(lambda: leads[0].with_user(self.manager).unlink())
        self.assertEqual(news, [{"ids": ids}])

    def test_what_is_planned_or_done_is_told(self):
        lead = self.create_lead()
        call = "mail.mail_activity_data_call"
        news = self.get_news(lambda: lead.activity_schedule(call))
        self.assertEqual(news, [{"ids": lead.ids}], "the next step")
        news = self.get_news(lambda: lead.activity_ids.action_feedback())
        self.assertEqual(news, [{"ids": lead.ids}], "the status, by the system")
        self.assertEqual(lead.lead_status_id, self.status_contacted)

    def test_opportunities_are_on_no_board(self):
        inquiry = self.create_lead(type="opportunity")
        self.assertEqual(self.get_news(lambda: inquiry.write({"name": "PV"})), [])
        news = self.get_news(lambda: self.create_lead(type="opportunity"))
        self.assertEqual(news, [])
        lead = self.create_lead()
        partner = self.env["res.partner"].create({"name": "Amsel"})
        news = self.get_news(lambda: lead.convert_opportunity(partner))
        self.assertEqual(news, [{"ids": lead.ids}], "it leaves the board")

    def test_many_leads_are_one_reload(self):
        leads = self.env["crm.lead"].concat(
            *(self.create_lead() for _ in range(MOST_IDS + 1))
        )
        news = self.get_news(lambda: leads[1:].write({"priority": "1"}))
        self.assertEqual(news, [{"ids": sorted(leads[1:].ids)}])
        news = self.get_news(lambda: leads.write({"priority": "2"}))
        self.assertEqual(news, [{"reload": True}])

    def test_a_run_of_the_score_is_one_reload(self):
        leads = self.create_lead() + self.create_lead()
        leads.influence_id = self.decision_maker
        self.env.flush_all()
        model = self.env["crm.lead.score.model"].sudo()._get_published_model()
        model._request_update()
        # batches of one lead, each flushed as if it were committed
        committed = []

        def commit(cron, *_args, **_kwargs):
            cron.env.cr.flush()
            committed.append(1)
            return 600

        def run():
            self.env.cr.execute(
                "UPDATE crm_lead SET lead_score = 1, lead_score_lines = NULL"
                " WHERE id = ANY(%s)",
                [leads.ids],
            )
            self.env.invalidate_all()
            self.env["crm.lead"].sudo()._cron_update_scores()

        with (
            patch.object(self.registry["ir.cron"], "_commit_progress", commit),
            patch(
                "odoo.addons.lead_energy.models.score.crm_lead_update._split_by_time",
                lambda ids: ([lead_id] for lead_id in ids),
            ),
        ):
            news = self.get_news(run)
        self.assertGreater(len(committed), 2)
        self.assertEqual(news, [{"reload": True}])
        self.assertGreater(leads[0].lead_score, 1)

    def test_to_tell_costs_one_query_for_one_lead_and_for_many(self):
        leads = self.env["crm.lead"].concat(*(self.create_lead() for _ in range(40)))
        self.get_news(lambda: leads.write({"priority": "1"}))
        for some in (leads[:1], leads):
            some.write({"priority": "2" if len(some) == 1 else "3"})
            self.env.flush_all()
            with self.subTest(leads=len(some)), self.assertQueryCount(1):
                self.env.cr.flush()

    @users("energy_rep")
    def test_a_rep_keeps_an_order_of_the_own(self):
        settings = self.env["res.users.settings"]._find_or_create_for_user(self.rep)
        settings = settings.with_env(self.env)
        told = settings.set_res_users_settings({"lead_board_order": "newest"})
        self.assertEqual(told["lead_board_order"], "newest")
        # what the browser gets with the next session, on whatever device
        told = settings._res_users_settings_format()
        self.assertEqual(told["lead_board_order"], "newest")
        others = settings.sudo()._find_or_create_for_user(self.other_rep)
        self.assertFalse(others.lead_board_order)
        with self.assertRaises(ValueError):
            settings.set_res_users_settings({"lead_board_order": "lead_score; --"})


@tagged("post_install", "-at_install")
class TestBoardChannel(WebsocketCase, LeadEnergyCommon):
    """Who hears what boards are told, by the socket that browsers use."""

    def listen(self, user):
        session = self.authenticate(user.login, user.login)
        socket = self.websocket_connect(cookie=f"session_id={session.sid};")
        last = self.env["bus.bus"].sudo()._bus_last_id()
        self.subscribe(socket, [BOARD], last)
        return socket

    def get_types(self, user):
        """Return the types of what ``user`` hears, up to 'end'."""
        socket = self.listen(user)
        channel = self.env["crm.lead"]._get_board_channel()
        lead = self.create_lead()
        self.env.cr.flush()
        # a client that names the channel itself hears nothing on it
        self.env["bus.bus"]._sendone(BOARD, "guessed", {})
        user.partner_id._bus_send("end", {})
        self.trigger_notification_dispatching([channel, BOARD, user.partner_id])
        messages = []
        while "end" not in [message["type"] for message in messages]:
            messages += [m["message"] for m in json.loads(socket.recv())]
        for message in messages:
            if message["type"] == BOARD:
                self.assertEqual(message["payload"], {"ids": lead.ids})
        return [message["type"] for message in messages]

    def test_a_rep_hears_of_leads(self):
        self.assertEqual(self.get_types(self.rep), [BOARD, "end"])

    def test_an_employee_without_leads_hears_nothing(self):
        employee = new_test_user(self.env, "energy_employee", "base.group_user")
        self.assertEqual(self.get_types(employee), ["end"])

    def test_a_customer_hears_nothing(self):
        customer = new_test_user(self.env, "energy_customer", "base.group_portal")
        self.assertEqual(self.get_types(customer), ["end"])
