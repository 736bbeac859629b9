"""Each dialog and button of ours in a browser: as rep and manager, on one and several.

``ROWS`` is the table. A button of ours that is in no row fails the test of the table.
"""

# what a test writes is not shown to anybody
# pylint: disable=translation-required
import json
from pathlib import Path
from typing import NamedTuple

from lxml import etree

from odoo.exceptions import RedirectWarning
from odoo.tests import HttpCase, TransactionCase, tagged

from ..common import LeadEnergyCommon

MODAL = ".modal:not(.o_inactive_modal)"
GONE = {"trigger": "body:not(:has(.modal))"}


def see(trigger):
    return {"trigger": trigger}


def click(trigger):
    return {"trigger": trigger, "run": "click"}


def press(button, within=""):
    """Press a button of ours: its view, name and label as `get_buttons` tells them."""
    return {"button": button, "within": within}


def field(name):
    return f"{MODAL} .o_field_widget[name={name}]"


def edit(trigger, text):
    return {"trigger": trigger, "run": f"edit {text}"}


def choose(name, value):
    radio = f"{field(name)} input[data-value={value}]"
    return click(radio), see(f"{radio}:checked")


def tab(label):
    return click(f"{MODAL} .nav-link:contains({label})")


LEAD = "lead_energy.crm_lead_action"
MODELS = "lead_energy.crm_lead_score_model_action"
FORM, LIST = "crm_lead_view_form", "crm_case_tree_view_leads"
STEPS = "crm_lead2opportunity_partner_view_form"
MODEL, REVIEW = "crm_lead_score_model_view_form", "crm_lead_score_review_view_form"
NEXT = press(f"{STEPS}/action_next/Next", MODAL)
CONVERT = press(f"{STEPS}/action_convert/Convert", MODAL)
UNDO = press(
    "crm_lead_conversion_undo_view_form/action_undo/Undo the Conversion", MODAL
)
RECORD = press("crm_lead_consent_record_view_form/action_record/Record", MODAL)
PUT_OFF = press("crm_lead_rework_view_form/action_apply/Put off", MODAL)
BACK = click(".o_back_button")
CLOSE = click(f"{MODAL} .btn-close")


class Row(NamedTuple):
    """Where a way begins, and what is pressed on it."""

    name: str
    steps: tuple
    opens: str = LEAD
    # "form", "list" whose leads get selected, "" for a dialog on the leads
    view: str = "form"
    count: int = 1
    # of each lead
    values: dict = {}
    is_closed: bool = False


def on_one_and_several(name, steps, view="list", **options):
    return (
        Row(f"{name}, one", steps, view=view, **options),
        Row(f"{name}, several", steps, view=view, count=2, **options),
    )


KNOWN = {
    "partner_name": "Linde Solartechnik GmbH",
    "contact_name": "Lena Linde",
    "email_from": "lena@linde-solar.example",
}
NEW = {"partner_name": "Ahorn Windkraft GmbH", "contact_name": "Anton Ahorn"}

