"""Databases and Odoo processes of their own, for what no transaction can hold."""

import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[1]


def tool(*arguments, stdin="", **environment):
    """Run tools/dev; an environment value None removes the variable."""
    variables = {**os.environ, **environment}
    return subprocess.run(
        [ROOT / "tools" / "dev", *arguments],
        input=stdin,
        env={name: value for name, value in variables.items() if value is not None},
        capture_output=True,
        text=True,
        check=False,
    )


def checked_tool(*arguments, stdin=""):
    done = tool(*arguments, stdin=stdin)
    if done.returncode:
        raise AssertionError(f"tools/dev {' '.join(arguments)}:\n{done.stderr}")
    return done


def clone_template(name):
    """Make the database `name`: Odoo with demo data and German, without our addons."""
    checked_tool("clone", name)


def drop(name):
    checked_tool("drop", name)


def odoo(*arguments):
    """Run Odoo's command, return its log; an unexpected warning in it fails."""
    return checked_tool("strict-odoo", *arguments).stderr


def odoo_shell(database, code):
    """Run Python code in `odoo shell`, return what it prints; it commits itself."""
    arguments = ("strict-odoo", "shell", "-d", database, "--no-http")
    return checked_tool(*arguments, stdin=code).stdout
