"""Run Odoo's own tests, and compare a run with our addons to one without them.

`run RESULT PYTEST-ARGUMENTS...` writes outcomes and query counts to RESULT.
`compare BASELINE OURS` fails for each test that is worse in OURS. A test's
number of queries counts as worse when it exceeds both what Odoo's test
expects and the baseline plus what allowed_queries.txt grants.
"""

import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

UNLIMITED = 10**9
WORST_LAST = ["passed", "skipped", "failed"]

# a test, what it was without our addons, what it is with them, whether that fails
Row = tuple[str, str, str, bool]


class Recorder:
    def __init__(self) -> None:
        self.outcomes = {}
        self.queries = defaultdict(list)
        self.current = None

    def pytest_collection(self) -> None:
        from odoo.tests.common import BaseCase

        original, recorder = BaseCase.assertQueryCount, self

        @contextmanager
        def assert_query_count(
            case: BaseCase, default: int = 0, flush: bool = True, **counters: int
        ) -> Iterator[None]:
            # count without failing: the comparison decides
            expected = counters.get(case.env.user.login, default)
            if flush:
                case.env.flush_all()
                case.env.cr.flush()
            before = case.cr.sql_log_count
            with original(case, default=UNLIMITED, flush=flush):
                yield
            if case.warm:
                count = case.cr.sql_log_count - before
                recorder.queries[recorder.current].append([expected, count])

        BaseCase.assertQueryCount = assert_query_count

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self.current = nodeid

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        worst = max(
            report.outcome,
            self.outcomes.get(report.nodeid, "passed"),
            key=WORST_LAST.index,
        )
        self.outcomes[report.nodeid] = worst


def run(result: str, *arguments: str) -> int:
    recorder = Recorder()
    code = pytest.main(
        # Odoo's tests log what they provoke: no conftest of ours
        [
            *("--noconftest", "--rootdir=.", "-p", "no:cacheprovider"),
            *("-q", "--tb=short", "--odoo-http", *arguments),
        ],
        plugins=[recorder],
    )
    Path(result).write_text(
        json.dumps({"outcomes": recorder.outcomes, "queries": recorder.queries})
    )
    # a failed test is the comparison's business, a run without tests is not
    return 0 if code in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED) else code


def allowances() -> dict[str, int]:
    lines = Path(__file__).with_name("allowed_queries.txt").read_text().splitlines()
    rows = [line.split(maxsplit=2) for line in lines if line and line[0] != "#"]
    return {nodeid: int(extra) for nodeid, extra, _reason in rows}


def worse_outcomes(baseline: dict, ours: dict) -> Iterator[Row]:
    for nodeid, before in baseline["outcomes"].items():
        now = ours["outcomes"].get(nodeid, "not run")
        if before != now:
            yield nodeid, before, now, before == "passed"


def worse_counts(baseline: dict, ours: dict, allowed: dict[str, int]) -> Iterator[Row]:
    for nodeid, counts in ours["queries"].items():
        before = baseline["queries"].get(nodeid, [])
        for index, (expected, count) in enumerate(counts):
            base = before[index][1] if index < len(before) else expected
            limit = max(expected, base + allowed.get(nodeid, 0))
            if count > max(expected, base) or count > limit:
                yield nodeid, f"{base} queries", f"{count} queries", count > limit


def summary(result: dict) -> str:
    outcomes = list(result["outcomes"].values())
    return ", ".join(f"{outcomes.count(key)} {key}" for key in reversed(WORST_LAST))


def compare(baseline_path: str, ours_path: str) -> bool:
    baseline = json.loads(Path(baseline_path).read_text())
    ours = json.loads(Path(ours_path).read_text())
    rows = [
        *worse_outcomes(baseline, ours),
        *worse_counts(baseline, ours, allowances()),
    ]
    for nodeid, before, now, failure in rows:
        verdict = "WORSE" if failure else "differs, allowed"
        print(f"{nodeid}: {before} -> {now} ({verdict})")
    print(f"without our addons: {summary(baseline)}")
    print(f"with our addons:    {summary(ours)}")
    return any(failure for *_row, failure in rows)


if __name__ == "__main__":
    sys.exit({"run": run, "compare": compare}[sys.argv[1]](*sys.argv[2:]))
