from odoo import Command
from odoo.tests import Form, HttpCase, tagged

from ...models.score.crm_lead_score_criterion import RATINGS
from .test_score import ScoreCommon

# what is typed into a field, by its type
TYPED = {
    "boolean": True,
    "char": "Typed",
    "date": "2030-01-15",
    "float": 150000.0,
    "integer": 150000,
    "monetary": 150000.0,
}
# of fields that take more than any text
TYPED_BY_NAME = {
    "customer_segment": "industry",
    "email_from": "erika@gmail.com",
    "phone": "+49 228 1234567",
    "malo_id": "41373559241",
    "website": "https://muster.example",
}
# what follows the score or Odoo's prediction, and what tells of the change
FOLLOWING = {
    *("qualification", "lead_score_log_ids", "probability"),
    *("write_date", "write_uid"),
}


class ScoreFormCommon(ScoreCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.publish_entangled_model()
        paths = cls.env["crm.lead"]._get_score_paths()
        cls.names = {path.split(".")[0] for path in paths}

    @classmethod
    def publish_entangled_model(cls):
        """Publish the shipped model, in which each rating depends on all the rest."""
        shipped = cls.env.ref("lead_energy.score_model")
        draft = shipped.browse(shipped.action_edit_as_draft()["res_id"])
        asked = [
            *("annual_consumption_kwh", "city", "contract_end_date"),
            *("customer_segment", "email_from", "interest_ids", "malo_id", "phone"),
            *("planned_power_kwp", "touchpoint_ids", "website", *RATINGS),
        ]
        draft.criterion_ids = [
            Command.create(
                {
                    "name": "Entangled",
                    "code": "entangled",
                    "rule_ids": [
                        Command.create(
                            {
                                "name": f"{rating} and {name}",
                                "points": 1,
                                "domain": str(
                                    [
                                        (rating, "=", cls.get_option(rating).id),
                                        (name, "!=", False),
                                        ("id", "!=", 1),
                                    ]
                                ),
                            }
                        )
                        for rating in RATINGS
                        for name in asked
                    ],
                }
            )
        ]
        draft.action_publish()

    @classmethod
    def get_option(cls, rating):
        """Return an option of a rating: the last one, which is tried last."""
        field = cls.env["crm.lead"]._fields[rating]
        domain = []
        if field.comodel_name == "crm.lead.rating":
            domain = [("kind", "=", rating.removesuffix("_id"))]
        return cls.env[field.comodel_name].search(domain, order="id desc", limit=1)

    def get_state(self, lead):
        """Return what people and other addons wrote, not what is computed."""
        names = [
            name
            for name, field in lead._fields.items()
            if field.store
            and name not in FOLLOWING
            and not (field.compute and field.readonly)
        ]
        lead.invalidate_recordset()
        return lead.read(names, load=None)[0]


@tagged("post_install", "-at_install")
class TestScoreForm(ScoreFormCommon):
    def type_in(self, form, name):
        field = self.env["crm.lead"]._fields[name]
        if field.type == "many2one":
            setattr(form, name, self.get_option(name))
        elif field.type == "many2many":
            getattr(form, name).add(self.photovoltaics)
        else:
            setattr(form, name, TYPED_BY_NAME.get(name) or TYPED[field.type])

    def get_typed_names(self, lead):
        """Return the watched fields that the form lets people change."""
        view = Form(lead, "crm.crm_lead_view_form")._view
        return sorted(
            name
            for name in self.names & view["fields"].keys()
            if view["modifiers"][name]["readonly"] != "True"
            and view["fields"][name]["type"] != "one2many"
        )

    def test_nothing_changes_in_a_saved_lead_but_what_was_typed(self):
        lead = self.create_lead(partner_name="Muster GmbH")
        names = self.get_typed_names(lead)
        self.assertLessEqual(
            {*RATINGS, "annual_consumption_kwh", "phone", "email_from", "city"},
            set(names),
        )
        cases = [(self.rep, name) for name in names]
        for user, name in [*cases, (self.manager, "annual_consumption_kwh")]:
            with self.subTest(name, user=user.login):
                lead = self.create_lead(user=user, partner_name="Muster GmbH")
                before = self.get_state(lead)
                with Form(lead, "crm.crm_lead_view_form") as form:
                    self.type_in(form, name)
                after = self.get_state(lead)
                changed = {key for key in before if before[key] != after[key]}
                self.assertEqual(changed, {name})

    def test_opening_and_saving_a_lead_changes_nothing(self):
        for ratings in ({}, {"need_id": self.urgent.id}):
            lead = self.create_lead(**ratings)
            before = self.get_state(lead)
            with Form(lead, "crm.crm_lead_view_form") as form:
                self.assertTrue(form.lead_score_details["range"])
            self.assertEqual(self.get_state(lead), before)

    def test_the_range_is_the_same_for_a_saved_lead_and_its_form(self):
        lead = self.create_lead(city="Bonn", phone="+49 228 1234567")
        lead.touchpoint_ids = [Command.create({"type_id": self.call.id})]
        stored = lead.lead_score_details["range"]
        form = Form(lead, "crm.crm_lead_view_form")
        form.annual_consumption_kwh = 0
        self.assertEqual(form.lead_score_details["range"], stored)
        self.assertEqual(stored["maximum"], 100)

    def test_the_range_knows_what_an_option_makes_true_elsewhere(self):
        draft = self.create_model("Elsewhere")
        draft.criterion_ids[1].rule_ids = [
            Command.create(
                {
                    "name": "Urgent, in Kiel, and not the first lead",
                    "points": 25,
                    "domain": str(
                        [
                            ("need_id.kind", "=", "need"),
                            *("!", ("need_id", "!=", self.urgent.id)),
                            ("city", "=", "Kiel"),
                            ("id", ">", 1),
                        ]
                    ),
                }
            )
        ]
        draft.action_publish()
        kiel, bonn = self.create_lead(city="Kiel"), self.create_lead(city="Bonn")
        self.assertEqual(kiel.lead_score_details["range"]["maximum"], 70)
        self.assertEqual(bonn.lead_score_details["range"]["maximum"], 65)


@tagged("post_install", "-at_install")
class TestScoreFormBrowser(HttpCase, ScoreFormCommon):
    def test_a_number_typed_into_a_saved_lead_rates_nothing(self):
        lead = self.create_lead(name="Roof of Amsel")
        before = self.get_state(lead)
        self.start_tour(
            f"/odoo/action-lead_energy.crm_lead_action/{lead.id}",
            "lead_energy_score_form",
            login=self.rep.login,
        )
        after = self.get_state(lead)
        changed = {key: after[key] for key in before if before[key] != after[key]}
        self.assertEqual(changed, {"annual_consumption_kwh": 150000})
