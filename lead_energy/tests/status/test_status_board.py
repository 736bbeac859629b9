from lxml import etree

from odoo.tests import tagged

from ..common import HootCase


class BoardCase(HootCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["crm.lead"].search([]).action_archive()
        cls.env["crm.lost.reason"].create({"name": "No roof"})
        cls.roof = cls.create_lead(name="Roof of Amsel")
        cls.wall = cls.create_lead(name="Wall of Buche")
        cls.url = "/odoo/action-lead_energy.crm_lead_action"

    def plan_call(self):
        self.roof.activity_schedule("mail.mail_activity_data_call", user_id=self.rep.id)

    def check_call(self):
        self.assertEqual(
            self.roof.lead_status_log_ids.sorted("id").mapped("is_system"),
            [False, True, False],
        )
        self.assertEqual(self.roof.lead_status_id, self.status_qualified)


@tagged("post_install", "-at_install")
class TestStatusBoard(BoardCase):
    """The board as a rep uses it, at a desk."""

    browser_size = "1366x768"

    def test_the_drop_logic_of_the_board(self):
        self.run_hoot("lead_board")

    def test_the_board_follows_its_leads(self):
        self.run_hoot("lead_board_live")

    def test_a_column_reads_what_fits_on_some_screens(self):
        """The rest of a column is loaded by who asks for it; Odoo reads 80 cards."""
        view = self.env.ref("lead_energy.crm_lead_view_kanban")
        views = self.env["crm.lead"].get_views([(view.id, "kanban")])
        arch = etree.fromstring(views["views"]["kanban"]["arch"])
        self.assertEqual(arch.get("limit"), "40")
        self.assertFalse(arch.findall(".//field[@name='active']"))

    def test_a_form_reads_the_statuses_once(self):
        self.run_hoot("lead_statusbar")

    def test_a_rep_moves_a_card_through_its_life(self):
        self.start_tour(self.url, "lead_energy_board", login=self.rep.login)
        self.assertRecordValues(
            self.roof,
            [{"lead_status_id": self.status_qualified.id, "won_status": "pending"}],
        )
        self.assertEqual(
            self.roof.lead_status_log_ids.sorted("id").status_id.mapped("kind"),
            ["open", "rework", "closed", "qualified"],
            "what was taken back or discarded left no trace",
        )
        self.assertEqual(self.roof.lead_status_log_ids.user_id, self.rep)

    def test_a_call_that_is_done_on_a_card_moves_it_at_once(self):
        self.plan_call()
        self.start_tour(self.url, "lead_energy_board_call", login=self.rep.login)
        self.check_call()

    def test_all_columns_are_in_sight_and_stars_where_they_are_used(self):
        self.wall.priority = "2"
        self.start_tour(self.url, "lead_energy_board_sight", login=self.rep.login)

    def test_a_rep_works_on_the_board_without_a_mouse(self):
        self.plan_call()
        (self.roof + self.wall).phone = "+49 30 23125 101"
        self.create_lead(name="Floor of Distel")
        self.wall.name = "Floor of Buche"
        self.create_lead(name="Wall of Buche")
        self.start_tour(self.url, "lead_energy_board_keyboard", login=self.rep.login)
        self.assertEqual(self.roof.lead_status_id, self.status_contacted)
        self.assertEqual(self.rep.res_users_settings_id.lead_board_order, "newest")


@tagged("post_install", "-at_install")
class TestStatusBoardTouch(BoardCase):
    """The board as a rep uses it, on a phone, where nothing can be dragged."""

    browser_size = "390x844"
    touch_enabled = True

    def test_a_rep_moves_a_card_by_touch(self):
        self.start_tour(self.url, "lead_energy_board_touch", login=self.rep.login)
        self.assertEqual(self.roof.lead_status_id, self.status_contacted)
        self.assertEqual(self.wall.lead_status_id, self.status_closed)
        self.assertEqual(self.wall.lost_reason_id.name, "No roof")

    def test_a_call_that_is_done_on_a_card_moves_it_at_once(self):
        self.plan_call()
        self.start_tour(self.url, "lead_energy_board_call", login=self.rep.login)
        self.check_call()
