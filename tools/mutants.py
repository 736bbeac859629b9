"""Change one thing in the code at a time, and see whether a test notices.

Called by `tools/dev mutants` with a database of the addon that it may copy:

    mutants.py                  all of it: hours
    mutants.py --only tools/score    mutants of files whose path contains this
    mutants.py --limit 10       a seeded sample of what was chosen
    mutants.py --tests lead_energy/tests/score    tests to run, else all of the addon
    mutants.py --seconds 30     of tests a mutant, its own first: some that survive
                                would be killed by the rest
    mutants.py --again          without those that the last run has killed
    mutants.py --workers 1      processes, else one for each core up to 4

Mutated are all functions of the pure modules in lead_energy/tools, and a seeded sample
of those of the rooms score, status and conversion. Texts and tables are left alone.

Neither mutmut nor cosmic-ray fits: both start the tests anew for each mutant, and Odoo
takes longer to start than the tests that count. Here a process loads Odoo's registry
once. One run of the tests tells which test reaches which line (pytest-cov). Then each
mutant is a fork, in which one function gets other code; it runs the tests that reach
the changed line, on a copy of the database as it was, until one fails.
"""

import argparse
import ast
import contextlib
import gc
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
import traceback
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from types import CodeType
from typing import Any

import pytest
from coverage import CoverageData

# what is told of a mutant, from where it is to what killed it
Mutant = dict[str, Any]
# parent, field, place in its list or None, statement, node
Place = tuple[ast.AST, str, int | None, ast.stmt | None, ast.AST]
# {file: {line: tests}}
Reached = dict[Path, dict[int, list[str]]]
ROOT = Path(__file__).resolve().parent.parent
ADDON = ROOT / "lead_energy"
WORK = Path(os.environ["DEV_DIR"]) / "mutants"
FILES = WORK.parent / "data" / "filestore"
SOURCE = "mutants"  # the database that is copied
ROOMS = ("score", "status", "conversion")
SAMPLE, SEED = 150, 20260101
WANTED = 85  # percent
PYTEST = ["--rootdir", str(ROOT), "-qx", "-p", "no:cacheprovider", "-p", "no:warnings"]
PYTEST += ["--hypothesis-seed=0", "--odoo-http", "--odoo-log-level=warn"]
PAIRS = (
    *((ast.Eq, ast.NotEq), (ast.Lt, ast.LtE), (ast.Gt, ast.GtE), (ast.In, ast.NotIn)),
    *((ast.Is, ast.IsNot), (ast.Add, ast.Sub), (ast.Mult, ast.Div)),
    *((ast.BitOr, ast.BitAnd), (ast.And, ast.Or)),
)
SWAPPED = {ast.FloorDiv: ast.Div, **dict(PAIRS), **{b: a for a, b in PAIRS}}


# --- mutants


def get_variant(node: ast.AST) -> ast.AST | None:
    """Return a node that may stand in the place of one, or None.

    It names all that the other names: new code of a function needs the same closure.
    """
    match node:
        case ast.stmt():
            return get_statement(node)
        case ast.Compare(ops=[op]) if type(op) in SWAPPED:
            return ast.Compare(node.left, [SWAPPED[type(op)]()], node.comparators)
        case ast.BinOp(left, op, right) if type(op) in SWAPPED and not is_text(left):
            return ast.BinOp(left, SWAPPED[type(op)](), right)
        case ast.BoolOp(op, values):
            return ast.BoolOp(SWAPPED[type(op)](), values)
        case ast.UnaryOp(ast.Not(), operand):
            return operand
        case ast.Constant(bool() | int() | float() as value):
            return ast.Constant(not value if isinstance(value, bool) else value + 1)
    return None


def get_statement(node: ast.stmt) -> ast.stmt | None:
    match node:
        case ast.If(test, body, orelse):
            return ast.If(ast.UnaryOp(ast.Not(), test), body, orelse)
        case ast.Return(value) if value and not isinstance(value, ast.Constant):
            never = ast.IfExp(ast.Constant(True), ast.Constant(None), value)
            return ast.Return(never)
        case ast.Expr(ast.Call(func)) if "_logger" in ast.dump(func):
            return None
        case ast.Expr(ast.Call()) | ast.Raise() | ast.AugAssign():
            return ast.If(ast.Constant(False), [node], [])
        case ast.Continue() | ast.Break():
            return ast.Pass()
    return None


