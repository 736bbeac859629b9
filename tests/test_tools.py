"""tools/dev fails with one clear line, touches nothing of others, and recovers."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest

import odoo

from .common import ROOT, checked_tool, clone_template, drop, odoo_shell, tool

OFFLINE = {
    "PIP_CONFIG_FILE": os.devnull,
    "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
    "PIP_EXTRA_INDEX_URL": None,
    "PIP_FIND_LINKS": None,
    "PIP_RETRIES": "0",
}


@pytest.fixture
def folder():
    """A folder that PostgreSQL's user reaches, and short enough for its socket."""
    with tempfile.TemporaryDirectory(dir="/var/tmp", prefix="dev-test-") as path:
        os.chmod(path, 0o755)
        yield Path(path)


def error_of(verb, **environment):
    done = tool(verb, **environment)
    lines = done.stderr.splitlines()
    errors = [line for line in lines if line.startswith("ERROR: ")]
    assert done.returncode == 1
    assert errors == lines[-1:], done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    return errors[0]


def test_python_that_does_not_fit_is_named(folder):
    stub = folder / "python"
    stub.write_text('#!/bin/sh\n[ "$1" != -V ] || echo Python 3.9.2\n')
    stub.chmod(0o755)
    error = error_of("lint", DEV_DIR=str(folder / "dev"), PYTHON=str(stub))
    assert "Python 3.11, 3.12 or 3.13" in error
    assert "3.9.2" in error


def test_taken_port_is_named(folder):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = str(server.getsockname()[1])
        error = error_of("run", DEV_DIR=str(folder / "dev"), PORT=port)
    assert f"port {port} is taken" in error
    assert "PORT=" in error


@pytest.mark.parametrize("port", ["http", "0", "65536", "-1"])
def test_port_that_is_none_is_refused(folder, port):
    assert "is no port" in error_of("run", DEV_DIR=str(folder / "dev"), PORT=port)


def programs_without(folder, pattern):
    """Return a PATH with the programs of this machine whose names do not match."""
    programs = folder / "bin"
    programs.mkdir()
    for path in (*Path("/usr/sbin").iterdir(), *Path("/usr/bin").iterdir()):
        program = programs / path.name
        if not re.search(pattern, path.name) and not program.exists():
            program.symlink_to(path)
    return str(programs)


def test_missing_browser_is_named_before_anything_is_downloaded(folder):
    dev = folder / "dev"
    path = programs_without(folder, "chrom|apt")
    error = error_of("test", DEV_DIR=str(dev), PATH=path)
    assert "need Chromium" in error
    assert not (dev / "venv").exists()


def test_doctor_names_what_is_missing_and_changes_nothing(folder):
    dev = folder / "dev"
    path = programs_without(folder, "chrom|wkhtml")
    done = tool("doctor", DEV_DIR=str(dev), PATH=path, PYTHON=sys.executable)
    missing = [line for line in done.stderr.splitlines() if "MISSING" in line]
    assert done.returncode == 1
    assert ["Chromium" in missing[0], "wkhtmltopdf" in missing[1]] == [True, True]
    assert all("apt-get install" in line for line in missing)
    assert not dev.exists()


def test_doctor_is_content_with_what_runs_these_tests():
    done = tool("doctor")
    assert done.returncode == 0, done.stderr
    assert "ok       Python packages" in done.stderr


def test_odoo_that_debian_has_no_more_is_named_with_the_way_out(folder, lock_of):
    path = programs_without(folder, "^(apt-get|git)$")
    for name in ("apt-get", "git"):
        stub = folder / "bin" / name
        stub.write_text("#!/bin/sh\nexit 100\n")
        stub.chmod(0o755)
    environment = {"PATH": path, "PYTHON": sys.executable, "ODOO_PATH": ""}
    done = lock_of(arguments=("odoo", "--version"), **environment)
    assert done.returncode == 1
    assert "Set ODOO_PATH to a checkout of 19.0" in done.stderr.splitlines()[-1]


def test_full_disk_is_named_and_the_next_call_goes_on(folder):
    disk = folder / "df"
    disk.write_text("#!/bin/sh\necho Size\necho / 100 90 10 90% /\n")
    disk.chmod(0o755)
    environment = {"DEV_DIR": str(folder / "dev"), **OFFLINE}
    path = f"{folder}:{os.environ['PATH']}"
    error = error_of("lint", **environment, PATH=path)
    assert "is full" in error and "10 MB free" in error
    assert "is there a network?" in error_of("lint", **environment)


