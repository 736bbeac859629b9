"""What makes a run of pytest fail beside a failed assertion.

A warning or an error in Odoo's log fails the test that emits it, unless
tools/expected_log.txt names it. A skipped test fails the whole run.
"""

import logging
import os
import re
import shutil
from pathlib import Path
from unittest import mock

import freezegun
import pytest

# a test that stops the clock does not stop pytest's
freezegun.configure(extend_ignore_list=["_pytest.timing"])

EXPECTED_LOG = Path(__file__).parent / "tools" / "expected_log.txt"
EXPECTED = [
    re.compile(line)
    for line in EXPECTED_LOG.read_text().splitlines()
    if line and not line.startswith("#")
]


class UnexpectedLog(logging.Handler):
    """Collect the unexpected records since the last `take`.

    Records below `mute_logger` or `assertLogs` never come here.
    """

    def __init__(self):
        super().__init__(logging.WARNING)
        self.lines = []

    def emit(self, record):
        line = f"{record.levelname} {record.name}: {record.getMessage()}"
        if not any(pattern.search(line) for pattern in EXPECTED):
            if record.exc_info:
                line += f"\n{logging.Formatter().formatException(record.exc_info)}"
            self.lines.append(line)

    def take(self):
        lines, self.lines = self.lines, []
        return "\n".join(lines)


@pytest.fixture(scope="session", autouse=True)
def filestore(load_registry):
    """Give each process that tests files of its own, as it has a database of its own.

    pytest-odoo lets them share one folder. But at the end of a class Odoo removes from
    it what the own database does not know, and so what another is using.
    """
    from odoo.tests.common import get_db_name
    from odoo.tools import config

    original = config.filestore(get_db_name())
    own = Path(config["data_dir"], "filestore", get_db_name())
    if str(own) == original:
        yield
        return
    shutil.rmtree(own, ignore_errors=True)
    # hard links: Odoo replaces files of its store, it never writes into one
    shutil.copytree(original, own, copy_function=os.link)
    with mock.patch.object(config, "filestore", return_value=str(own)):
        yield
    shutil.rmtree(own)


@pytest.fixture(scope="session", autouse=True)
def assets(request, filestore):
    """Build the bundles once: a browser test would roll back what it builds."""
    from odoo import SUPERUSER_ID, api
    from odoo.modules.registry import Registry
    from odoo.tests.common import HttpCase, get_db_name

    if "PYTEST_XDIST_WORKER" in os.environ:
        return  # its database is a copy of one that has them
    classes = {item.cls for item in request.session.items if getattr(item, "cls", None)}
    if any(issubclass(cls, HttpCase) for cls in classes):
        with Registry(get_db_name()).cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            env["ir.qweb"]._pregenerate_assets_bundles()


log = UnexpectedLog()
skipped = []
between_tests = []


def pytest_configure():
    logging.getLogger().addHandler(log)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    # a failed setup would hide the test: what it logs counts for the test itself
    if report.passed and report.when != "setup" and (lines := log.take()):
        report.outcome = "failed"
        report.longrepr = f"unexpected in Odoo's log:\n{lines}"
    return report


def pytest_runtest_logreport(report):
    if report.skipped:
        skipped.append(report.nodeid)


def pytest_collectreport(report):
    if report.skipped:
        skipped.append(report.nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node, error):
    """Take what a process of ours that tested has seen outside of its tests."""
    between_tests.extend(getattr(node, "workeroutput", {}).get("between_tests", ()))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session):
    if lines := log.take():
        between_tests.append(lines)
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["between_tests"] = between_tests
    if (skipped or between_tests) and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter):
    for nodeid in skipped:
        terminalreporter.line(f"SKIPPED counts as failed: {nodeid}", red=True)
    for lines in between_tests:
        terminalreporter.line(f"unexpected in Odoo's log, outside tests:\n{lines}")