def is_text(node: ast.AST) -> bool:
    value = getattr(node, "value", None)
    return isinstance(node, ast.JoinedStr) or isinstance(value, str)


def walk_functions(
    parent: ast.AST, statement: ast.stmt | None = None, is_inside: bool = False
) -> Iterator[Place]:
    """Yield (parent, field, place in its list or None, statement, node) in functions.

    The statement is the one that the node is in.
    """
    for field, value in ast.iter_fields(parent):
        if field in ("decorator_list", "annotation", "returns"):
            continue
        nodes = enumerate(value) if isinstance(value, list) else [(None, value)]
        for place, node in nodes:
            if not isinstance(node, ast.AST) or isinstance(node, ast.arguments):
                continue
            within = node if isinstance(node, ast.stmt) else statement
            if is_inside:
                yield parent, field, place, within, node
            is_function = isinstance(node, ast.FunctionDef | ast.Lambda)
            yield from walk_functions(node, within, is_inside or is_function)


def find_mutants(path: Path) -> list[Mutant]:
    """Return a dict for each mutant of a file."""
    found = []
    nodes = walk_functions(ast.parse(path.read_text()))
    for number, (*_where, statement, node) in enumerate(nodes):
        statement = statement or node  # a lambda of a class
        if other := get_variant(node):
            found.append(
                {
                    "path": str(path.relative_to(ROOT)),
                    "node": number,
                    "lines": [statement.lineno, node.lineno],
                    "text": f"{shorten(node)}  ->  {shorten(other)}",
                }
            )
    return found


def shorten(node: ast.AST) -> str:
    if isinstance(node, ast.If):
        return f"if {ast.unparse(node.test)}"
    if isinstance(node, ast.Return) and isinstance(node.value, ast.IfExp):
        node = ast.Return(node.value.body)
    return " ".join(ast.unparse(node).split())[:150]


def choose(args: argparse.Namespace) -> list[Mutant]:
    """Return the mutants to try: all of pure modules, and of the rooms a sample."""
    pure = sorted((ADDON / "tools").rglob("*.py"))
    models = sorted((ADDON / "models").rglob("*.py"))
    rooms = [path for path in models if path.parent.name in ROOMS]
    chosen = []
    for paths, size in ((pure, None), (rooms, SAMPLE)):
        paths = [p for p in paths if args.only in str(p.relative_to(ROOT))]
        mutants = [mutant for path in paths for mutant in find_mutants(path)]
        if size and len(mutants) > size:
            mutants = random.Random(SEED).sample(mutants, size)
        chosen += mutants
    # in any order: who ends it early has a sample of all
    return random.Random(SEED).sample(chosen, min(args.limit or 10**6, len(chosen)))


def compile_mutant(mutant: Mutant) -> dict[tuple[str, int], CodeType]:
    """Return {(qualified name, first line): code} of the functions of a file."""
    path = ROOT / mutant["path"]
    tree = ast.parse(path.read_text())
    parent, field, place, _statement, node = list(walk_functions(tree))[mutant["node"]]
    other = ast.copy_location(get_variant(node), node)
    if place is None:
        setattr(parent, field, other)
    else:
        getattr(parent, field)[place] = other
    codes, todo = {}, [compile(ast.fix_missing_locations(tree), str(path), "exec")]
    while todo:
        for code in filter(lambda c: hasattr(c, "co_code"), todo.pop().co_consts):
            if "<locals>" not in code.co_qualname:
                codes[code.co_qualname, code.co_firstlineno] = code
                todo.append(code)
    return codes


def put_in_place(mutant: Mutant) -> bool:
    """Give the functions of this process the code of a mutant."""
    codes, path = compile_mutant(mutant), str(ROOT / mutant["path"])
    is_found = False
    for function in gc.get_objects():
        code = getattr(function, "__code__", None) if is_plain(function) else None
        if code and code.co_filename == path:
            other = codes.get((code.co_qualname, code.co_firstlineno))
            if other and other != code:
                function.__code__ = other
                is_found = True
    return is_found


def is_plain(thing: object) -> bool:
    return type(thing) is type(is_plain)


# --- processes


class Outcomes:
    """What pytest tells while it runs: how long each test took, which one failed."""

    def __init__(self) -> None:
        self.seconds, self.failed = Counter(), None

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        # a test that sets the clock measures nonsense
        self.seconds[report.nodeid] += min(max(report.duration, 0), 60)
        if report.failed:
            self.failed = self.failed or report.nodeid