def test_missing_network_is_named_after_an_interrupted_start_too(folder):
    environment = {"DEV_DIR": str(folder / "dev"), **OFFLINE}
    with subprocess.Popen(
        [ROOT / "tools" / "dev", "lint"],
        env={k: v for k, v in {**os.environ, **environment}.items() if v is not None},
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        venv = folder / "dev" / "venv"
        while process.poll() is None and not venv.exists():
            time.sleep(0.05)
        os.killpg(process.pid, signal.SIGKILL)
    assert venv.exists()
    assert "is there a network?" in error_of("lint", **environment)
    assert not (venv / "stamp").exists()


def build_wheel(index, name, version, requires=()):
    """Put a package without code into a folder that pip reads as an index."""
    folder = index / name
    folder.mkdir(parents=True, exist_ok=True)
    info = f"{name}-{version}.dist-info"
    metadata = [
        "Metadata-Version: 2.1",
        f"Name: {name}",
        f"Version: {version}",
        "Provides-Extra: toml",
        *(f"Requires-Dist: {requirement}" for requirement in requires),
    ]
    path = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr(f"{info}/METADATA", "\n".join(metadata) + "\n")
        tag = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        wheel.writestr(f"{info}/WHEEL", tag)
        wheel.writestr(f"{info}/RECORD", "")
    links = "".join(f'<a href="{w.name}">{w.name}</a>' for w in folder.glob("*.whl"))
    (folder / "index.html").write_text(f"<html><body>{links}</body></html>")
    return f"{name}=={version} --hash=sha256:{sha256(path.read_bytes()).hexdigest()}"


@pytest.fixture
def lock_of(folder):
    """Run tools/dev with a lock file of one's own and an index on this disk."""
    tree = folder / "tree"
    (tree / "tools").mkdir(parents=True)
    shutil.copy(ROOT / "tools" / "dev", tree / "tools")
    index = folder / "index"
    builder = build_wheel(index, "setuptools", "80.10.2")

    def run(*lines, arguments=("python", "-c", ""), **variables):
        lock = "\n".join((builder, *lines)) + "\n"
        (tree / "tools" / "requirements.txt").write_text(lock)
        environment = {
            **os.environ,
            **{name: value for name, value in OFFLINE.items() if value},
            "PIP_INDEX_URL": index.as_uri(),
            "DEV_DIR": str(folder / "dev"),
            **variables,
        }
        environment.pop("PIP_FIND_LINKS", None)
        environment.pop("PIP_EXTRA_INDEX_URL", None)
        return subprocess.run(
            [tree / "tools" / "dev", *arguments],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    run.index = index
    return run


def test_lock_decides_whatever_was_released_since(lock_of):
    lines = [
        build_wheel(lock_of.index, "plugin", "1.0", ["library[toml]>=1"]),
        build_wheel(lock_of.index, "library", "1.0"),
    ]
    build_wheel(lock_of.index, "library", "2.0")
    code = "from importlib.metadata import version; print(version('library'))"
    done = lock_of(*lines, arguments=("python", "-c", code))
    assert (done.returncode, done.stdout) == (0, "1.0\n"), done.stderr


def test_lock_that_misses_a_package_is_named(lock_of):
    done = lock_of(build_wheel(lock_of.index, "plugin", "1.0", ["library[toml]>=1"]))
    assert done.returncode == 1
    assert "does not fit together: plugin 1.0 requires library" in done.stderr


def test_withdrawn_package_is_named(lock_of):
    line = build_wheel(lock_of.index, "plugin", "1.0")
    build_wheel(lock_of.index, "plugin", "1.1")
    (lock_of.index / "plugin" / "index.html").write_text(
        '<a href="plugin-1.1-py3-none-any.whl">plugin-1.1-py3-none-any.whl</a>'
    )
    done = lock_of(line)
    assert done.returncode == 1
    assert "No matching distribution found for plugin==1.0" in done.stderr
    assert "make the lock again" in done.stderr


def test_folder_of_another_user_is_refused(folder):
    theirs = Path("/")
    if os.geteuid() == 0:
        theirs = folder / "theirs"
        theirs.mkdir()
        os.chown(theirs, 65534, 65534)
    error = error_of("lint", DEV_DIR=str(theirs))
    assert "is not a folder of yours" in error


def test_folder_with_other_files_is_neither_used_nor_removed(folder):
    (folder / "letter.txt").write_text("mine")
    assert "holds other files" in error_of("lint", DEV_DIR=str(folder))
    assert "not made by" in error_of("clean", DEV_DIR=str(folder))
    assert [path.name for path in folder.iterdir()] == ["letter.txt"]


def test_path_too_long_for_the_socket_is_refused(folder):
    error = error_of("lint", DEV_DIR=str(folder / ("x" * 90)))
    assert "too long" in error


def test_clean_removes_only_its_folder(folder):
    (folder / "letter.txt").write_text("mine")
    dev_dir = folder / "dev"
    error_of("run", DEV_DIR=str(dev_dir), PYTHON="false")
    assert dev_dir.exists()
    assert tool("clean", DEV_DIR=str(dev_dir)).returncode == 0
    assert [path.name for path in folder.iterdir()] == ["letter.txt"]


def test_stop_ends_no_process_of_others(folder):
    error_of("run", DEV_DIR=str(folder / "dev"), PYTHON="false")
    with subprocess.Popen(["sleep", "60"]) as process:
        (folder / "dev" / "odoo.pid").write_text(f"{process.pid}\n")
        assert tool("stop", DEV_DIR=str(folder / "dev")).returncode == 0
        assert process.poll() is None
        process.kill()


def test_postgres_of_the_user_is_never_reached():
    done = tool(
        "psql",
        "-XAtd",
        "postgres",
        "-c",
        "SHOW unix_socket_directories",
        PGHOST="127.0.0.1",
        PGPORT="1",
        PGUSER="someone",
        PGDATABASE="theirs",
        PGSERVICE="theirs",
    )
    assert done.stdout.strip().strip('"') == os.environ["PGHOST"], done.stderr


def test_half_made_database_is_replaced():
    checked_tool("psql", "postgres", "-qc", "CREATE DATABASE half_made")
    try:
        clone_template("half_made")
        query = "SELECT state FROM ir_module_module WHERE name = 'sale_crm'"
        done = checked_tool("psql", "half_made", "-XAtc", query)
        assert done.stdout == "installed\n"
    finally:
        drop("half_made")


def test_warning_in_the_log_of_a_command_fails_it():
    code = "import logging; logging.getLogger('odoo.tests').warning('old API')"
    with pytest.raises(AssertionError, match=r"WARNING odoo\.tests: old API"):
        odoo_shell("test", code)


def test_warnings_and_skips_fail_a_run_of_pytest(folder):
    (folder / "tools").mkdir()
    (folder / "tools" / "expected_log.txt").write_text("# why\nWARNING a: fine\n")
    shutil.copy(ROOT / "conftest.py", folder)
    (folder / "test_log.py").write_text(
        """
import logging, unittest, warnings
from odoo.tools import mute_logger

class TestLog(unittest.TestCase):
    def test_clean(self): pass
    def test_expected(self): logging.getLogger("a").warning("fine")
    def test_muted(self):
        with mute_logger("b"): logging.getLogger("b").error("muted")
    def test_logged(self): logging.getLogger("c").warning("unexpected one")
    def test_warned(self): warnings.warn("old API", DeprecationWarning)
    def test_skipped(self): self.skipTest("why not")
"""
    )
    arguments = ["-p", "no:cacheprovider", "-p", "no:warnings", "--odoo-database=test"]
    environment = {**os.environ}
    environment.pop("PYTEST_XDIST_WORKER", None)  # it tests for itself
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *arguments, folder],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "2 failed, 3 passed, 1 skipped" in done.stdout.splitlines()[-1]
    assert "WARNING c: unexpected one" in done.stdout
    assert "WARNING py.warnings:" in done.stdout
    assert "SKIPPED counts as failed: test_log.py::TestLog::test_skipped" in done.stdout


def test_a_process_that_tests_has_files_of_its_own():
    """Odoo's tests tidy the files, and know those of their own database alone."""
    name = odoo.tests.common.get_db_name()
    assert Path(odoo.tools.config.filestore(name)).name == name
