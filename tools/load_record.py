"""Record what the web client asks the server in each task of a rep, for `make load`.

    tools/load_record.py URL SIDE FILE

SIDE is `native` or `ours`. FILE gets JSON, {task: [call]}: what the client sent, in its
order, as {path, body, found}, where `found` names the ids in the answer that a later
call of the task sends: {id: path in the answer}.
"""

import json
import re
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Page, Request, sync_playwright
from screenshots import find_browser

QUIET = 1  # second without a request: the client has asked all it wants
PASSING = ("/web/webclient/", "/bus/", "/web/bundle/")
# see load_fill.py; not in a link
NEW_ID = re.compile(r"(?<![\w.+/])[1-9]\d{6,8}(?![\w.])")
# stand for what differs each time
NUMBER, NAME = "4930987654", "Qwertz"


class Recorder:
    def __init__(self, page: Page) -> None:
        self.page = page
        self.requests: list[Request] = []
        self.pending: set[Request] = set()
        self.moment = 0.0
        self.tasks: dict[str, list[dict]] = {}
        page.on("request", self._started)
        page.on("requestfinished", self._ended)
        page.on("requestfailed", self._ended)

    def _started(self, request: Request) -> None:
        if request.method == "POST":
            self.requests.append(request)
            self.pending.add(request)
            self.moment = time.monotonic()

    def _ended(self, request: Request) -> None:
        self.pending.discard(request)
        self.moment = time.monotonic()

    def do(self, action: Callable, *args: object) -> list[Request]:
        """Return what the client sent until it was at rest again."""
        action(*args)
        self.moment = time.monotonic()
        while self.pending or time.monotonic() - self.moment < QUIET:
            self.page.wait_for_timeout(50)
        self.requests, requests = [], self.requests
        return requests

    def task(self, name: str, action: Callable, *args: object) -> None:
        requests = self.do(action, *args)
        calls = [call for request in requests if (call := self._read(request))]
        for number, call in enumerate(calls):
            later = " ".join(other["body"] for other in calls[number + 1 :])
            before = " ".join(other["body"] for other in calls[: number + 1])
            wanted = {*NEW_ID.findall(later)} - {*NEW_ID.findall(before)}
            call["found"] = dict(_find(call.pop("answer"), wanted))
        self.tasks[name] = calls
        print(f"    recorded: {name}, {len(calls)} requests", flush=True)

    def _read(self, request: Request) -> dict | None:
        path = urlsplit(request.url).path
        body = request.post_data or ""
        if path.startswith(PASSING) or not body.startswith("{"):
            return None
        answer = request.response().json()
        if error := answer.get("error"):
            sys.exit(f"{path} failed while recording: {error['data']['message']}")
        return {"path": path, "body": body, "answer": answer}


def _find(answer: object, wanted: set[str]) -> Iterator[tuple[str, list]]:
    """Yield each wanted id and its path, the first of each."""
    rest = set(wanted)
    nodes: list[tuple[list, object]] = [([], answer)]
    for path, node in nodes:
        if isinstance(node, dict | list):
            pairs = node.items() if isinstance(node, dict) else enumerate(node)
            nodes.extend(([*path, key], value) for key, value in pairs)
        elif isinstance(node, int) and str(node) in rest:
            rest.discard(str(node))
            yield str(node), path


