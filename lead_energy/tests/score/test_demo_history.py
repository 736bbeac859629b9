from itertools import pairwise

from odoo.tests import tagged

from ..common import LeadEnergyCommon


@tagged("post_install", "-at_install")
class TestDemoHistory(LeadEnergyCommon):
    """What who tries the product sees: decided leads that tell something."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.history = cls.env["crm.lead"]._load_demo_history()

    def test_enough_is_decided_and_dated_back(self):
        won = self.history.filtered(lambda lead: lead.won_status == "won")
        lost = self.history.filtered(lambda lead: lead.won_status == "lost")
        self.assertGreaterEqual(len(won), 60)
        self.assertGreaterEqual(len(lost), 60)
        self.assertEqual(won + lost, self.history)
        span = max(self.history.mapped("date_closed")) - min(
            self.history.mapped("create_date")
        )
        self.assertGreater(span.days, 480)
        for lead in self.history:
            self.assertLess(lead.create_date, lead.date_closed)
            self.assertLessEqual(lead.date_closed, self.env.cr.now())

    def test_the_back_test_and_the_suggestions_have_figures(self):
        model = self.env["crm.lead.score.model"]._get_published_model()
        figures = model._get_back_test()
        self.assertTrue(figures["is_enough"])
        # the model sells what was sold, and is not perfect
        self.assertGreater(figures["auc"], 0.7)
        self.assertLess(figures["auc"], 0.99)
        suggestions = model._get_suggestions()
        self.assertGreater(suggestions["auc_suggested"], 0.6)

    def test_each_lead_has_a_complete_chain_of_stays(self):
        for lead in self.history:
            logs = lead.lead_status_log_ids.sorted("date_from")
            self.assertEqual(logs[0].date_from, lead.create_date)
            self.assertEqual(logs[-1].status_id, lead.lead_status_id)
            self.assertFalse(logs[-1].date_to)
            for log, following in pairwise(logs):
                self.assertEqual(log.date_to, following.date_from)
                self.assertEqual(log.next_status_id, following.status_id)

    def test_it_is_the_same_each_time(self):
        again = self.env["crm.lead"]._load_demo_history()
        for name in ("name", "partner_name", "need_id", "won_status", "type"):
            self.assertEqual(
                again.mapped(lambda lead, name=name: lead[name]),
                self.history.mapped(lambda lead, name=name: lead[name]),
            )
