import time

from odoo.tests import tagged

from .common import LeadEnergyCommon


@tagged("post_install", "-at_install")
class TestStatusMassEdit(LeadEnergyCommon):
    """A list edit of 2,000 leads, beside the same edit of a stage."""

    def test_one_log_row_each_and_no_slower_than_a_stage(self):
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
                for number in range(2000)
            ]
        )
        stages = self.env["crm.stage"].search([("is_won", "=", False)], limit=3)
        statuses = (
            self.status_contacted,
            self.status_qualified,
            self.status_open,
        )
        stage_costs, status_costs = [], []
        for stage, status in zip(stages, statuses, strict=True):
            stage_costs.append(self._measure(leads, {"stage_id": stage.id}))
            status_costs.append(self._measure(leads, {"lead_status_id": status.id}))
        # the quickest of three: the machine may be busy with something else
        self.assertLessEqual(min(status_costs), 1.5 * min(stage_costs))
        logs = self.env["crm.lead.status.log"]
        count = logs.search_count([("lead_id", "in", leads.ids)])
        self.assertEqual(count, 4 * len(leads), "the first status and three changes")
        self.assertEqual(
            logs.search_count([("lead_id", "in", leads.ids), ("date_to", "=", False)]),
            len(leads),
        )

    def _measure(self, leads, vals):
        self.env.flush_all()
        self.cr.precommit.clear()
        self.env.invalidate_all()
        begin = time.process_time()
        leads.write(vals)
        self.env.flush_all()
        return time.process_time() - begin

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
