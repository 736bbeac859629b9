"""The checks of `make lint` and of git's hooks are the same, and each can complain."""

import re
import shutil
import subprocess
import sys

import pytest
import yaml

from .common import ROOT, tool

CONFIG = ROOT / ".pre-commit-config.yaml"
# a fault for each check: the file that gets it, what is written at its end, and how
# the check names it
FAULTS = {
    "files": ("README.md", "two blanks at the end  \n", "two blanks at the end"),
    "shell": (".ci/run", "if true\n", "syntax error"),
    "ruff": ("tools/i18n.py", "import os\n", "F401"),
    "ruff-format": ("tools/i18n.py", "x = [ 1 ]\n", "tools/i18n.py"),
    "pylint-odoo": ("lead_energy/hooks.py", 'print("hello")\n', "print-used"),
    "oca-checks-odoo-module": (
        "lead_energy/views/sale_order_views.xml",
        '<record id="a" model="b" /><record id="a" model="b" /></odoo>',
        "xml-duplicate-record-id",
    ),
    "oca-checks-po": (
        "lead_energy/i18n/de.po",
        '\nmsgid "Twice"\nmsgstr "Doppelt"\n' * 2,
        "po-duplicate-message-definition",
    ),
    "i18n": ("lead_energy/i18n/de.po", '\nmsgid "not done"\nmsgstr ""\n', "not done"),
    "oxlint": (
        "lead_energy/static/src/score_badge/score_badge.js",
        "var a = b == c;\n",
        "no-var",
    ),
    "oxfmt": (
        "lead_energy/static/src/score_badge/score_badge.js",
        "const a  =  'b'\n",
        "score_badge.js",
    ),
}
# what the faults are not in: most of the time would go into reading it
SPARED = ("models", "tests", "description")


def get_hooks():
    (repository,) = yaml.safe_load(CONFIG.read_text())["repos"]
    assert repository["repo"] == "local"
    return repository["hooks"]


def get_linters():
    text = (ROOT / "tools" / "dev").read_text()
    return re.search(r"^LINTERS='([^']*)'", text, re.MULTILINE)[1].split()


def test_hooks_and_make_lint_are_the_same():
    hooks = get_hooks()
    assert [hook["entry"] for hook in hooks] == [
        f"tools/dev lint {name}" for name in get_linters()
    ]
    assert [hook["id"] for hook in hooks] == get_linters() == list(FAULTS)


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    """Copy the tree into a repository of its own."""
    tree = tmp_path_factory.mktemp("lint") / "tree"
    ignored = shutil.ignore_patterns(".git", "__pycache__", *SPARED)
    shutil.copytree(ROOT, tree, ignore=ignored)
    for command in (["init", "-q"], ["add", "-A"]):
        subprocess.run(["git", *command], cwd=tree, check=True)
    return tree


def lint(tree, name):
    return subprocess.run(
        [tree / "tools" / "dev", "lint", name],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("name", FAULTS)
def test_each_check_finds_a_fault(tree, name):
    path, text, complaint = FAULTS[name]
    original = (tree / path).read_text()
    (tree / path).write_text(original.replace("</odoo>", "") + text)
    try:
        done = lint(tree, name)
    finally:
        (tree / path).write_text(original)
    assert done.returncode, f"{name} overlooks {text!r}"
    assert f"lint: {name} complains" in done.stderr
    assert complaint in done.stdout + done.stderr


def test_a_commit_runs_the_checks_of_its_files(tree):
    done = subprocess.run(
        [sys.executable, "-m", "pre_commit", "run", "--files", "tools/dev", ".ci/run"],
        cwd=tree,
        capture_output=True,
        text=True,
        check=False,
    )
    assert re.search(r"shell scripts\.+Passed", done.stdout), done.stdout
    assert re.search(r"ruff check\.+\(no files to check\)Skipped", done.stdout)


def test_an_unknown_check_is_named():
    done = tool("lint", "spelling")
    assert done.returncode
    assert 'no check "spelling"' in done.stderr


@pytest.mark.parametrize("page", ["README.md", "ARCHITECTURE.md"])
def test_a_page_names_files_that_exist(page):
    names = re.findall(r"`([\w.-]*/[\w./-]*|\w+\.md)`", (ROOT / page).read_text())
    assert names
    places = (ROOT, ROOT / "lead_energy")
    gone = [n for n in names if not any((place / n).exists() for place in places)]
    assert not gone


def test_methods_that_the_architecture_names_exist():
    text = (ROOT / "ARCHITECTURE.md").read_text()
    names = set(re.findall(r"(?<![>\w])_[a-z]+(?:_[a-z]+)*\b(?!\.\.\.)", text))
    sources = [path.read_text() for path in (ROOT / "lead_energy").rglob("*.py")]
    defined = set(re.findall(r"def (\w+)", "\n".join(sources)))
    assert names
    assert names <= defined
