# what a test writes is not shown to anybody
# pylint: disable=translation-required
import base64
from io import BytesIO

import polib
from lxml import etree
from PIL import Image

from odoo import fields
from odoo.tests import HttpCase, tagged, users
from odoo.tools import file_path
from odoo.tools.translate import code_translations

from ..common import LeadEnergyCommon

# run once the page shows what is waited for; the server may be slow
WAITING = """
(async () => {
    for (let tries = 0; !document.querySelector(%(ready)r); tries++) {
        if (tries > 500) {
            return console.error("never shown: " + %(ready)r);
        }
        await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
    const complaint = await (async () => { %(check)s })();
    if (complaint) {
        console.error(complaint);
    } else {
        console.log("test successful");
    }
})();
"""
SIDEWAYS = """
    const width = document.documentElement.scrollWidth;
    return width > 390 ? `the page is ${width} pixels wide` : "";
"""
CUT_OFF = """
    const cut = [...document.querySelectorAll("th .text-truncate, th span")]
        .filter((header) => header.checkVisibility())
        .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth + 1)
        .map(({ textContent }) => textContent.trim());
    return cut.length ? "cut off: " + cut : "";
"""
VISIBLE = """
    const hidden = %s.filter((name) => {
        const widget = document.querySelector(`.o_form_view [name=${name}]`);
        const box = widget && widget.getBoundingClientRect();
        return !box || !box.height || box.top < 0 || box.bottom > innerHeight;
    });
    return hidden.length ? "not visible: " + hidden : "";
"""