ROWS = (
    Row(
        "Into an inquiry of a known company",
        (
            press(f"{FORM}/action_convert/Convert"),
            *choose("company_choice", "exist"),
            press(
                f"{STEPS}/action_choose/company_candidate_ids",
                f"{MODAL} .o_kanban_record:contains(Linde)",
            ),
            *choose("contact_choice", "exist"),
            press(
                f"{STEPS}/action_choose/contact_candidate_ids",
                f"{MODAL} .o_kanban_record:contains(Lena)",
            ),
            *choose("result", "existing"),
            see(f"{field('preview')}:contains(Park of Linde)"),
            CONVERT,
            GONE,
            see(".o_breadcrumb:contains(Park of Linde)"),
        ),
        values=KNOWN,
    ),
    Row(
        "As a business partner",
        (
            press(f"{LIST}/action_convert/Convert"),
            *choose("company_choice", "create"),
            NEXT,
            *choose("contact_choice", "none"),
            press(f"{STEPS}/action_back/Back", MODAL),
            see(f"{field('company_name')} input"),
            NEXT,
            *choose("contact_choice", "create"),
            NEXT,
            *choose("result", "partner"),
            see(f"{field('preview')}:contains(stays a lead)"),
            CONVERT,
            GONE,
        ),
        view="list",
        values=NEW,
    ),
    Row(
        "In mass",
        (
            press(f"{LIST}/action_convert/Convert"),
            *choose("name", "convert"),
            click(f"{MODAL} button[name=action_mass_convert]"),
            GONE,
        ),
        view="list",
        count=2,
    ),
    *on_one_and_several(
        "Odoo's own conversion",
        (click(f"{MODAL} button[name=action_apply]"), GONE, see(".o_breadcrumb")),
        opens="crm.action_crm_lead2opportunity_partner",
        view="",
    ),
    Row(
        "Reopen and convert",
        (
            press(f"{LIST}/action_convert/Convert"),
            see(f"{MODAL}:contains(Reopen it)"),
            {
                **click(f"{MODAL} button:contains(Reopen and Convert)"),
                "action": "crm_lead_action_reopen_and_convert",
            },
            see(field("company_choice")),
            CLOSE,
            GONE,
        ),
        view="list",
        is_closed=True,
    ),
    Row(
        "Closed ones in mass",
        (
            press(f"{LIST}/action_convert/Convert"),
            see(f"{field('doubts')}:contains(reopen it first)"),
            CLOSE,
            GONE,
        ),
        view="list",
        count=2,
        is_closed=True,
    ),
    Row(
        "Convert and undo",
        (
            press(f"{FORM}/action_convert/Convert"),
            *choose("company_choice", "create"),
            NEXT,
            NEXT,
            *choose("result", "inquiry"),
            CONVERT,
            GONE,
            press(f"{FORM}/lead_energy.crm_lead_conversion_action/"),
            press("crm_lead_conversion_view_list/action_open_undo/Undo"),
            edit(f"{field('reason')} input", "By mistake"),
            UNDO,
            GONE,
            see(".o_statusbar_status .o_arrow_button_current:contains(Open)"),
        ),
        values={"partner_name": "Erle Biogas GmbH"},
    ),
    Row(
        "In two stages, undone in the form",
        (
            press(f"{FORM}/action_convert/Convert"),
            *choose("company_choice", "create"),
            NEXT,
            see(field("contact_choice")),
            NEXT,
            *choose("result", "partner"),
            CONVERT,
            GONE,
            press(f"{FORM}/action_convert/Inquiry or Quotation"),
            see(field("result")),
            CONVERT,
            GONE,
            press(f"{FORM}/action_undo_conversion/Undo the Conversion"),
            edit(f"{field('reason')} input", "By mistake"),
            UNDO,
            GONE,
            press(
                f"{FORM}/action_undo_conversion/Undo the Conversion",
                "[name=partner_only]",
            ),
            edit(f"{field('reason')} input", "By mistake"),
            UNDO,
            GONE,
            see(".o_statusbar_status .o_arrow_button_current:contains(Open)"),
        ),
        values={"partner_name": "Ulme Biogas GmbH", "contact_name": "Uta Ulme"},
    ),
    *on_one_and_several(
        "Loss",
        (
            click(".o_control_panel button:contains(Mark Lost)"),
            click(f"{MODAL} .o_selection_badge:contains(No roof)"),
            click(f"{MODAL} button[name=action_lost_reason_apply]"),
            GONE,
        ),
    ),
    Row(
        "Loss from the status",
        (
            click(".o_statusbar_status button.dropdown-toggle:visible"),
            click(".o-dropdown-item:contains(Closed)"),
            click(f"{MODAL} .o_selection_badge:contains(No roof)"),
            click(f"{MODAL} button[name=action_lost_reason_apply]"),
            GONE,
            see(".o_statusbar_status .o_arrow_button_current:contains(Closed)"),
        ),
    ),
    *on_one_and_several(
        "Put off instead of closed",
        (
            click(".o_control_panel button:contains(Mark Lost)"),
            click(f"{MODAL} .o_selection_badge:contains(Bound by contract)"),
            edit(f"{field('until_date')} input", "01/15/2040 && press Tab"),
            press("crm_lead_lost_view_form/action_put_off/Put off until then", MODAL),
            GONE,
        ),
    ),
    *on_one_and_several(
        "Rework",
        (
            see(f"{field('rework_date')}"),
            PUT_OFF,
            GONE,
        ),
        opens="lead_energy.crm_lead_rework_action",
        view="",
    ),
    Row(
        "Rework from the status",
        (
            click(".o_statusbar_status button:contains(To be Reworked)"),
            PUT_OFF,
            GONE,
            see(".o_statusbar_status .o_arrow_button_current:contains(Reworked)"),
        ),
    ),
    Row(
        "Merge",
        (
            click(".o_cp_action_menus button:contains(Actions)"),
            click(".o_menu_item:contains(/^Merge$/)"),
            see(f"{field('opportunity_ids')} .o_data_row:contains(Merge 1)"),
            click(f"{MODAL} button[name=action_merge]"),
            GONE,
            see(".o_form_view"),
        ),
        view="list",
        count=2,
    ),
    Row(
        "Duplicates",
        (
            click("button[name=action_show_potential_duplicates]"),
            see(".o_data_row:contains(Duplicates 2), .o_kanban_record:contains(s 2)"),
        ),
        count=2,
        values={"email_from": "erika@kiefer-solar.example"},
    ),
    Row(
        "Histories",
        (
            press(f"{FORM}/lead_energy.crm_lead_status_log_action/"),
            see(".o_list_view .o_data_row:contains(Open)"),
            BACK,
            press(f"{FORM}/lead_energy.crm_lead_touchpoint_action/"),
            see(".o_list_button_add"),
            BACK,
            {
                **click(".o_lead_score_card button:contains(Score History)"),
                "template": "lead_energy.ScoreCard",
            },
            see(".o_breadcrumb .active:contains(Score)"),
        ),
        values={"planned_storage_kwh": 10},
    ),
    Row(
        "A consent",
        (
            press(f"{FORM}/action_record_consent/Consent"),
            see(f"{field('address')}:contains(lena@linde-solar)"),
            RECORD,
            GONE,
            see(".oe_stat_button [name=opt_in_state]:contains(/^Opt-in$/)"),
            press(f"{FORM}/action_open_consents/"),
            see(".o_list_view .o_data_row:contains(Confirmed)"),
        ),
        values=KNOWN,
    ),
    Row(
        "A consent of a contact",
        (
            click(".o_data_row:contains(Lena Linde) td[name=complete_name]"),
            press("view_partner_form/action_record_consent/Record Consent"),
            see(f"{field('address')}:contains(lena@l.example)"),
            RECORD,
            GONE,
            see(".oe_stat_button [name=opt_in_state]:contains(/^Opt-in$/)"),
            press("view_partner_form/action_open_consents/"),
            see(".o_list_view .o_data_row:contains(lena@l.example)"),
        ),
        opens="base.action_partner_form",
        view="list",
        count=0,
    ),
    Row(
        "Probability",
        (
            click(".o_form_view .nav-link:contains(Extra)"),
            press(f"{FORM}/action_set_automated_probability/As predicted"),
            see(
                ".o_form_view:not(:has(button[name=action_set_automated_probability]"
                ":contains(As predicted)))"
            ),
        ),
        values={"probability": 42.5},
    ),
)
# what only a manager opens
MANAGER_ROWS = (
    *(
        Row(
            f"Leads of a {option}",
            (
                press(
                    f"crm_{option}_view_list/action_open_leads/{label}",
                    ".o_data_row",
                ),
                see(".o_back_button:contains(All Companies)"),
                see(".o_list_view .o_data_row"),
            ),
            opens=f"lead_energy.crm_{option}_action",
            view="list",
            count=0,
        )
        for option, label in (
            ("lead_interest", "Leads"),
            ("lead_rating", "Leads"),
            ("lead_status", "Leads"),
            ("company_category", "Companies"),
        )
    ),
    Row(
        "First steps",
        (
            press(
                "crm_lead_first_step_view_list/action_accept/Fits as it is",
                ".o_data_row:contains(Ratings)",
            ),
            see(".o_data_row:contains(Ratings):contains(Done)"),
            press(
                "crm_lead_first_step_view_list/action_reopen/Look again",
                ".o_data_row:contains(Ratings)",
            ),
            see(".o_data_row:contains(Ratings):contains(Fits as it is)"),
            press(
                "crm_lead_first_step_view_list/action_open/Set up",
                ".o_data_row:contains(Ratings)",
            ),
            see(".o_list_view .o_group_header:contains(Influence)"),
        ),
        opens="lead_energy.crm_lead_first_step_action",
        view="list",
        count=0,
    ),
    Row(
        "A draft of the score model, published",
        (
            press(f"{MODEL}/action_review/Back-Test and Suggestions"),
            see(f"{MODAL} .nav-link:contains(What changes)"),
            tab("Back-Test"),
            see(f"{field('back_test')}"),
            tab("Suggestions"),
            see(f"{field('suggestions')}:contains(suggestions need)"),
            CLOSE,
            GONE,
            press(f"{MODEL}/action_update_leads/Score All Leads Again"),
            see(".o_form_view .alert-info:contains(being updated)"),
            press(f"{MODEL}/action_edit_as_draft/Edit as a Draft"),
            see(".o_statusbar_status .o_arrow_button_current:contains(Draft)"),
            click(".o_form_view .nav-link:contains(Criteria)"),
            click(".o_data_row:contains(Energy Profile) td[name=name]"),
            press(
                f"{MODEL}/action_open_leads/Leads",
                f"{MODAL} .o_data_row:contains(Storage is planned)",
            ),
            GONE,
            see(".o_list_view .o_data_row"),
            click(".o_back_button:contains(Version)"),
            edit(".o_form_view .o_field_widget[name=warm_from] input", "1"),
            click(".o_form_button_save:visible"),
            see(".o_form_saved"),
            press(f"{MODEL}/action_review/Preview and Publish"),
            tab("Try on a Lead"),
            edit(f"{field('trial_lead_id')} input", "Histories"),
            click(".o-autocomplete--dropdown-item:contains(Histories 1)"),
            see(f"{field('trial')}:contains(With this model)"),
            tab("What changes"),
            press(f"{REVIEW}/action_open_leads/Leads that change", MODAL),
            GONE,
            see(".o_list_view .o_data_row:contains(Histories)"),
            click(".o_back_button:contains(Version)"),
            press(f"{MODEL}/action_review/Preview and Publish"),
            press(f"{REVIEW}/action_publish/Publish", MODAL),
            GONE,
            see(".o_statusbar_status .o_arrow_button_current:contains(Published)"),
        ),
        opens=MODELS,
        count=0,
    ),
    # what is published when the rows begin is archived when this one does
    Row(
        "The score model before, restored",
        (
            press(f"{MODEL}/action_review/Restore"),
            see(f"{MODAL} .nav-link:contains(What changes)"),
            CLOSE,
            GONE,
        ),
        opens=MODELS,
        count=0,
    ),
)
# what no row presses, and why
ELSEWHERE = {
    "lead_energy.LeadStatusCardField": "needs the board: tour lead_energy_board_touch",
    "lead_energy.MyDay": "needs a day without work: test_my_day_screen",
    "lead_energy.MyDayLine": "needs a day: tour lead_energy_my_day",
    "lead_energy.ScoreBadge": "needs the board: tour lead_energy_morning",
}

