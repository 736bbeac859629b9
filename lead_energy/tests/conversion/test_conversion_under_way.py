import json

from odoo.tests import HttpCase, tagged

from ...models.context import KEYS, PREFIX, tell, told
from .test_lead_conversion import ConversionCommon

# what our keys were called before there was one reader
OLD_KEYS = (
    "lead_conversion",
    "lead_conversion_scope",
    "lead_closed_status_id",
    "lead_import_columns",
    "lead_rework_due",
    "lead_score_install",
    "lead_score_quiet",
    "lead_score_update",
    "lead_status_by_system",
    "lead_status_creating",
    "lead_status_undo",
    "score_model_publishing",
)


@tagged("post_install", "-at_install")
class TestContext(HttpCase, ConversionCommon):
    """What our own code tells by the context, no client can tell."""

    def _call(self, method, *args, model="crm.lead", context=None):
        self.authenticate("energy_rep", "energy_rep")
        result = self.make_jsonrpc_request(
            f"/web/dataset/call_kw/{model}/{method}",
            {
                "model": model,
                "method": method,
                "args": args,
                "kwargs": {"context": context or {}},
            },
        )
        self.env.invalidate_all()
        return result

    def _live(self, context):
        """Lead a few leads through their life by RPC, and return what became of it."""
        values = {"type": "lead", "user_id": self.rep.id, "name": "By RPC"}
        lead_ids = self._call("create", [values] * 3, context=context)
        lead, lost, put_off = self.env["crm.lead"].browse(lead_ids)
        self._call("write", lead.ids, {"qualification": "sql"}, context=context)
        self._call(
            "write",
            lead.ids,
            {"lead_status_id": self.status_contacted.id},
            context=context,
        )
        self._call("write", lead.ids, {"need_id": self.urgent.id}, context=context)
        self._call("write", lead.ids, {"type": "opportunity"}, context=context)
        self._call("action_set_lost", lost.ids, context=context)
        self._call(
            "write",
            put_off.ids,
            {"lead_status_id": self.status_rework.id, "rework_date": "2030-01-01"},
            context=context,
        )
        self._call(
            "write",
            put_off.ids,
            {"lead_status_id": self.status_open.id},
            context=context,
        )
        self.env.flush_all()
        return [
            (
                lead.lead_status_id.name,
                lead.type,
                lead.qualification,
                lead.qualification_is_manual,
                lead.lead_score,
                bool(lead.converted_date),
                len(lead.activity_ids),
                lead.conversion_ids.mapped(lambda c: (c.user_id.name, c.result)),
                [
                    (log.status_id.name, log.user_id.name, log.is_system)
                    for log in lead.lead_status_log_ids.sorted("id")
                ],
                sorted(
                    self.env["crm.lead.score.alert"]
                    .search([("lead_id", "=", lead.id)])
                    .mapped("threshold")
                ),
            )
            for lead in lead | lost | put_off
        ]

    def test_no_client_can_tell_what_our_code_tells(self):
        names = [*OLD_KEYS, *KEYS, *(PREFIX + key for key in KEYS)]
        wanted = self._live({})
        for value in (True, "internal", self.status_closed.id, {"value": True}):
            with self.subTest(value=value):
                context = dict.fromkeys(names, value)
                self.assertEqual(self._live(context), wanted)

    def test_no_client_skips_the_lock_of_who_creates_a_customer(self):
        lead = self.create_full_lead()
        context = dict.fromkeys([*OLD_KEYS, *(PREFIX + key for key in KEYS)], True)
        locked = []
        # pylint: disable=protected-access
        self.patch(
            type(self.env["crm.lead"]),
            "_lock_for_conversion",
            lambda leads: locked.extend(leads.ids),
        )
        lead.with_context(**context)._handle_partner_assignment()
        self.assertEqual(locked, lead.ids)

    def test_a_key_that_is_not_listed_is_refused(self):
        lead = self.create_lead()
        with self.assertRaisesRegex(KeyError, "unheard_of"):
            tell(lead, unheard_of=True)
        with self.assertRaisesRegex(KeyError, "unheard_of"):
            told(lead.env, "unheard_of")
        self.assertTrue(told(tell(lead, by_system=True).env, "by_system"))
        self.assertIsNone(told(lead.env, "by_system"))


@tagged("post_install", "-at_install")
class TestConversionUnderWay(ConversionCommon):
    """One object knows what a conversion did, from its first step to its record."""

    def test_each_conversion_of_a_transaction_has_what_it_created(self):
        conversion = self.convert(self.create_full_lead(), result="partner")
        made = {name for name, _id in conversion.created}
        self.assertEqual(made, {"res.partner"})
        self.assertEqual(len(conversion.created), 2)
        # the same lead again: the second conversion has no part in the first one's
        lead = conversion.lead_id
        lead.with_user(self.rep).write({"type": "opportunity"})
        self.assertEqual(len(lead.conversion_ids), 2)
        self.assertFalse(lead.conversion_ids.sorted("id")[1].created)

    def test_what_failed_leaves_nothing_behind(self):
        lead = self.create_full_lead()
        with (
            self.assertRaises(ZeroDivisionError),
            self.cr.savepoint(),
            lead._recorded_conversion() as leads,
        ):
            leads._note_created(self.env.user.partner_id)
            raise ZeroDivisionError
        conversion = self.convert(lead, result="inquiry")
        created = [res_id for _name, res_id in conversion.created]
        self.assertNotIn(self.env.user.partner_id.id, created)

    def test_it_is_through_when_it_is_recorded(self):
        lead = self.create_full_lead()
        with lead._recorded_conversion() as leads:
            self.assertTrue(leads._is_in_conversion())
            self.assertEqual(leads._get_conversion().kind, "opportunity")
            self.assertEqual(leads._get_conversion().date, self.cr.now())
            leads.write({"type": "opportunity"})
        self.assertFalse(leads._is_in_conversion())
        self.assertFalse(lead._is_in_conversion())
        self.assertEqual(len(lead.conversion_ids), 1)

    def test_no_action_brings_it_to_the_browser(self):
        for result in ("partner", "inquiry", "quotation"):
            lead = self.create_full_lead(email_from=f"{result}@amsel.example")
            wizard = self.go_to_result(self.open_dialog(lead), result=result)
            action = wizard.action_convert()
            self.assertNotIn(f'"{PREFIX}', json.dumps(action), result)
