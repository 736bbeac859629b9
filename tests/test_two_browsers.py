"""Two reps at one board, each in a browser of their own, on a server with its bus."""

import ast
import contextlib
import resource
import shutil
import time
from pathlib import Path

import pytest
from playwright.sync_api import Error, expect, sync_playwright

from .common import clone_addons, drop, odoo_shell, served

DATABASE = "lead_energy_two_browsers"
DESK, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}
BROWSERS = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")
NAMES = ("Amsel", "Buche", "Clara", "Dachs", "Esche", "Probe")
FILL = f"""
team = env["crm.team"].search([("use_leads", "=", True)], limit=1)
env.ref("base.lang_de").active = True
for login in ("anna", "bruno"):
    env["res.users"].create({{
        "name": login.title(), "login": login, "password": login, "lang": "de_DE",
        "group_ids": [
            (6, 0, [env.ref("sales_team.group_sale_salesman_all_leads").id])
        ],
    }})
leads = env["crm.lead"].create([
    {{"name": "Dach " + name, "type": "lead", "team_id": team.id, "user_id": False}}
    for name in {NAMES!r}
])
# more columns than a screen shows
env["crm.lead.status"].create(
    [{{"name": f"Zusatz {{n}}", "kind": "open", "sequence": 90}} for n in "ABCD"]
)
german = env["crm.lead.status"].with_context(lang="de_DE")
shipped = german.search([("is_default", "=", True)])
print({{
    "statuses": {{s.kind: [s.id, s.name] for s in shipped}},
    "leads": dict(zip({NAMES!r}, leads.ids)),
}})
env["ir.qweb"]._pregenerate_assets_bundles()
env.cr.commit()
"""


class Board:
    """What one rep sees of the leads' board, and does there."""

    def __init__(self, page, url, data):
        self.page, self.url, self.data = page, url, data

    def log_in(self, login):
        self.page.goto(f"{self.url}/web/login?debug=0")
        self.page.fill("input[name=login]", login)
        self.page.fill("input[name=password]", login)
        self.page.click("button[type=submit]")
        self.page.wait_for_selector(".o_main_navbar")
        return self

    def open(self, path=""):
        self.page.goto(f"{self.url}/odoo/action-lead_energy.crm_lead_action{path}")
        ready = ".o_form_view .o_lead_energy_head" if path else ".o_kanban_record"
        self.page.wait_for_selector(ready)
        # gone when the page is loaded anew
        self.page.evaluate("window.isSamePage = true")
        return self

    def column(self, kind):
        name = self.data["statuses"][kind][1]
        return self.page.locator(".o_kanban_group").filter(
            has=self.page.locator(f".o_column_title:has-text('{name}')")
        )

    def card(self, name, within=None):
        return (within or self.page).locator(
            ".o_kanban_record", has_text=f"Dach {name}"
        )

    def expect_in(self, kind, name):
        expect(self.card(name, self.column(kind))).to_have_count(1)
        expect(self.card(name)).to_have_count(1)

    def item(self, kind):
        status = self.data["statuses"][kind][0]
        return self.page.locator(f".o_lead_status_item[data-status='{status}']")

    def move(self, name, kind):
        """By the status control of the card."""
        self.card(name).locator(".o_lead_status_card").click()
        self.item(kind).click()
        self.expect_in(kind, name)

    def grab(self, name):
        card = self.card(name)
        card.scroll_into_view_if_needed()
        box = card.bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + 6
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        # the first move only says that this is no click
        self.page.mouse.move(x + 15, y + 15, steps=4)
        self.page.wait_for_selector(".o_kanban_record.o_dragged")

    def drop_on(self, column):
        box = column.bounding_box()
        x = min(box["x"] + box["width"] / 2, self.page.viewport_size["width"] - 15)
        self.page.mouse.move(x, 300, steps=6)
        self.page.mouse.up()

    def expect_same_page(self):
        assert self.page.evaluate("window.isSamePage") is True

    def expect_no_refusal(self):
        expect(
            self.page.locator(".modal, .o_notification.border-danger")
        ).to_have_count(0)

    def call(self, method, *arguments):
        """Ask the server as this rep."""
        return self.page.evaluate(
            """([method, args]) => fetch(`/web/dataset/call_kw/crm.lead/${method}`, {
                method: "POST",
                headers: {"Content-Type": "application/json"},
                body: JSON.stringify({params: {
                    model: "crm.lead", method, args, kwargs: {},
                }}),
            }).then((response) => response.json())""",
            [method, list(arguments)],
        )

    def hear(self, other):
        """Wait until what the other does comes here: a first notice could be missed."""
        lead = self.data["leads"]["Probe"]
        kinds = ["contacted", "open"]
        for _attempt in range(30):
            kind = kinds[0]
            kinds.reverse()
            other.call(
                "write", [lead], {"lead_status_id": self.data["statuses"][kind][0]}
            )
            card = self.card("Probe", self.column(kind))
            with contextlib.suppress(Error):
                card.wait_for(timeout=2000)
                return self
        raise AssertionError("the bus tells this board nothing")


