"""Databases and Odoo processes of their own, for what no transaction can hold."""

import contextlib
import os
import signal
import socket
import subprocess
import time
import urllib.request
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


def clone_addons(name):
    """Make the database `name`: as above with our addons, without their demo data."""
    checked_tool("clone-addons", name)


def drop(name):
    checked_tool("drop", name)


def odoo(*arguments):
    """Run Odoo's command, return its log; an unexpected warning in it fails."""
    return checked_tool("strict-odoo", *arguments).stderr


def odoo_shell(database, code):
    """Run Python code in `odoo shell`, return what it prints; it commits itself."""
    arguments = ("strict-odoo", "shell", "-d", database, "--no-http")
    return checked_tool(*arguments, stdin=code).stdout


@contextlib.contextmanager
def served(database, log):
    """Serve a database and its bus; yield the URL. `log` gets what fails."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [ROOT / "tools" / "dev", "odoo", "-d", database, "--max-cron-threads=0"]
    command += [f"--http-port={port}", "--log-level=warn", f"--logfile={log}"]
    # a group of its own: the server is a child of the tool
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, start_new_session=True
    )
    url = f"http://127.0.0.1:{port}"
    try:
        while process.poll() is None:
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"{url}/web/login", timeout=120)
                break
            time.sleep(0.2)
        else:
            raise AssertionError(f"the server ended: {Path(log).read_text()}")
        yield url
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()
