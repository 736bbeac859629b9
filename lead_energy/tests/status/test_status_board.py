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


@tagged("post_install", "-at_install")
class TestStatusBoard(BoardCase):
    """The board as a rep uses it, at a desk."""

    browser_size = "1920x1080"  # so that every column is in view

    def test_the_drop_logic_of_the_board(self):
        self.run_hoot("lead_board")

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
