#!/usr/bin/env python3
"""Take the pictures of the README from a running server with demo data.

    tools/screenshots.py [URL [FOLDER]]

URL is what `make run` has printed, by default http://localhost:$PORT (8069). FOLDER
is by default where the README looks for them. The user is admin, or what the
environment says in LOGIN and PASSWORD.
"""

import os
import shutil
import sys
import urllib.request
from pathlib import Path

from playwright.sync_api import Error, Page, sync_playwright

FOLDER = Path(__file__).parent.parent / "lead_energy" / "static" / "description"
WIDTHS = {"desk": (1366, 768), "phone": (390, 844)}
BROWSERS = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")


def find_browser() -> str:
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    return found or sys.exit("Chromium is needed (Debian: apt-get install chromium)")


def log_in(page: Page, url: str) -> None:
    page.goto(f"{url}/web/login")
    page.fill("input[name=login]", os.environ.get("LOGIN", "admin"))
    page.fill("input[name=password]", os.environ.get("PASSWORD", "admin"))
    page.click("button[type=submit]")
    page.wait_for_selector(".o_main_navbar")


def take(page: Page, path: Path) -> None:
    page.mouse.move(0, 0)
    page.wait_for_load_state("load")
    page.wait_for_function(
        # a lazy picture below the fold is not loaded until somebody scrolls there
        "[...document.images].every(i => i.complete || i.loading === 'lazy')"
        " && !document.querySelector('.o_blockUI, .o_loading_indicator')"
    )
    page.wait_for_timeout(700)  # the end of the animations
    width = page.evaluate("document.documentElement.scrollWidth")
    if width > page.viewport_size["width"]:
        sys.exit(f"{path.name}: the page is {width} pixels wide and scrolls sideways")
    page.screenshot(path=path)
    print(path)


def take_all(page: Page, url: str, folder: Path, name: str) -> None:
    log_in(page, url)
    page.goto(f"{url}/odoo/leads")
    page.wait_for_selector(".o_lead_energy_board .o_kanban_record")
    take(page, folder / f"board_{name}.png")
    # the best lead that somebody works on
    card = ".o_kanban_record:has(.text-bg-danger):has(.o_tag) .fw-bold"
    page.locator(card).first.click()
    page.wait_for_selector(".o_lead_energy_head .o_lead_score_badge")
    take(page, folder / f"form_{name}.png")
    if name == "desk":
        page.locator("button[name=action_convert]").click()
        for step in ("company_step", "contact_step"):
            page.wait_for_selector(f".modal [name={step}]")
            page.locator(".modal button[name=action_next]").click()
        page.wait_for_selector(".modal [name=preview]")
        take(page, folder / f"conversion_{name}.png")
        page.keyboard.press("Escape")
        take_review(page, url, folder / f"review_{name}.png")


def take_review(page: Page, url: str, path: Path) -> None:
    page.goto(f"{url}/odoo/action-lead_energy.crm_lead_score_model_action")
    page.locator(".o_data_row .o_data_cell").first.click()
    page.locator("button[name=action_review]").first.click()
    page.locator("a[name=back_test]").click()
    page.wait_for_selector("[name=back_test] table")
    take(page, path)


def main() -> None:
    port = os.environ.get("PORT", "8069")
    url = (sys.argv[1] if len(sys.argv) > 1 else f"http://localhost:{port}").rstrip("/")
    folder = Path(sys.argv[2]) if len(sys.argv) > 2 else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    try:
        urllib.request.urlopen(f"{url}/web/login", timeout=60).close()
    except OSError as error:
        sys.exit(f"no Odoo answers at {url} ({error}): make run")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_browser(), args=["--no-sandbox"]
        )
        for name, (width, height) in WIDTHS.items():
            is_phone = name == "phone"
            context = browser.new_context(
                viewport={"width": width, "height": height},
                is_mobile=is_phone,
                has_touch=is_phone,
            )
            page = context.new_page()
            page.set_default_timeout(60000)
            try:
                take_all(page, url, folder, name)
            except Error as error:
                sys.exit(f"{name}: {error}")
            context.close()
        browser.close()


if __name__ == "__main__":
    main()