# a tour whose steps come from here; what Odoo shows of a crash ends it
TOUR = """
const { registry } = odoo.loader.modules.get("@web/core/registry");
const { action } = odoo.__WOWL_DEBUG__.root.env.services;
const crash =
    // a question has a second button
    ".o_error_dialog:not(:has(footer .btn-secondary))," +
    ".o_notification:has(.o_notification_bar.bg-danger)";
new MutationObserver(() => {
    const shown = document.querySelector(crash);
    if (shown) {
        console.error(`A crash is shown: ${shown.textContent}`);
    }
}).observe(document.body, { childList: true, subtree: true });
const { rpcBus } = odoo.loader.modules.get("@web/core/network/rpc");
// a list shown from the cache loses what is selected once the server has answered
const run = (open) => () => {
    rpcBus.trigger("CLEAR-CACHES");
    return action.doAction(...open);
};
const steps = %s.map(({ open, ...step }) =>
    open ? { ...step, run: run(open) } : step
);
registry.category("web_tour.tours").add("lead_energy_every_dialog", {
    steps: () => steps,
});
odoo.startTour("lead_energy_every_dialog", { startUrl: "/odoo" });
"""


class ButtonsCommon(TransactionCase):
    @classmethod
    def get_ours(cls, model):
        data = cls.env["ir.model.data"].search(
            [("module", "=", "lead_energy"), ("model", "=", model)]
        )
        return {row.name: cls.env[model].browse(row.res_id) for row in data}

    @classmethod
    def get_buttons(cls):
        """Return {view/name/label: name in the browser} of the buttons in our views.

        The label is the text, or of what has none the field that the button is in.
        """
        buttons = {}
        for xmlid, view in cls.get_ours("ir.ui.view").items():
            arch = etree.fromstring(view.arch_db)
            for node in arch.iter("button", "a"):
                name = node.get("name", "")
                if node.get("position") or node.get("type") not in ("object", "action"):
                    continue
                fields = [field.get("name") for field in node.iterancestors("field")]
                label = node.get("string") or (fields or [""])[0]
                told = name
                if node.get("type") == "action":
                    action = cls.env["ir.actions.act_window"].browse(int(name))
                    told = action.get_external_id()[action.id]
                buttons[f"{xmlid}/{told}/{label}"] = name
        return buttons

    @classmethod
    def get_actions(cls):
        """Return the names of our actions that are dialogs or in the menu of leads."""
        windows = cls.get_ours("ir.actions.act_window").items()
        servers = cls.get_ours("ir.actions.server").items()
        return {
            *(name for name, a in windows if a.target == "new" or a.binding_model_id),
            *(name for name, a in servers if a.usage == "ir_actions_server"),
        }

    @classmethod
    def get_templates(cls):
        """Return the names of our templates of the web client that have a button."""
        files = (Path(__file__).parents[2] / "static" / "src").rglob("*.xml")
        return {
            template.get("t-name")
            for file in files
            for template in etree.parse(file).iter("t")
            if template.get("t-name") and template.find(".//button") is not None
        }