class Rep:
    """What a rep does with Odoo's own means; a subclass tells what differs."""

    board = (".o_menu_sections .dropdown-toggle:has-text('Sales')", "My Pipeline")
    card = ".o_kanban_group:not(.o_column_folded) .o_kanban_record"
    company = "commercial_partner_id"
    source = "source_id"

    def __init__(self, page: Page) -> None:
        self.page = page

    def log_in(self, url: str) -> None:
        self.page.goto(f"{url}/web/login")
        self.page.fill("input[name=login]", "rep0")
        self.page.fill("input[name=password]", "load")
        self.page.click("button[type=submit]")
        self.page.wait_for_selector(".o_main_navbar")
        self.page.click(".o_navbar_apps_menu button")
        self.page.click(".o_app[data-menu-xmlid='crm.crm_menu_root']")
        self.page.wait_for_selector(self.card)

    def open_board(self) -> None:
        menu, item = self.board
        self.page.click(menu)
        self.page.click(f".o-dropdown--menu .dropdown-item:has-text('{item}')")
        self.page.wait_for_selector(self.card)

    def open_leads(self) -> None:
        self.page.click(".o_menu_sections [data-menu-xmlid='crm.crm_menu_leads']")
        self.page.wait_for_selector(".o_list_view .o_data_row")

    def open_form(self, number: int) -> None:
        self.page.click(f".o_data_row >> nth={number} >> [name=email_from]")
        self.page.wait_for_selector(".o_form_view .o_form_statusbar")

    def leave_form(self) -> None:
        self.page.click(".o_breadcrumb .o_back_button, .o_back_button")

    def open_source(self) -> None:
        self.page.click(".o_notebook .nav-link:has-text('Extra')")

    def change(self) -> None:
        """Choose another source, and save."""
        field = self.page.locator(f".o_field_widget[name={self.source}]:visible input")
        field.first.scroll_into_view_if_needed()
        self.page.wait_for_timeout(500)  # to scroll closes the list again
        field.first.click()
        options = ".o-autocomplete--dropdown-item:not(.active) a"
        self.page.locator(options).nth(1).click()
        self.page.click(".o_form_button_save")

    def move(self) -> None:
        """Drag the first card of the first column into the next one."""
        groups = ".o_kanban_group:not(.o_column_folded)"
        card = self.page.locator(f"{groups} >> nth=0").locator(".o_kanban_record").first
        target = self.page.locator(f"{groups} >> nth=1")
        box = card.bounding_box()
        self.page.mouse.move(box["x"] + 20, box["y"] + 12)
        self.page.mouse.down()
        box = target.bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + 150
        self.page.mouse.move(x - 30, y, steps=10)
        self.page.mouse.move(x, y, steps=5)
        self.page.wait_for_function(
            "groups => document.querySelectorAll(groups)[1]"
            ".classList.contains('o_kanban_hover')",
            arg=groups,
        )
        self.page.mouse.up()

    def type_new(self) -> None:
        """Type a new one in on the board."""
        self.page.click(".o-kanban-button-new")
        self.page.wait_for_selector(".o_kanban_quick_create .o_form_view")
        self.type_company()
        for name, text in (
            ("name", f"Roof {NAME}"),
            ("email_from", f"x@{NAME}.de".lower()),
            ("phone", f"+{NUMBER}"),
        ):
            field = f".o_kanban_quick_create .o_field_widget[name={name}] input"
            self.page.click(field)
            self.page.keyboard.press("Control+a")  # what Odoo proposes
            self.page.keyboard.type(text, delay=20)
            self.page.keyboard.press("Tab")
            self.page.wait_for_timeout(400)

    def type_company(self) -> None:
        name = "commercial_partner_id"
        field = f".o_kanban_quick_create .o_field_widget[name={name}] input"
        self.page.click(field)
        self.page.keyboard.type(f"{NAME} AG", delay=20)
        self.page.click(f".o-autocomplete--dropdown-item:has-text('Create \"{NAME}')")
        self.page.wait_for_timeout(400)

    def save_new(self) -> None:
        self.page.click(".o_kanban_quick_create .o_kanban_add")
        self.page.wait_for_selector(f".o_kanban_record:has-text('{NAME}')")

    def discard_new(self) -> None:
        self.page.click(".o_kanban_quick_create .o_kanban_cancel")

    def convert(self) -> None:
        """Convert with new customers, as the dialog proposes."""
        self.page.click(".o_statusbar_buttons button:has-text('Convert')")
        self.page.click(".modal .o_radio_item:has-text('Create a new customer') input")
        self.page.click(".modal footer button[name=action_apply]")
        self.page.wait_for_selector(".modal", state="detached")

    def search(self) -> None:
        self.page.click(".o_searchview_input")
        self.page.keyboard.type(NUMBER[2:], delay=20)
        item = ".o_searchview_autocomplete .dropdown-item:has-text('Phone Number')"
        self.page.click(item)


class OurRep(Rep):
    def open_board(self) -> None:
        self.page.click(".o_menu_sections [data-menu-xmlid='crm.crm_menu_leads']")
        self.page.wait_for_selector(self.card)

    open_leads = open_board

    def open_form(self, number: int) -> None:
        self.page.click(f"{self.card} >> nth={number} >> .fw-bold")
        self.page.wait_for_selector(".o_form_view .o_form_statusbar")

    def open_source(self) -> None:
        """It is in sight."""

    def type_company(self) -> None:
        field = ".o_kanban_quick_create .o_field_widget[name=partner_name] input"
        self.page.click(field)
        self.page.keyboard.type(f"{NAME} AG", delay=20)
        self.page.keyboard.press("Tab")
        self.page.wait_for_timeout(400)

    def convert(self) -> None:
        self.page.click(".o_statusbar_buttons button[name=action_convert]")
        for step in ("company_step", "contact_step"):
            self.page.wait_for_selector(f".modal [name={step}]")
            self.page.click(".modal footer button[name=action_next]")
        self.page.click(".modal footer button[name=action_convert]")
        self.page.wait_for_selector(".modal", state="detached")

    def search(self) -> None:
        self.page.click(".o_searchview_input")
        self.page.keyboard.type(NUMBER[2:], delay=20)
        self.page.keyboard.press("Enter")


def record(page: Page, url: str, rep: Rep) -> dict[str, list[dict]]:
    recorder = Recorder(page)
    do, task = recorder.do, recorder.task
    do(rep.log_in, url)
    do(rep.open_board)
    # from the second time on the client knows the views
    task("board", rep.open_board)
    task("move", rep.move)
    do(rep.type_new)
    do(rep.discard_new)
    task("typing a new lead", rep.type_new)
    task("saving it", rep.save_new)
    do(rep.open_board)
    task("search by phone", rep.search)
    do(rep.open_leads)
    do(rep.open_form, 2)
    do(rep.leave_form)
    task("form", rep.open_form, 3)
    do(rep.open_source)
    task("change of a field", rep.change)
    task("conversion", rep.convert)
    return recorder.tasks


def main() -> None:
    url, side, file = sys.argv[1:]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_browser(), args=["--no-sandbox"]
        )
        page = browser.new_page(
            viewport={"width": 1366, "height": 768}, service_workers="block"
        )
        page.set_default_timeout(180000)
        rep = (OurRep if side == "ours" else Rep)(page)
        try:
            tasks = record(page, url, rep)
        except BaseException:
            page.screenshot(path=Path(file).with_suffix(".png"))
            raise
        browser.close()
    Path(file).write_text(json.dumps(tasks))


if __name__ == "__main__":
    main()