class ScreensCase(HttpCase, LeadEnergyCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.country_id = cls.env.ref("base.de")
        cls.url = "/odoo/action-lead_energy.crm_lead_action"
        cls.env["crm.lead"].search([]).action_archive()
        cls.lead = cls.create_lead(
            name="Roof of Amsel",
            partner_name="Amsel GmbH",
            contact_name="Anna Amsel",
            phone="+49 30 23125 101",
            influence_id=cls.decision_maker.id,
            interest_ids=[(6, 0, cls.photovoltaics.ids)],
        )

    def check_page(self, path, ready, check, before="", login=None):
        """Run JavaScript, as the rep; what it returns is what is wrong."""
        code = before + WAITING % {"ready": ready, "check": check}
        self.browser_js(path, code, login=login or self.rep.login, timeout=90)


@tagged("post_install", "-at_install")
class TestLeadScreens(ScreensCase):
    browser_size = "1366x768"

    def test_the_morning_of_a_rep(self):
        self.start_tour(self.url, "lead_energy_morning", login=self.rep.login)
        self.assertEqual(self.lead.lead_status_id, self.status_contacted)
        self.assertTrue(self.lead.send_info_material)

    def test_a_rep_edits_several_leads_in_the_list(self):
        wall = self.create_lead(name="Wall of Buche", partner_name="Buche KG")
        other = self.create_lead(name="Floor of Distel")
        leads = self.lead | wall
        self.start_tour(self.url, "lead_energy_multi_edit", login=self.rep.login)
        wind = self.env.ref("lead_energy.interest_wind_power")
        self.assertEqual(leads.lead_status_id, self.status_contacted)
        self.assertEqual(self.lead.interest_ids, self.photovoltaics | wind)
        self.assertEqual(wall.interest_ids, wind)
        for lead in leads:
            logs = lead.lead_status_log_ids
            self.assertEqual(
                logs.mapped("status_id.kind"), ["contacted", "open"], "one row a change"
            )
            self.assertEqual(logs[0].user_id, self.rep)
            self.assertFalse(logs[0].is_system)
            activity = lead.activity_ids
            self.assertEqual(len(activity), 1, "one next contact")
            self.assertEqual(str(activity.date_deadline), "2030-01-15")
        self.assertLinesAddUp(leads)
        self.assertEqual(other.lead_status_id, self.status_open)
        self.assertFalse(other.next_contact_date)
        self.assertFalse(other.interest_ids)

    def test_a_manager_hands_several_leads_over_in_the_list(self):
        leads = self.lead | self.create_lead(name="Wall of Buche")
        leads.next_contact_date = "2030-01-15"
        self.other_rep.name = "Otto Other"
        self.start_tour(self.url, "lead_energy_hand_over", login=self.manager.login)
        leads = leads.sudo()
        self.assertEqual(leads.user_id, self.other_rep)
        self.assertEqual(leads.mapped("lead_status_log_ids.status_id.kind"), ["open"])

    def test_a_manager_adds_an_interest_and_a_rating(self):
        self.start_tour(
            "/odoo/action-lead_energy.crm_lead_interest_action",
            "lead_energy_configure",
            login=self.manager.login,
        )
        interest = self.env["crm.lead.interest"].search([("name", "=", "Hydrogen")])
        rating = self.env["crm.lead.rating"].search([("name", "=", "Works Council")])
        self.assertEqual(len(interest), 1)
        self.assertEqual(rating.kind, "influence")

    def test_a_lead_is_typed_in_without_a_mouse(self):
        self.start_tour(f"{self.url}/new", "lead_energy_keyboard", login=self.rep.login)
        lead = self.env["crm.lead"].search([("name", "=", "By keyboard")])
        self.assertRecordValues(
            lead,
            [
                {
                    "partner_name": "Musterbau GmbH",
                    "contact_name": "Erika Beispiel",
                    "influence_id": self.decision_maker.id,
                    "interest_ids": self.photovoltaics.ids,
                }
            ],
        )

    def test_head_and_ratings_are_visible_without_scrolling(self):
        self.lead.next_contact_date = fields.Date.today()
        self.lead.message_post(body="Called", message_type="comment")
        names = [
            "lead_number",
            "name",
            "partner_name",
            "contact_name",
            "phone",
            "email_from",
            "website",
            "user_id",
            "next_step_date",
            "last_touch",
            "lead_score",
            "lead_score_details",
            "lead_status_id",
            "influence_id",
            "company_size_id",
            "industry_id",
            "need_id",
            "source_id",
            "volume_id",
            "interest_ids",
        ]
        self.check_page(
            f"{self.url}/{self.lead.id}",
            ".o_form_view .o_lead_score_badge",
            VISIBLE % names,
        )

    def test_no_header_of_the_list_is_cut_off_in_german(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.rep.lang = "de_DE"
        self.lead.next_contact_date = fields.Date.today()
        self.check_page(f"{self.url}?view_type=list", ".o_data_row", CUT_OFF)


@tagged("post_install", "-at_install")
class TestLeadScreensPhone(ScreensCase):
    browser_size = "390x844"
    touch_enabled = True

    def test_board_and_form_do_not_scroll_sideways(self):
        for path, ready in (
            (self.url, ".o_kanban_record"),
            (f"{self.url}/{self.lead.id}", ".o_form_view .o_lead_score_badge"),
            (f"{self.url}/new", ".o_form_view .o_lead_score_badge"),
        ):
            with self.subTest(path):
                self.check_page(path, ready, SIDEWAYS)

    def test_whom_to_call_is_on_the_first_screen_and_a_half(self):
        self.lead.next_contact_date = fields.Date.today()
        self.lead.message_post(body="Called", message_type="comment")
        names = ["partner_name", "contact_name", "phone", "email_from", "website"]
        names += ["user_id", "next_step_date", "last_touch", "lead_score_details"]
        self.check_page(
            f"{self.url}/{self.lead.id}",
            ".o_form_view .o_lead_score_badge",
            VISIBLE.replace("innerHeight", "innerHeight * 1.5") % names,
        )

    def test_a_new_lead_at_a_fair(self):
        self.start_tour(self.url, "lead_energy_fair", login=self.rep.login)
        lead = self.env["crm.lead"].search([("partner_name", "=", "Musterbau GmbH")])
        self.assertRecordValues(
            lead,
            [
                {
                    "type": "lead",
                    "name": "Musterbau GmbH",
                    "contact_name": "Erika Beispiel",
                    "email_from": "erika@musterbau.example",
                    "phone_sanitized": "+493023125102",
                    "interest_ids": self.photovoltaics.ids,
                    "lead_status_id": self.status_open.id,
                    "user_id": self.rep.id,
                }
            ],
        )
        card = Image.open(BytesIO(base64.b64decode(lead.business_card)))
        self.assertEqual(card.size, (1920, 1200))


@tagged("post_install", "-at_install")
class TestLeadScreensQueries(LeadEnergyCommon):
    """What our screens cost beside Odoo's own: the same view with ours archived."""

    def get_specification(self, arch):
        return self._get_fields_specification(self.env["crm.lead"], arch)

    def _get_fields_specification(self, model, node):
        """Return what the client asks for: the fields of a view, names included."""
        specification = {}
        depth = len(node.xpath("ancestor-or-self::field"))
        for field in node.xpath(f".//field[count(ancestor::field) = {depth}]"):
            definition = model._fields.get(field.get("name"))
            if definition is None:
                continue
            asked = specification.setdefault(definition.name, {})
            if definition.relational and field.get("invisible") not in ("1", "True"):
                fields = asked.setdefault("fields", {})
                fields.update(self._get_related_specification(definition, field))
        return specification

    def _get_related_specification(self, definition, node):
        related = self.env[definition.comodel_name]
        if definition.type != "many2one" and node.xpath("./list | ./kanban"):
            return self._get_fields_specification(related, node)
        is_tags = node.get("widget") == "many2many_tags" and "color" in related._fields
        return {"display_name": {}, **({"color": {}} if is_tags else {})}

    def get_arches(self, xmlid, view_type, native_xmlid=None):
        """Return the arch as Odoo alone has it, and as it is."""
        leads = self.env["crm.lead"]
        ours = leads.get_view(self.env.ref(xmlid).id, view_type)["arch"]
        data = self.env["ir.model.data"].sudo()
        data = data.search(
            [("module", "=", "lead_energy"), ("model", "=", "ir.ui.view")]
        )
        views = self.env["ir.ui.view"].sudo().browse(data.mapped("res_id"))
        views = views.filtered(lambda view: view.inherit_id and view.active)
        views.active = False
        native = leads.get_view(self.env.ref(native_xmlid or xmlid).id, view_type)
        views.active = True
        return etree.fromstring(native["arch"]), etree.fromstring(ours)

    def count(self, leads, specification):
        def read():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            # the client tells its language and time zone
            client = {"lang": "en_US", "tz": "Europe/Berlin"}
            leads.with_context(**client).web_read(specification)
            return self.env.cr.sql_log_count - before

        read()
        return read()

    def create_leads(self, count, **values):
        industry = self.env["res.partner.industry"].search([], limit=1)
        return self.env["crm.lead"].concat(
            *(
                self.create_lead(
                    partner_name=f"Company {index}",
                    influence_id=self.decision_maker.id,
                    need_id=self.urgent.id,
                    industry_id=industry.id,
                    interest_ids=[(6, 0, self.photovoltaics.ids)],
                    next_contact_date="2030-01-01",
                    appointment_user_id=self.rep.id,
                    follow_up_user_id=self.rep.id,
                    **values,
                )
                for index in range(count)
            )
        )

    def assertNotMuchMore(self, leads, arches, limit):
        native, ours = (self.count(leads, self.get_specification(a)) for a in arches)
        self.assertLessEqual(ours, native + limit)

    def assertSameForMany(self, arch):
        specification = self.get_specification(arch)
        leads = self.create_leads(40)
        self.assertEqual(
            self.count(leads, specification), self.count(leads[:1], specification)
        )

    @users("energy_rep")
    def test_the_board_costs_two_queries_more_than_odoos(self):
        arches = self.get_arches(
            "lead_energy.crm_lead_view_kanban",
            "kanban",
            native_xmlid="crm.crm_case_kanban_view_leads",
        )
        self.assertNotMuchMore(self.create_leads(1), arches, 2)
        self.assertSameForMany(arches[1])

    @users("energy_rep")
    def test_the_form_costs_five_queries_more_than_odoos(self):
        # the interests and their colours, the chart of the score, the picture, what is
        # next and was last
        arches = self.get_arches("crm.crm_lead_view_form", "form")
        names = [set(self.get_specification(arch)) for arch in arches]
        self.assertLessEqual(
            {"lead_score_details", "interest_ids"}, names[1] - names[0]
        )
        self.assertNotMuchMore(self.create_leads(1), arches, 5)
        # each other person costs what a person costs in Odoo: user and partner
        persons = {
            "appointment_user_id": self.other_rep.id,
            "follow_up_user_id": self.manager.id,
        }
        lead = self.create_leads(1)
        lead.write(persons)
        self.assertNotMuchMore(lead, arches, 5 + 2 * len(persons))

    @users("energy_rep")
    def test_the_form_does_not_cost_more_for_a_lead_with_a_past(self):
        arches = self.get_arches("crm.crm_lead_view_form", "form")
        lead = self.create_leads(1)
        specification = self.get_specification(arches[1])
        before = self.count(lead, specification)
        visit = self.env["crm.lead.touchpoint.type"].search([], limit=1)
        for status in (self.status_contacted, self.status_qualified):
            lead.lead_status_id = status
            lead.touchpoint_ids = [(0, 0, {"type_id": visit.id})]
        self.assertEqual(self.count(lead, specification), before)

    @users("energy_rep")
    def test_the_list_costs_the_same_for_many_leads(self):
        _native, ours = self.get_arches("crm.crm_case_tree_view_leads", "list")
        self.assertSameForMany(ours)

    @users("energy_rep")
    def test_a_remembered_name_follows_its_record(self):
        lead = self.create_leads(1)
        self.env["res.lang"].sudo()._activate_lang("de_DE")

        def shown(lang="en_US"):
            self.env.invalidate_all()  # as each request begins
            reader = lead.with_context(lang=lang)
            found = reader.web_read(
                {
                    "lead_status_id": {"fields": {"display_name": {}}},
                    "industry_id": {"fields": {"display_name": {}}},
                    "influence_id": {"fields": {"display_name": {}}},
                    "lead_score_details": {},
                }
            )[0]
            labels = [
                line["label"]
                for group in found["lead_score_details"]["groups"]
                for line in group["lines"]
            ]
            names = [
                found[name]["display_name"]
                for name in ("lead_status_id", "industry_id", "influence_id")
            ]
            return [*names, *labels]

        shown(), shown("de_DE")
        self.decision_maker.name = "Who decides"
        self.decision_maker.update_field_translations("name", {"de_DE": "Chefin"})
        self.status_open.name = "Untouched"
        lead.industry_id.sudo().name = "Mills"
        self.assertLessEqual({"Untouched", "Mills", "Who decides"}, set(shown()))
        self.assertIn("Chefin", shown("de_DE"))
        self.assertEqual(shown("de_DE").count("Chefin"), shown().count("Who decides"))
        self.assertEqual(shown().count("Who decides"), 2, "the rating, and its line")


# what of a view is read
SHOWN = ("string", "placeholder", "title", "aria-label", "help", "confirm", "label")


@tagged("post_install", "-at_install")
class TestLeadScreensGerman(LeadEnergyCommon):
    """Every screen as a German sees it: no text of ours that is left in English."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("de_DE")
        # with what Odoo's own views bring into ours
        own = cls.env["ir.module.module"].search([("name", "=", "lead_energy")])
        modules = own | own.upstream_dependencies(exclude_states=("uninstallable",))
        modules._update_translations(["de_DE"])
        cls.manager.lang = "de_DE"
        cls.po = polib.pofile(file_path("lead_energy/i18n/de.po"))

    def get_german(self, is_place):
        """Return {English: German} of what differs, from the places asked for."""
        return {
            entry.msgid: entry.msgstr
            for entry in self.po
            if entry.translated()
            and entry.msgstr != entry.msgid
            and any(is_place(place) for place, _line in entry.occurrences)
        }

    def get_own_views(self):
        data = self.env["ir.model.data"].search(
            [("module", "=", "lead_energy"), ("model", "=", "ir.ui.view")]
        )
        views = self.env["ir.ui.view"].browse(data.mapped("res_id"))
        return views.filtered(lambda view: view.model in self.env)

    def get_root(self, view):
        return self.get_root(view.inherit_id) if view.mode == "extension" else view

    def get_texts(self, arch):
        """Return what people read in XML: its texts, and those in attributes."""
        texts = set()
        for node in arch.iter(etree.Element):
            texts.update(node.get(name) for name in SHOWN)
            texts.update((node.text, node.tail))
        return {" ".join(text.split()) for text in texts if text and text.strip()}

    def get_terms_texts(self, terms):
        return set().union(
            *(self.get_texts(etree.fromstring(f"<t>{term}</t>")) for term in terms)
        )

    def get_field_texts(self, arch, model):
        """Return the labels, helps and options of our fields in a view."""
        texts = set()
        for name in arch.xpath("//field[not(ancestor::field)]/@name"):
            field = model._fields.get(name)
            if field and field._module == "lead_energy":
                texts.add(field._description_string(model.env))
                texts.add(field._description_help(model.env))
                if field.type == "selection":
                    texts.update(dict(field._description_selection(model.env)).values())
        return texts

    def test_no_view_shows_english_that_has_a_german(self):
        labels = self.get_german(lambda p: p.startswith("model:ir.model.fields"))
        labels = set(labels) - set(labels.values())
        views = self.get_own_views().grouped(self.get_root)
        read, expected = set(), set()
        for root, own in views.items():
            places = {f"model_terms:ir.ui.view,arch_db:{view.xml_id}" for view in own}
            german = self.get_german(places.__contains__)
            translated = self.get_terms_texts(german.values())
            english = self.get_terms_texts(german) - translated
            model = self.env[root.model].with_user(self.manager)
            model = model.with_context(lang="de_DE")
            arch = etree.fromstring(model.get_view(root.id, root.type)["arch"])
            texts = self.get_texts(arch)
            with self.subTest(root.xml_id):
                self.assertFalse(texts & english)
                self.assertFalse(self.get_field_texts(arch, model) & labels)
            read |= texts & translated
            expected |= translated
        # a view may hide something from managers; nearly all has been looked at
        self.assertGreater(len(read), 0.95 * len(expected), expected - read)

    def test_actions_menus_and_records_have_german_names(self):
        data = self.env["ir.model.data"].search(
            [("module", "=", "lead_energy"), ("model", "not like", "ir.model%")]
        )
        found = 0
        for row in data:
            place = f"model:{row.model},name:{row.complete_name}"
            german = self.get_german(place.__eq__)
            for source, translation in german.items():
                record = self.env[row.model].with_context(lang="de_DE")
                with self.subTest(row.complete_name, source=source):
                    self.assertEqual(record.browse(row.res_id).name, translation)
                    found += 1
        self.assertGreater(found, 60)

    def test_the_browser_gets_the_german_of_our_scripts_and_templates(self):
        scripts = "code:addons/lead_energy/static/src/"
        german = self.get_german(lambda place: place.startswith(scripts))
        self.assertGreater(len(german), 20)
        sent = code_translations.get_web_translations("lead_energy", "de_DE")
        sent = {m["id"]: m["string"] for m in sent["messages"]}
        for source, translation in german.items():
            with self.subTest(source):
                self.assertEqual(sent.get(source), translation)