@contextlib.contextmanager
def unlimited_memory():
    """Odoo leaves less address space to what it starts than a browser asks for."""
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (hard, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """The URL of a server, what is in its database, and a browser."""
    log = tmp_path_factory.mktemp("log") / "odoo.log"
    clone_addons(DATABASE)
    try:
        data = ast.literal_eval(odoo_shell(DATABASE, FILL).strip().splitlines()[-1])
        program = next(filter(None, map(shutil.which, BROWSERS)))
        with (
            served(DATABASE, log) as url,
            unlimited_memory(),
            sync_playwright() as playwright,
        ):
            options = {"executable_path": program, "args": ["--no-sandbox"]}
            browser = playwright.chromium.launch(**options)
            yield url, data, browser
            browser.close()
        # without one of a query that Odoo repeats, since somebody was quicker
        assert "Traceback" not in Path(log).read_text(), Path(log).read_text()
    finally:
        drop(DATABASE)


@pytest.fixture(scope="module")
def reps(house):
    """Anna's board and Bruno's."""
    url, data, browser = house
    boards = []
    for login in ("anna", "bruno"):
        page = browser.new_context(viewport=DESK, locale="de-DE").new_page()
        page.set_default_timeout(30000)
        boards.append(Board(page, url, data).log_in(login))
    return boards


@pytest.fixture
def boards(reps):
    """Both at the board, as the leads are at first, and hearing of each other."""
    anna, bruno = reps
    leads, statuses = anna.data["leads"], anna.data["statuses"]
    anna.call("write", [*leads.values()], {"lead_status_id": statuses["open"][0]})
    for board in reps:
        board.open()
    anna.hear(bruno)
    bruno.hear(anna)
    return reps


def test_a_card_that_a_colleague_moves_moves_here_too(boards):
    anna, bruno = boards
    bruno.move("Amsel", "contacted")
    anna.expect_in("contacted", "Amsel")
    expect(anna.page.locator(".o_notification", has_text="Dach Amsel")).to_be_visible()
    anna.expect_same_page()
    # what the colleague did is seen: it is no reason to refuse
    anna.grab("Amsel")
    anna.drop_on(anna.column("qualified"))
    anna.expect_in("qualified", "Amsel")
    anna.expect_no_refusal()
    bruno.expect_in("qualified", "Amsel")


def test_the_form_moves_the_card_on_the_other_board(boards):
    anna, bruno = boards
    bruno.open(f"/{bruno.data['leads']['Buche']}")
    name = bruno.data["statuses"]["contacted"][1]
    bruno.page.locator(".o_statusbar_status button:visible", has_text=name).click()
    anna.expect_in("contacted", "Buche")
    anna.expect_same_page()


def test_a_drop_lands_where_the_pointer_is(boards):
    anna, _bruno = boards
    page = anna.page
    folded = page.locator(".o_column_folded")
    for left in reversed(range(folded.count())):
        folded.first.click()
        expect(folded).to_have_count(left)
    content = page.locator(".o_content").element_handle()
    anna.grab("Clara")
    page.mouse.move(DESK["width"] - 6, 300, steps=6)
    # the board scrolls below the pointer until its end, where new columns are
    page.wait_for_function(
        "el => el.scrollLeft > 60"
        " && el.scrollLeft + el.clientWidth >= el.scrollWidth - 1",
        arg=content,
    )
    columns = page.locator(".o_kanban_group")
    boxes = [column.bounding_box() for column in columns.all()]
    x = DESK["width"] - 6
    here = [box["x"] <= x < box["x"] + box["width"] for box in boxes].index(True)
    title = columns.nth(here).locator(".o_column_title").inner_text()
    assert title.startswith("Zusatz"), title
    page.mouse.up()
    expect(anna.card("Clara", columns.nth(here))).to_have_count(1)
    expect(anna.card("Clara")).to_have_count(1)
    anna.expect_no_refusal()


def test_a_drop_on_a_folded_column_counts(boards):
    anna, _bruno = boards
    anna.grab("Dachs")
    anna.drop_on(anna.page.locator(".o_column_folded").first)
    modal = anna.page.locator(".modal:not(.o_inactive_modal)")
    modal.wait_for()
    anna.page.keyboard.press("Escape")
    expect(modal).to_have_count(0)
    anna.expect_in("open", "Dachs")


def test_a_card_is_moved_by_keys_alone(boards):
    anna, bruno = boards
    page = anna.page
    page.locator(".o_searchview_input").focus()
    card = anna.card("Esche")
    control = card.locator(".o_lead_status_card")

    def press(key, most, is_there):
        passed = []
        for _press in range(most):
            page.keyboard.press(key)
            if is_there.evaluate("el => el === document.activeElement"):
                return
            passed.append(
                page.evaluate("document.activeElement.outerHTML.slice(0, 90)")
            )
        raise AssertionError(f"{key} passes by {passed}")

    press("ArrowDown", 80, card)  # from the search to the first card, and on
    press("Tab", 12, control)
    page.keyboard.press("Enter")
    item = anna.item("contacted")
    item.wait_for()
    for _press in range(8):
        if item.evaluate("el => el.matches('.focus') || el === document.activeElement"):
            break
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    anna.expect_in("contacted", "Esche")
    bruno.expect_in("contacted", "Esche")
    # who works by keys is still at this lead
    assert anna.card("Esche").evaluate("el => el.contains(document.activeElement)")


def wait_until_still(locator):
    """Wait until an element is where it was a moment ago: a sheet slides in."""
    end, box = time.monotonic() + 20, None
    while (now := locator.bounding_box()) != box or not now:
        assert time.monotonic() < end, "it never stands still"
        box = now
        locator.page.wait_for_timeout(120)


def test_a_thumb_moves_a_card(house, boards):
    url, data, browser = house
    context = browser.new_context(
        viewport=PHONE, locale="de-DE", has_touch=True, is_mobile=True
    )
    page = context.new_page()
    page.set_default_timeout(30000)
    phone = Board(page, url, data).log_in("anna").open()
    control = phone.card("Amsel").locator(".o_lead_status_card")
    control.scroll_into_view_if_needed()
    box = control.bounding_box()
    assert box["width"] >= 44 and box["height"] >= 44, box
    control.tap()
    item = phone.item("contacted")
    item.wait_for()
    wait_until_still(item)
    expect(item).to_be_in_viewport()
    assert item.bounding_box()["height"] >= 44, item.bounding_box()
    item.tap()
    phone.expect_in("contacted", "Amsel")
    boards[1].expect_in("contacted", "Amsel")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    context.close()
