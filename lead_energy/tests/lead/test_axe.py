"""axe-core looks at our screens: nothing serious or critical in what is ours.

A further screen is a line of ``SCREENS``.
"""

# what a test writes is not shown to anybody
# pylint: disable=translation-required
import json
from importlib.resources import files
from typing import NamedTuple

from odoo import fields
from odoo.tests import tagged

from .test_lead_screens import ScreensCase

# Odoo's own widgets inside our screens, which no addon can mend
ODOO_WIDGETS = (
    ".o-mail-Avatar, .o_tag, .o-autocomplete--input, .o-dropdown, .nav-link, "
    ".o_kanban_header, .o-mail-ActivityButton, .o_kanban_cancel, "
    ".o_list_record_selector"
)
TAGS = ("wcag2a", "wcag2aa", "wcag21aa", "wcag22aa")
MODAL = ".modal:not(.o_inactive_modal)"
BOARD = "/odoo/action-lead_energy.crm_lead_action"
CARD = ".o_kanban_record .o_lead_score_badge"


class Screen(NamedTuple):
    """A page, what is opened and clicked on it, and what of it is ours."""

    name: str
    path: str
    # shown before axe looks
    ready: str
    # within it is ours
    ours: str
    # of a dialog on the lead
    action: str = ""
    # one after the other, each when it is shown
    clicks: tuple[str, ...] = ()
    login: str = "energy_rep"
    # within it is Odoo's
    widgets: str = ODOO_WIDGETS
    tags: tuple[str, ...] = TAGS


SCREENS = (
    Screen("board", BOARD, CARD, ".o_kanban_renderer"),
    # what Odoo shows on a card is ours to choose; the size of its icons is not
    Screen(
        "cards with Odoo's widgets",
        BOARD,
        ".o_kanban_record .fa-repeat",
        ".o_kanban_renderer",
        widgets=".left-out-nothing",
        tags=("wcag2a", "wcag2aa"),
    ),
    Screen(
        "my day",
        "/odoo/my-day",
        ".o_lead_my_day_panel",
        ".o_lead_my_day_content",
        clicks=(".o_lead_my_day_outcome",),
    ),
    Screen(
        "conversion",
        BOARD + "/%(lead)s",
        f"{MODAL} [name=company_choice]",
        MODAL,
        clicks=("button[name=action_convert]",),
    ),
    Screen("form", BOARD + "/%(lead)s", ".o_lead_energy_head", ".o_form_sheet"),
    Screen("new lead", BOARD + "/new", ".o_lead_energy_head", ".o_form_sheet"),
    Screen(
        "typing in on the board",
        BOARD,
        ".o_kanban_quick_create .o_lead_energy_keep",
        ".o_kanban_quick_create",
        clicks=(".o-kanban-button-new",),
    ),
    Screen(
        "closing",
        BOARD + "/%(lead)s",
        f"{MODAL} [name=until_date] input",
        MODAL,
        action="crm.crm_lead_lost_action",
        clicks=(f"{MODAL} .o_selection_badge:nth-of-type(4)",),
    ),
    Screen(
        "recording a consent",
        BOARD + "/%(lead)s",
        f"{MODAL} [name=event] .o_selection_badge",
        MODAL,
        clicks=("button[name=action_record_consent]",),
    ),
    Screen(
        "people",
        "/odoo/action-lead_energy.res_partner_action_status",
        ".o_kanban_record",
        ".o_kanban_renderer",
    ),
    Screen(
        "first steps",
        "/odoo/action-lead_energy.crm_lead_first_step_action",
        ".o_data_row",
        ".o_list_renderer",
        login="energy_manager",
    ),
)
LOOK = """
    const shown = async (selector) => {
        for (let tries = 0; tries < 300; tries++) {
            const found = [...document.querySelectorAll(selector)].find((element) =>
                element.checkVisibility());
            if (found) {
                return found;
            }
            await new Promise((resolve) => setTimeout(resolve, 100));
        }
        throw new Error("never shown: " + selector);
    };
    if (%(action)s) {
        await odoo.__WOWL_DEBUG__.root.env.services.action.doAction(%(action)s, {
            additionalContext: {
                active_model: "crm.lead",
                active_id: %(lead)s,
                active_ids: [%(lead)s],
                default_lead_ids: [%(lead)s],
            },
        });
    }
    for (const selector of %(clicks)s) {
        (await shown(selector)).click();
    }
    await shown(%(ready)s);
    const { violations } = await axe.run(document, {
        runOnly: %(tags)s,
    });
    const serious = violations
        .filter(({ impact }) => ["serious", "critical"].includes(impact))
        .flatMap(({ id, nodes }) => nodes.map(({ html, target, any }) => ({
            id,
            html: html.slice(0, 300),
            target: target.join(" "),
            why: any.map(({ message }) => message).join("; "),
        })))
        .filter(({ target }) => {
            const element = document.querySelector(target);
            return element?.closest(%(ours)s) && !element.closest(%(widgets)s);
        });
    // a dialog that is left open would be saved
    document.querySelector(".modal:not(.o_inactive_modal) .btn-close")?.click();
    while (document.querySelector(".modal")) {
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return serious.length ? JSON.stringify(serious, null, 1) : "";
"""


class AxeCase(ScreensCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lead.write({"next_contact_date": fields.Date.today(), "priority": "2"})
        cls.create_lead(name="Wall of Buche", user_id=False, phone="+49 30 23125 102")
        later = cls.create_lead(name="Floor of Distel")
        later.lead_status_id = cls.env.ref("lead_energy.status_rework")
        cls.create_lead(name="Park of Erle").lead_status_id = cls.status_closed
        cls.env["res.partner"].create(
            {
                "name": "Anna Amsel",
                "phone": "+49 30 23125 101",
                "function": "Managing Director",
                "company_category_id": cls.env.ref(
                    "lead_energy.company_category_lead"
                ).id,
            }
        )

    def check_screens(self):
        axe = files("axe_playwright_python").joinpath("axe.min.js").read_text()
        for screen in SCREENS:
            values = {
                "lead": self.lead.id,
                "action": json.dumps(screen.action),
                "clicks": json.dumps(screen.clicks),
                "ready": json.dumps(screen.ready),
                "ours": json.dumps(screen.ours),
                "widgets": json.dumps(screen.widgets),
                "tags": json.dumps(screen.tags),
            }
            with self.subTest(screen.name):
                self.check_page(
                    screen.path % {"lead": self.lead.id},
                    ".o_action_manager .o_content",
                    LOOK % values,
                    before=f"{axe};",
                    login=screen.login,
                )


@tagged("post_install", "-at_install")
class TestAxeDesk(AxeCase):
    browser_size = "1366x768"

    def test_axe_finds_nothing_serious(self):
        self.check_screens()


@tagged("post_install", "-at_install")
class TestAxePhone(AxeCase):
    browser_size = "390x844"
    touch_enabled = True

    def test_axe_finds_nothing_serious(self):
        self.check_screens()
