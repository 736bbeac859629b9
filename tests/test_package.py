"""The addon as a Python package: built, and installed beside Odoo."""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

from .common import ROOT, clone_template, drop

DATABASE = "lead_energy_package"


def run(*arguments, **environment):
    return subprocess.run(
        [str(argument) for argument in arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    )


@pytest.fixture(scope="module")
def python(tmp_path_factory):
    """Build the wheel, and yield the Python of an environment that has it."""
    folder = tmp_path_factory.mktemp("package")
    addon = folder / "lead_energy"
    # a copy: whoever builds must not write into the tree, nor need its history
    shutil.copytree(
        ROOT / "lead_energy", addon, ignore=shutil.ignore_patterns("__pycache__")
    )
    pip = (sys.executable, "-m", "pip")
    offline = ("--no-index", "--no-deps")
    # from the locked tools, without asking an index
    run(*pip, "wheel", *offline, "--no-build-isolation", "-w", folder, addon)
    (wheel,) = folder.glob("*.whl")
    venv.create(folder / "venv", with_pip=False)
    python = folder / "venv" / "bin" / "python"
    site = run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))")
    # what Odoo runs on; Odoo itself comes by PYTHONPATH, as tools/dev sets it
    beside = Path(site.stdout.strip()) / "beside.pth"
    beside.write_text(sysconfig.get_path("purelib"))
    run(*pip, "--python", python, "install", *offline, wheel)
    return python


def test_the_package_declares_what_it_needs(python):
    code = "import importlib.metadata as m\n"
    code += "print(*m.requires('odoo-addon-lead-energy'))"
    needed = run(python, "-c", code).stdout
    assert "rapidfuzz" in needed
    assert "odoo==19.0.*" in needed
    assert "addon" not in needed, "what it depends on is Odoo's own"


def test_odoo_installs_the_addon_from_the_package(python, tmp_path):
    config = tmp_path / "odoo.conf"  # without a path to this tree
    config.write_text(f"[options]\ndata_dir = {os.environ['DEV_DIR']}/data\n")
    odoo = (python, Path(os.environ["DEV_DIR"]) / "bin" / "odoo-bin")
    clone_template(DATABASE)
    try:
        done = run(
            *odoo,
            *("-d", DATABASE, "-i", "lead_energy", "--stop-after-init", "--no-http"),
            ODOO_RC=str(config),
        )
        assert not re.findall(r"^.* (?:WARNING|ERROR) .*$", done.stderr, re.MULTILINE)
        assert "odoo.modules.loading: Module lead_energy loaded" in done.stderr
    finally:
        drop(DATABASE)
    where = run(python, "-c", "import odoo.addons.lead_energy as m; print(m.__file__)")
    assert where.stdout.startswith(str(python.parents[1]))
