from odoo.exceptions import UserError
from odoo.tests import HttpCase, tagged

from ..common import LeadEnergyCommon

# Each path that Odoo has for a lead: what is done, and what is then true.
# status, log (oldest first; a star is what the system did), category of the company
PATHS = [
    ("created", "open", "open", "lead"),
    ("created_closed", "closed", "closed", "lead"),
    ("created_as_opportunity", "converted", "converted", "opportunity"),
    ("wizard", "converted", "open converted", "opportunity"),
    ("wizard_merge", "converted", "open converted", "opportunity"),
    ("wizard_mass", "converted", "open converted", "opportunity"),
    ("assignment", "converted", "open converted", "opportunity"),
    ("portal", "converted", "open converted*", "opportunity"),
    ("write_type", "converted", "open converted", "opportunity"),
    (
        "write_type_back",
        "contacted",
        "open contacted converted contacted",
        "opportunity",
    ),
    ("merge_lead_lead", "contacted", "open contacted", "lead"),
    ("merge_lead_opportunity", "converted", "converted", "opportunity"),
    ("merge_opportunity_lead", "converted", "converted", "opportunity"),
    ("merge_opportunity_opportunity", "converted", "converted", "opportunity"),
    ("merge_closed_lead", "contacted", "open contacted", "lead"),
    ("lost", "closed", "open closed*", "lead"),
    ("lost_by_dialog", "closed", "open closed", "lead"),
    ("lost_restored", "contacted", "open contacted closed* contacted*", "lead"),
    ("archived", "open", "open", "lead"),
    ("archived_restored", "open", "open", "lead"),
    ("won", "converted", "open converted*", "lead"),
    ("won_undone", "open", "open converted* open*", "lead"),
    ("copy", "open", "open", "lead"),
    ("copy_closed", "closed", "closed", "lead"),
    ("copy_opportunity", "converted", "converted", "opportunity"),
    ("opportunity_lost", "converted", "converted", "lost"),
    ("opportunity_restored", "converted", "converted", "opportunity"),
    ("converted_and_lost", "converted", "open converted", "lost"),
    ("import_new", "qualified", "qualified", "lead"),
    ("import_update", "contacted", "open contacted", "lead"),
    ("mass_edit", "qualified", "open qualified", "mql"),
    ("mass_edit_closed", "closed", "open closed", "lead"),
    ("closed_and_out", "contacted", "open closed contacted", "lead"),
    ("quotation_confirmed", "converted", "open converted", "customer"),
    ("partner_merge", "contacted", "open contacted", "customer"),
]


