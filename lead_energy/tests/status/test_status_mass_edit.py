from odoo.tests import tagged

from ..common import LeadEnergyCommon


@tagged("post_install", "-at_install")
class TestStatusMassEdit(LeadEnergyCommon):
    """A list edit of many leads; 2,000 are timed by the bench, beside a stage."""

    def test_one_log_row_each_and_no_more_queries_than_a_stage(self):
        contact = self.env["res.partner"].create({"name": "Anna Amsel"})
        leads = self.env["crm.lead"].with_user(self.rep)
        leads = leads.create(
            [
                {
                    "name": f"Lead {number}",
                    "type": "lead",
                    "user_id": self.rep.id,
                    "partner_id": contact.id if number % 10 == 0 else False,
                }
                for number in range(300)
            ]
        )
        stage = self.env["crm.stage"].search([("is_won", "=", False)], limit=2)[1]
        of_stage = self._count_queries(leads, {"stage_id": stage.id})
        for status in (self.status_contacted, self.status_qualified, self.status_open):
            count = self._count_queries(leads, {"lead_status_id": status.id})
            self.assertLessEqual(count, of_stage)
        logs = self.env["crm.lead.status.log"]
        count = logs.search_count([("lead_id", "in", leads.ids)])
        self.assertEqual(count, 4 * len(leads), "the first status and three changes")
        self.assertEqual(
            logs.search_count([("lead_id", "in", leads.ids), ("date_to", "=", False)]),
            len(leads),
        )

    def _count_queries(self, leads, vals):
        """Return the queries of a write, with what it leaves to the commit."""
        self.env.flush_all()
        self.cr.precommit.run()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        leads.write(vals)
        self.env.flush_all()
        self.cr.precommit.run()
        return self.cr.sql_log_count - before

    def test_the_queries_do_not_grow_with_the_leads(self):
        counts = []
        for size in (10, 200):
            leads = self.env["crm.lead"].with_user(self.rep)
            for _number in range(size):
                leads |= self.create_lead()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            leads.write({"lead_status_id": self.status_contacted.id})
            self.env.flush_all()
            counts.append(self.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 2)