@tagged("post_install", "-at_install")
class TestTheTableOfDialogs(ButtonsCommon):
    def test_each_button_of_ours_is_pressed_in_a_row(self):
        steps = [step for row in ROWS + MANAGER_ROWS for step in row.steps]
        opened = {row.opens for row in ROWS if not row.view}
        pressed = {
            *(
                step[key]
                for step in steps
                for key in ("button", "action", "template")
                if key in step
            ),
            *(name.split(".")[1] for name in opened if name.startswith("lead_energy.")),
        }
        ours = {*self.get_buttons(), *self.get_actions(), *self.get_templates()}
        self.assertFalse(pressed & ELSEWHERE.keys())
        self.assertEqual(pressed | ELSEWHERE.keys(), ours)


@tagged("post_install", "-at_install")
class TestEveryDialog(HttpCase, ButtonsCommon, LeadEnergyCommon):
    browser_size = "1920x1080"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["crm.lead"].search([]).action_archive()
        cls.env["crm.lost.reason"].create({"name": "No roof"})
        cls.buttons = cls.get_buttons()
        # as after the first run of the cron, else it is asked for already
        cls.env.ref("lead_energy.score_model").update_pending = False

    def create_known_company(self, user):
        """Create the company of the leads of `KNOWN`, with a person and an inquiry."""
        company = self.env["res.partner"].create(
            {
                "name": KNOWN["partner_name"],
                "is_company": True,
                "company_category_id": self.env["crm.company.category"]
                .search([], limit=1)
                .id,
                "child_ids": [
                    (0, 0, {"name": KNOWN["contact_name"], "email": "lena@l.example"})
                ],
            }
        )
        self.create_lead(
            user, name="Park of Linde", type="opportunity", partner_id=company.id
        )

    def create_leads(self, row, user):
        leads = self.env["crm.lead"]
        for index in range(row.count):
            leads += self.create_lead(
                user,
                name=f"{row.name} {index + 1}",
                influence_id=self.decision_maker.id,
                interest_ids=[(6, 0, self.photovoltaics.ids)],
                **row.values,
            )
        if row.is_closed:
            leads.action_set_lost()
        return leads

    def get_steps(self, row, user):
        """Return the steps of a row as a tour has them, from its opening on."""
        leads = self.create_leads(row, user)
        yield {**GONE, "open": self.get_opening(row, leads)}
        if row.view == "list":
            for lead in leads:
                yield see(f'.o_list_view .o_data_row:contains("{lead.name}")')
                yield click(
                    f'.o_data_row:contains("{lead.name}") .o_list_record_selector input'
                )
            if leads:
                yield see(f".o_selection_box:contains({len(leads)} selected)")
        for step in row.steps:
            if "button" in step:
                name = self.buttons[step["button"]]
                label = step["button"].split("/")[-1]
                # else it is the field that the button is in
                text = f":contains({label})" if label[:1].isupper() else ""
                yield click(f"{step['within']} button[name='{name}']{text}:visible")
            else:
                yield {key: step[key] for key in ("trigger", "run") if key in step}

    def get_opening(self, row, leads):
        """Return what `doAction` of the web client takes."""
        options = {"clearBreadcrumbs": True}
        if not row.view:
            context = {
                "active_model": "crm.lead",
                "active_id": leads[0].id,
                "active_ids": leads.ids,
            }
            return [row.opens, {"additionalContext": context}]
        options["viewType"] = row.view
        if row.view == "form":
            record = leads[:1] or self.env["crm.lead.score.model"].search(
                [("state", "=", "published")]
            )
            options["props"] = {"resId": record.id}
        return [row.opens, options]

    def press_all(self, rows, user):
        self.create_known_company(user)
        steps = [
            {**step, "content": f"{row.name}, step {number}"}
            for row in rows
            for number, step in enumerate(self.get_steps(row, user))
        ]
        with self.assertLogs("odoo.http", "WARNING") as log:
            self.start_tour(
                "/odoo",
                "lead_energy_every_dialog",
                login=user.login,
                code=TOUR % json.dumps(steps),
                ready="odoo.startTour && odoo.__WOWL_DEBUG__?.root && "
                "!!document.querySelector('.o_main_navbar')",
                timeout=400,
            )
        # Odoo logs the question whether to reopen a closed lead; nothing else is
        raised = [record.exc_info and record.exc_info[0] for record in log.records]
        self.assertEqual(raised, [RedirectWarning])

    def test_a_rep_presses_each_button(self):
        self.press_all(ROWS, self.rep)

    def test_a_manager_presses_each_button(self):
        self.press_all(ROWS + MANAGER_ROWS, self.manager)