@tagged("post_install", "-at_install")
class TestStatusPaths(LeadEnergyCommon):
    """On every path: the right status, the right log, the right category."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.config_parameter"].set_param("crm.lead.auto.assignment", True)
        cls.team.crm_team_member_ids.assignment_max = 300
        cls.categories = {
            name: cls.env.ref(f"lead_energy.company_category_{name}")
            for name in ("lead", "mql", "opportunity", "lost", "customer", "partner")
        }

    def _create_company(self, category="lead"):
        return self.env["res.partner"].create(
            {
                "name": "Amsel KG",
                "is_company": True,
                "company_category_id": self.categories[category].id,
            }
        )

    def _create_contact(self, company):
        return self.env["res.partner"].create(
            {
                "name": "Anna Amsel",
                "parent_id": company.id,
                "email": "anna@amsel.example",
            }
        )

    def _lead(self, **vals):
        return self.create_lead(partner_id=self.contact.id, **vals)

    def _wizard(self, leads, model="crm.lead2opportunity.partner", **vals):
        wizards = self.env[model].with_user(self.rep)
        return wizards.with_context(
            active_model="crm.lead", active_ids=leads.ids, active_id=leads[0].id
        ).create(vals)

    def test_no_path_leaves_a_lead_without_status_and_log(self):
        leads = self.env["crm.lead"].with_user(self.rep)
        values = {"name": "A", "type": "lead"}
        for given, context in (
            ({"lead_status_id": False}, {}),
            ({"lead_status_id": None}, {}),
            ({"lead_status_id": 0}, {}),
            ({"lead_status_id": ""}, {}),
            ({}, {"default_lead_status_id": False}),
            ({"lead_status_id": False}, {"default_lead_status_id": False}),
        ):
            with self.subTest(given=given, context=context):
                lead = leads.with_context(**context).create({**values, **given})
                self.assertEqual(lead.lead_status_id, self.status_open)
                self.assertEqual(lead.lead_status_log_ids.status_id, self.status_open)
        for empty in (False, None, 0, ""):
            with self.assertRaisesRegex(UserError, "always has a status"):
                lead.write({"lead_status_id": empty})
        opportunity = leads.create(
            {"name": "A", "type": "opportunity", "lead_status_id": False}
        )
        self.assertEqual(opportunity.lead_status_id, self.status_converted)
        self.assertEqual(len(opportunity.lead_status_log_ids), 1)

    def test_a_status_by_the_text_of_its_id_or_one_that_is_none(self):
        leads = self.env["crm.lead"].with_user(self.rep)
        values = {"name": "A", "type": "lead"}
        text = str(self.status_qualified.id)
        lead = leads.create({**values, "lead_status_id": text})
        self.assertEqual(lead.lead_status_id, self.status_qualified)
        lead.write({"lead_status_id": str(self.status_contacted.id)})
        self.assertEqual(lead.lead_status_id, self.status_contacted)
        last = self.env["crm.lead.status"].search([], order="id desc", limit=1)
        for wrong in ("Contacted", "-1", last.id + 1, True, 1.5, [1], {"id": 1}):
            with self.subTest(wrong=wrong):
                with self.assertRaisesRegex(UserError, "no lead status"):
                    leads.create({**values, "lead_status_id": wrong})
                with self.assertRaisesRegex(UserError, "no lead status"):
                    lead.write({"lead_status_id": wrong})
        self.assertEqual(lead.lead_status_log_ids[0].status_id, self.status_contacted)

    def test_a_status_in_the_archive_is_a_column_while_it_has_leads(self):
        status = self.env["crm.lead.status"].create(
            {"name": "Of old", "kind": "contacted"}
        )
        lead = self.create_lead(lead_status_id=status.id)
        status.active = False
        for is_there in (True, False):
            groups = self.env["crm.lead"].formatted_read_group(
                [("type", "=", "lead")], ["lead_status_id"], ["__count"]
            )
            ids = {group["lead_status_id"][0] for group in groups}
            self.assertEqual(status.id in ids, is_there)
            self.assertIn(self.status_open.id, ids)
            lead.lead_status_id = self.status_qualified

    def test_every_path(self):
        for path, status, log, category in PATHS:
            with self.subTest(path=path):
                self.company = self._create_company()
                self.contact = self._create_contact(self.company)
                lead = getattr(self, f"_do_{path}")()
                # sudo: automatic assignment may have given it to the other rep
                self.assertPath(lead.sudo(), status, log, category)

    def assertPath(self, lead, status, log, category):
        self.assertEqual(lead.lead_status_kind, status)
        self.assertEqual(
            lead.lead_status_id, self.env.ref(f"lead_energy.status_{status}")
        )
        rows = lead.lead_status_log_ids.filtered(lambda row: not row.origin)
        self.assertEqual(
            " ".join(
                row.status_id.kind + ("*" if row.is_system else "")
                for row in rows.sorted("id")
            ),
            log,
        )
        self.assertEqual(rows.filtered(lambda row: not row.date_to), rows[0])
        self.assertEqual(rows[0].status_id, lead.lead_status_id)
        self.assertEqual(
            self.company.company_category_id, self.categories[category], "category"
        )
        self.assertEqual(
            self.contact.exists().company_category_id or self.categories[category],
            self.categories[category],
        )

    # What is done on each path, as a rep where a rep may

    def _do_created(self):
        return self._lead()

    def _do_created_closed(self):
        return self._lead(lead_status_id=self.status_closed.id)

    def _do_created_as_opportunity(self):
        return self._lead(type="opportunity")

    def _do_wizard(self):
        lead = self._lead()
        self._wizard(lead, name="convert", action="exist").action_apply()
        return lead

    def _do_wizard_merge(self):
        leads = self._lead() + self._lead()
        self._wizard(
            leads[0], name="merge", duplicated_lead_ids=[(6, 0, leads.ids)]
        ).action_apply()
        return leads.exists()

    def _do_wizard_mass(self):
        lead = self._lead()
        self._wizard(
            lead,
            "crm.lead2opportunity.partner.mass",
            user_ids=[(4, self.rep.id)],
            deduplicate=False,
        ).action_mass_convert()
        return lead

    def _do_assignment(self):
        lead = self._lead(user_id=False)
        self.team.with_user(self.manager)._assign_and_convert_leads()
        return lead

    def _do_portal(self):
        lead = self._lead()
        lead.sudo().convert_opportunity(self.contact)
        return lead

    def _do_write_type(self):
        lead = self._lead()
        lead.write({"type": "opportunity"})
        return lead

    def _do_write_type_back(self):
        lead = self._lead()
        lead.lead_status_id = self.status_contacted
        lead.write({"type": "opportunity"})
        lead.write({"type": "lead"})
        return lead

    def _do_merge_lead_lead(self):
        lead, other = self._lead(), self._lead()
        lead.lead_status_id = self.status_contacted
        return (lead + other).merge_opportunity()

    def _do_merge_lead_opportunity(self):
        return (self._lead() + self._lead(type="opportunity")).merge_opportunity()

    def _do_merge_opportunity_lead(self):
        return (self._lead(type="opportunity") + self._lead()).merge_opportunity()

    def _do_merge_opportunity_opportunity(self):
        leads = self._lead(type="opportunity") + self._lead(type="opportunity")
        return leads.merge_opportunity()

    def _do_merge_closed_lead(self):
        lead, closed = self._lead(), self._lead(lead_status_id=self.status_closed.id)
        lead.lead_status_id = self.status_contacted
        return (closed + lead).merge_opportunity()

    def _do_lost(self):
        lead = self._lead()
        lead.action_set_lost()
        return lead

    def _do_lost_by_dialog(self):
        lead = self._lead()
        self.env["crm.lead.lost"].with_user(self.rep).create(
            {"lead_ids": lead.ids}
        ).action_lost_reason_apply()
        return lead

    def _do_lost_restored(self):
        lead = self._lead()
        lead.lead_status_id = self.status_contacted
        lead.action_set_lost()
        lead.action_restore()
        return lead

    def _do_archived(self):
        lead = self._lead()
        lead.action_archive()
        return lead

    def _do_archived_restored(self):
        lead = self._lead()
        lead.action_archive()
        lead.action_unarchive()
        return lead

    def _do_won(self):
        lead = self._lead()
        lead.action_set_won()
        return lead

    def _do_won_undone(self):
        lead = self._lead()
        stage = lead.stage_id
        lead.action_set_won()
        lead.write({"stage_id": stage.id, "probability": 20})
        return lead

    def _do_copy(self):
        lead = self._lead()
        lead.lead_status_id = self.status_contacted
        return lead.copy()

    def _do_copy_closed(self):
        lead = self._lead()
        lead.lead_status_id = self.status_closed
        return lead.copy()

    def _do_copy_opportunity(self):
        return self._lead(type="opportunity").copy()

    def _do_opportunity_lost(self):
        lead = self._lead(type="opportunity")
        lead.action_set_lost()
        return lead

    def _do_opportunity_restored(self):
        lead = self._do_opportunity_lost()
        lead.action_restore()
        return lead

    def _do_converted_and_lost(self):
        lead = self._do_wizard()
        lead.action_set_lost()
        return lead

    def _load(self, *rows):
        leads = self.env["crm.lead"].with_user(self.rep)
        result = leads.load(
            ["id", "name", "type", "lead_status_id", "partner_id/.id", "user_id/.id"],
            [list(row) for row in rows],
        )
        self.assertFalse(result["messages"])
        return leads.browse(result["ids"])

    def _do_import_new(self):
        name = self.status_qualified.name
        lead = self._load(
            ("", "Imported", "Lead", name, str(self.contact.id), str(self.rep.id))
        )
        # a status that an import brings is history, and says nothing of the company
        self.company.company_category_id = self.categories["lead"]
        return lead

    def _do_import_update(self):
        lead = self._lead()
        xmlid = lead._BaseModel__ensure_xml_id()
        ((_lead, name),) = list(xmlid)
        self._load(
            (
                name,
                "Imported again",
                "Lead",
                self.status_contacted.name,
                str(self.contact.id),
                str(self.rep.id),
            )
        )
        return lead

    def _do_mass_edit(self):
        leads = self._lead() + self._lead()
        leads.write({"lead_status_id": self.status_qualified.id})
        return leads[0]

    def _do_mass_edit_closed(self):
        leads = self._lead() + self._lead()
        leads.write({"lead_status_id": self.status_closed.id})
        return leads[1]

    def _do_closed_and_out(self):
        lead = self._lead()
        lead.lead_status_id = self.status_closed
        lead.lead_status_id = self.status_contacted
        self.assertTrue(lead.active)
        return lead

    def _do_quotation_confirmed(self):
        lead = self._do_wizard()
        self.env["sale.order"].with_user(self.rep).create(
            {"partner_id": self.contact.id, "opportunity_id": lead.id}
        ).action_confirm()
        return lead

    def _do_partner_merge(self):
        lead = self._lead()
        lead.lead_status_id = self.status_contacted
        customer = self._create_company("customer")
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (customer + self.company).ids, self.company
        )
        return lead


@tagged("post_install", "-at_install")
class TestStatusByLink(LeadEnergyCommon, HttpCase):
    """The button of a notification mail; that to convert has its test already."""

    def test_mark_lost(self):
        lead = self.create_lead()
        self.authenticate(self.rep.login, self.rep.login)
        url = lead._notify_get_action_link(
            "controller", controller="/lead/case_mark_lost"
        )
        self.url_open(url).raise_for_status()
        self.assertEqual(lead.lead_status_id, self.status_closed)
        self.assertEqual(lead.lead_status_log_ids[0].user_id, self.rep)