def fork(work: Callable[[], dict], timeout: int, log: Path) -> dict | None:
    """Return what a function returns in a process of its own, None if it never ends."""
    reader, writer = os.pipe()
    pid = os.fork()
    if not pid:
        os.setsid()
        signal.alarm(timeout)  # unheeded, it ends the process
        with open(log, "w") as file:
            os.dup2(file.fileno(), 1)
            os.dup2(file.fileno(), 2)
        try:
            os.write(writer, json.dumps(work()).encode())
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        result = pipe.read()
    os.waitpid(pid, 0)
    # a browser that it has started
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)
    return json.loads(result) if result else None


def drop_database(name: str) -> None:
    shutil.rmtree(FILES / name, ignore_errors=True)
    subprocess.run(["dropdb", "-f", name], capture_output=True, check=False)


def copy_database(name: str) -> None:
    drop_database(name)
    subprocess.run(["createdb", "-T", SOURCE, name], check=True)
    shutil.copytree(FILES / SOURCE, FILES / name, copy_function=os.link)


def load_registry(name: str) -> None:
    """Load Odoo once, and leave no connection that forks would share."""
    from odoo import sql_db
    from odoo.modules.registry import Registry
    from odoo.tools import config

    config.parse_config([f"--database={name}", "--log-level=warn"])
    Registry(name)
    sql_db.close_all()


def run_tests(name: str, arguments: list[str]) -> dict:
    outcomes, wrote = Outcomes(), watch_commits()
    code = pytest.main(
        [*PYTEST, f"--odoo-database={name}", *arguments], plugins=[outcomes]
    )
    return {
        "code": code,
        "failed": outcomes.failed,
        "seconds": outcomes.seconds,
        "wrote": bool(wrote),
    }


def watch_commits() -> list[str]:
    """Return a list that is filled when this process commits a change."""
    from odoo.sql_db import Cursor

    wrote, commit = [], Cursor.commit

    def watched_commit(cursor: Cursor) -> None:
        cursor.flush()
        cursor.execute("SELECT pg_current_xact_id_if_assigned() IS NOT NULL")
        if cursor.fetchone()[0]:
            wrote.append(cursor.dbname)
        commit(cursor)

    Cursor.commit = watched_commit
    return wrote


def map_tests(tests: list[str]) -> tuple[Reached, dict[str, float]]:
    """Return {file: {line: tests}} and {test: seconds}, from one run of all tests."""
    sources = sorted(ADDON.rglob("*.py"))
    key = hashlib.sha256(str(tests).encode())
    for path in sources:
        key.update(path.read_bytes())
    data, times = (WORK / f"{key.hexdigest()[:12]}.{end}" for end in ("cov", "json"))
    if not times.exists():
        print("which test reaches which line: one run of the tests", flush=True)
        os.environ["COVERAGE_FILE"] = str(data)
        coverage = ["--cov=lead_energy", "--cov-context=test", "--cov-report="]
        log = WORK / "map.log"
        name = f"{SOURCE}_0"
        copy_database(name)

        def work() -> dict:
            load_registry(name)
            return run_tests(name, [*coverage, *tests])

        found = fork(work, 4 * 3600, log)
        if not found or found["code"]:
            sys.exit(f"the tests fail without any change: see {log}")
        times.write_text(json.dumps(found["seconds"]))
    measured = CoverageData(str(data))
    measured.read()
    reached = {
        path: measured.contexts_by_lineno(str(path))
        for path in map(Path, measured.measured_files())
    }
    return reached, json.loads(times.read_text())


def get_class(test: str) -> str:
    return test.rpartition("::")[0]


def get_tests(
    mutant: Mutant, reached: Reached, seconds: dict[str, float], budget: float
) -> list[str]:
    """Return the tests that reach a mutant: its own first, then cheap classes."""
    by_line = reached.get(ROOT / mutant["path"], {})
    contexts = {c for line in mutant["lines"] for c in by_line.get(line, ()) if c}
    chosen = {c.rpartition("|")[0] for c in contexts}
    # what a class sets up counts for all of its tests
    classes = {get_class(c) for c in contexts if not c.endswith("|run")}
    chosen |= {test for test in seconds if get_class(test) in classes}
    by_class = defaultdict(list)
    for test in sorted(chosen & seconds.keys(), key=seconds.get):
        by_class[get_class(test)].append(test)
    words = set(Path(mutant["path"]).with_suffix("").parts[1:])
    words |= {word for part in words for word in part.split("_")}

    def get_rank(some: list[str]) -> tuple[bool, float]:
        own = Path(some[0].partition("::")[0]).stem.removeprefix("test_").split("_")
        return not words & set(own), sum(map(seconds.get, some))

    groups = sorted(by_class.values(), key=get_rank)
    tests = []
    for test in (test for some in groups for test in some):
        if seconds[test] <= budget:
            budget -= seconds[test]
            tests.append(test)
    return tests


