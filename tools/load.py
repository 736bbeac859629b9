#!/usr/bin/env python3
"""Let reps work on Odoo's CRM and on ours by turns: `make load`.

What the web client asks the server in each task of a rep is recorded in Chromium, and
asked again by USERS (40) reps, each with a session and leads (LEADS, 100000) of its
own, who think 2 to 5 seconds between two tasks. Both sides have a database with equal
leads and a server with 2 workers. Prints a line a task, then the figures that have a
limit, each with ok or missed. Times are of a task, from its first request to the answer
to its last, where what the client sends at once is sent one after the other.
ROUNDS (4) of SECONDS (60) a side, of which the first ten count for nothing.
"""

import contextlib
import json
import os
import random
import re
import statistics
import subprocess
import sys
import time
import urllib.request
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

# first: it makes what follows fit for many users in one process
from locust import FastHttpUser, between, task
from locust.env import Environment

# isort: split
import gevent
import psutil
import psycopg2
from gevent.event import Event
from load_record import NAME, NEW_ID, NUMBER

USERS = int(os.environ.get("USERS", 40))
ROUNDS = int(os.environ.get("ROUNDS", 4))
SECONDS = int(os.environ.get("SECONDS", 60))
PORT = int(os.environ.get("PORT", 8069))
DEV_DIR = Path(os.environ["DEV_DIR"])
WARM_UP = 10
WEIGHTS = {
    "board": 3,
    "form": 5,
    "change of a field": 4,
    "move": 3,
    "typing a new lead": 2,
    "saving it": 2,
    "conversion": 1,
    "search by phone": 3,
}
JSON = {"Content-Type": "application/json"}
READING = ("form", "change of a field")
ALL = "all tasks"
LIMIT_OF_ALL = 1.25
LIMIT_OF_A_TASK = 1.5
PERCENTILES = {"median": 50, "95th percentile": 95}


class Seat:
    """A rep and the leads that it works on: some are opened again, some used up."""

    def __init__(
        self, login: str, ids: list[int], leads: list[int], movable: list[int]
    ) -> None:
        self.login = login
        self.ids = [str(id_) for id_ in ids]  # user and partner
        self.found: dict[str, str] = {}  # recorded ids, and what they are here
        self.reading = leads[::2]
        self.used_up = {"move": movable[1::4], "conversion": leads[3::4]}

    def take(self, name: str) -> str:
        leads = self.used_up.get(name, self.reading)
        at = random.randrange(len(leads))
        return str(leads[at] if name in READING else leads.pop(at))


class Side:
    def __init__(self, name: str, port: int) -> None:
        self.name = name
        self.database = f"load_{name}"
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self.turn = Event()
        self.busy = 0
        self.is_measured = False
        self.times: dict[str, list[float]] = defaultdict(list)
        self.sizes: dict[str, int] = {}
        self.subjects: dict[str, list[str]] = {}
        self.errors: list[str] = []
        self.seats: list[Seat] = []
        self.processor: list[float] = []

    @contextlib.contextmanager
    def serve(self) -> Iterator[None]:
        command = [sys.executable, str(DEV_DIR / "bin" / "odoo-bin")]
        command += ["-d", self.database, "--workers=2", "--max-cron-threads=0"]
        command += [f"--http-port={self.port}", f"--gevent-port={self.port + 1}"]
        command += ["--log-level=warn", f"--logfile={DEV_DIR / self.database}.log"]
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL)
        try:
            while process.poll() is None:
                with contextlib.suppress(OSError):
                    urllib.request.urlopen(f"{self.url}/web/login", timeout=120)
                    break
                time.sleep(0.2)
            yield
        finally:
            process.terminate()
            process.wait()

    def record(self) -> None:
        file = DEV_DIR / f"{self.database}.json"
        script = Path(__file__).with_name("load_record.py")
        subprocess.run([sys.executable, script, self.url, self.name, file], check=True)
        self.calls = json.loads(file.read_text())

    def seat(self) -> None:
        """Read who works here, and on what; the recording was of the first."""
        is_open = "lead_status_kind = 'open'" if self.name == "ours" else "TRUE"
        movable = "type = 'lead'" if self.name == "ours" else "type = 'opportunity'"
        query = f"""
            SELECT array_agg(lead.id), login,
                   ARRAY[res_users.id, res_users.partner_id],
                   array_agg(lead.id) FILTER (WHERE type = 'lead' AND {is_open}),
                   array_agg(lead.id) FILTER (WHERE {movable} AND {is_open}
                         AND stage_id = (SELECT id FROM crm_stage
                                         ORDER BY sequence, id LIMIT 1))
              FROM res_users JOIN crm_lead lead ON lead.user_id = res_users.id
             WHERE login ~ '^rep[0-9]+$' AND res_users.id > 1000000
          GROUP BY res_users.id ORDER BY res_users.id
        """
        connection = psycopg2.connect(dbname=self.database)
        with contextlib.closing(connection), connection.cursor() as cr:
            cr.execute(query)
            rows = cr.fetchall()
        recorded, *seats = (Seat(*row) for _all, *row in rows)
        self.seats = seats[:USERS]
        self.recorded_ids = recorded.ids
        leads = {*map(str, rows[0][0])}
        every = [call for calls in self.calls.values() for call in calls]
        known = {
            NUMBER[2:],
            *recorded.ids,
            *(key for call in every for key in call["found"]),
        }
        for name, calls in self.calls.items():
            ids = Counter(id_ for c in calls for id_ in NEW_ID.findall(c["body"]))
            # the lead that it is about; a list names its neighbours, too
            subjects = [id_ for id_, _times in ids.most_common() if id_ in leads]
            self.subjects[name] = subjects[:1]
            if rest := ids.keys() - leads - known:
                print(f"    {self.name}, {name}: sent as recorded: {', '.join(rest)}")

    def do(self, client: object, seat: Seat, name: str) -> None:
        # what is saved refers to what was made while it was typed
        values = {**seat.found, **dict(zip(self.recorded_ids, seat.ids, strict=True))}
        values[NAME] = values[NAME.lower()] = f"w{random.getrandbits(40):x}"
        values[NUMBER[2:]] = number = f"30{random.randrange(10**6, 10**7)}"
        values[NUMBER] = f"49{number}"
        values[f"{NUMBER[2:4]} {NUMBER[4:]}"] = f"{number[:2]} {number[2:]}"
        for subject in self.subjects[name]:
            values[subject] = seat.take(name)
        pattern = rf"(?<!\d)({'|'.join(values)})(?!\d)"
        size, start = 0, time.perf_counter()
        for call in self.calls[name]:
            body = re.sub(pattern, lambda m: values[m[0]], call["body"])
            answer = client.post(call["path"], data=body, headers=JSON).content or b""
            size += len(answer)
            if answer[:80].find(b'"error"') >= 0 or not answer.startswith(b"{"):
                self.errors.append(f"{name}: {call['path']} {answer[:600]!r}")
                return
            if call["found"]:
                tree = json.loads(answer)
                for key, path in call["found"].items():
                    values[key] = seat.found[key] = str(_follow(tree, path))
                pattern = rf"(?<!\d)({'|'.join(values)})(?!\d)"
        if self.is_measured:
            milliseconds = 1000 * (time.perf_counter() - start)
            self.times[name].append(milliseconds)
            self.times[ALL].append(milliseconds)
        self.sizes[name] = size

    def work(self) -> None:
        """One round."""
        self.turn.set()
        gevent.sleep(WARM_UP)
        self.is_measured = True
        psutil.cpu_percent()
        gevent.sleep(SECONDS)
        self.processor.append(psutil.cpu_percent())
        self.is_measured = False
        self.turn.clear()
        while self.busy:
            gevent.sleep(0.1)