def try_mutant(mutant: Mutant, name: str, log: Path) -> tuple[str | None, bool]:
    """Return what kills a mutant, None if nothing does, and if the database changed."""

    def work() -> dict:
        if not put_in_place(mutant):
            return {"code": 0, "failed": None, "wrote": False}
        return run_tests(name, mutant["tests"])

    if not mutant["tests"]:
        return None, False
    found = fork(work, 60 + 5 * round(mutant["seconds"]), log)
    if not found:
        return "(it never ended)", True
    code = found["code"] and f"(pytest: {found['code']})"
    return found["failed"] or code or None, found["wrote"]


def try_mutants(number: int, mutants: list[Mutant], results: Path) -> None:
    """Try mutants one after another, on a database of this process."""
    name, log = f"{SOURCE}_{number}", WORK / f"mutant_{number}.log"
    copy_database(name)
    load_registry(name)
    for mutant in mutants:
        start = time.time()
        mutant["killed_by"], is_changed = try_mutant(mutant, name, log)
        if is_changed:
            copy_database(name)
        mutant["took"] = round(time.time() - start, 1)
        mutant["tests"] = len(mutant["tests"])
        with open(results, "a") as file:
            file.write(json.dumps(mutant) + "\n")
    drop_database(name)


def get_killed(results: Path) -> list[Mutant]:
    """Return what a run has killed; it holds as long as its files stay as they were."""
    lines = results.read_text().splitlines() if results.exists() else []
    return [mutant for mutant in map(json.loads, lines) if mutant["killed_by"]]


def report(results: Path) -> bool:
    """Print the survivors and the share of the killed; return whether it is enough."""
    mutants = [json.loads(line) for line in results.read_text().splitlines()]
    mutants.sort(key=lambda mutant: (mutant["path"], mutant["lines"][1]))
    for mutant in mutants:
        if not mutant["killed_by"]:
            where = f"{mutant['path']}:{mutant['lines'][1]}"
            print(f"survived  {where}  {mutant['text']}  ({mutant['tests']} tests)")
    killed = sum(bool(mutant["killed_by"]) for mutant in mutants)
    took = sum(mutant["took"] for mutant in mutants)
    share = 100 * killed / max(len(mutants), 1)
    print(
        f"{killed} of {len(mutants)} killed ({share:.0f} %),"
        f" {took / max(len(mutants), 1):.1f} s a mutant; all of them: {results}"
    )
    return share >= WANTED


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", default="")
    parser.add_argument("--limit", type=int)
    parser.add_argument("--seconds", type=float, default=float("inf"))
    parser.add_argument("--again", action="store_true")
    parser.add_argument("--workers", type=int, default=min(os.cpu_count(), 4))
    parser.add_argument("--tests", nargs="+", default=["lead_energy/tests"])
    args = parser.parse_args()
    WORK.mkdir(exist_ok=True)
    mutants = choose(args)
    results = WORK / "results.jsonl"
    killed = get_killed(results) if args.again else []
    known = {(mutant["path"], mutant["node"]) for mutant in killed}
    mutants = [m for m in mutants if (m["path"], m["node"]) not in known]
    reached, seconds = map_tests(args.tests)
    for mutant in mutants:
        mutant["tests"] = get_tests(mutant, reached, seconds, args.seconds)
        mutant["seconds"] = sum(map(seconds.get, mutant["tests"]))
    total = sum(mutant["seconds"] for mutant in mutants)
    print(f"{len(mutants)} mutants, {total / 3600:.1f} hours at most", flush=True)
    results.write_text("".join(f"{json.dumps(mutant)}\n" for mutant in killed))
    pids = []
    for number in range(args.workers):
        if not (pid := os.fork()):
            try:
                try_mutants(number, mutants[number :: args.workers], results)
            except BaseException:
                traceback.print_exc()
                os._exit(1)
            os._exit(0)
        pids.append(pid)
    codes = [os.waitpid(pid, 0)[1] for pid in pids]
    sys.exit(any(codes) or not report(results))


if __name__ == "__main__":
    main()