def _follow(tree: object, path: list) -> object:
    for key in path:
        tree = tree[key]
    return tree


class Rep(FastHttpUser):
    abstract = True
    wait_time = between(2, 5)
    side: Side

    def on_start(self) -> None:
        self.seat = self.side.seats.pop()
        params = {"db": self.side.database, "login": self.seat.login}
        params = {"params": {**params, "password": "load"}}
        answer = self.client.post("/web/session/authenticate", json=params).json()
        if not answer.get("result", {}).get("uid"):
            sys.exit(f"{self.seat.login} cannot log in: {answer}")

    @task
    def work(self) -> None:
        if not self.side.turn.is_set():
            self.side.turn.wait()
            gevent.sleep(random.uniform(0, 5))  # nobody begins at the same moment
        [name] = random.choices([*WEIGHTS], WEIGHTS.values())
        self.side.busy += 1
        try:
            self.side.do(self.client, self.seat, name)
        finally:
            self.side.busy -= 1


def replay(sides: list[Side]) -> None:
    classes = [
        type(side.name, (Rep,), {"side": side, "host": side.url, "fixed_count": USERS})
        for side in sides
    ]
    runner = Environment(user_classes=classes).create_local_runner()
    runner.start(USERS * len(sides), spawn_rate=10)
    while any(side.seats for side in sides):
        gevent.sleep(0.5)
    for _round in range(ROUNDS):
        for side in sides:
            side.work()
    runner.quit()


def get_percentile(times: list[float], percent: int) -> float:
    return statistics.quantiles(times, n=100, method="inclusive")[percent - 1]


def report(native: Side, ours: Side) -> None:
    missed = []

    def judge(label: str, text: str, is_ok: bool) -> None:
        missed.extend([] if is_ok else [label])
        print(f"{label}: {text}", "ok" if is_ok else "missed", flush=True)

    print(f"{USERS} users; ms of native, of ours, and their ratio")
    for name in [*WEIGHTS, ALL]:
        limit = LIMIT_OF_ALL if name == ALL else LIMIT_OF_A_TASK
        texts, ratios = [], []
        for label, percent in PERCENTILES.items():
            plain, own = (
                get_percentile(side.times[name], percent) for side in (native, ours)
            )
            ratios.append(own / plain)
            texts.append(f"{label} {plain:.0f}, {own:.0f}, {own / plain:.2f}")
        # of all tasks together only the slow ones have a limit
        worst = ratios[-1] if name == ALL else max(ratios)
        judge(name, f"{'; '.join(texts)} (limit <= {limit:g})", worst <= limit)
    for side in (native, ours):
        count, processor = len(side.times[ALL]), statistics.mean(side.processor)
        print(f"    {side.name}: {count} tasks, processor {processor:.0f} %")
        for name, calls in side.calls.items():
            size = side.sizes.get(name, 0) / 1024
            print(f"    {name}: {len(calls)} requests, answers of {size:.0f} KB")
        errors = f"{len(side.errors)} (limit <= 0)"
        judge(f"errors of {side.name}", errors, not side.errors)
        print(*side.errors[:3], sep="\n", end="\n" if side.errors else "")
    print("missed: " + ", ".join(missed) if missed else "all ok", flush=True)


def main() -> None:
    random.seed(1)
    sides = [Side("native", PORT), Side("ours", PORT + 2)]
    with contextlib.ExitStack() as stack:
        for side in sides:
            stack.enter_context(side.serve())
            side.record()
            side.seat()
        replay(sides)
    report(*sides)


if __name__ == "__main__":
    main()
    os._exit(0)  # the end of the interpreter comes too early for locust's threads
