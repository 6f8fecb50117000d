"""Cameras that alarm all the time, and a daemon that only listens."""
import contextlib
import json
import signal
import sqlite3
import subprocess
import time

from processes import Failed, cpu_seconds, daemon, free_port, line, memory, started, status, temporary_folder, until

CAMERAS, RATE = 200, 10
# The daemon ends an alarm by itself when it was quiet for 5 s; what it stores later than this was not a camera's word.
WORD = 4


def measure_load(programs, table, seconds):
    """Every start and every stop that a camera wrote is one event of the journal; what is missing is lost."""
    port = free_port()
    with temporary_folder() as folder:
        command = [programs.patrold, "simulate", "load", "--folder", folder, "--http", f"127.0.0.1:{port}"]
        command += ["--cameras", CAMERAS, "--rate", RATE]
        with started(command, stdout=subprocess.PIPE) as simulator:
            settings = line(simulator)["configuration"]
            with daemon(programs, settings, port) as process:
                until(lambda: heard(programs, settings) == CAMERAS, "not every camera was heard", 60)
                began, busy = time.monotonic(), cpu_seconds(process.pid)
                time.sleep(seconds)
                simulator.send_signal(signal.SIGINT)
                told, paused = line(simulator), time.time()
                time.sleep(WORD)
                took, busy = time.monotonic() - began - WORD, cpu_seconds(process.pid) - busy
                resident = memory(process.pid)
                stored = count(folder, paused + WORD)
    lost = told["written"] - stored
    table.add(
        f"{CAMERAS} cameras, {RATE} alarms a second each, for {seconds:.0f} s",
        f"{told['written']:,} written, {stored:,} stored, {lost:,} lost; {busy / took:.2f} cores, {resident:.0f} MB",
        f"{CAMERAS * RATE * seconds:,.0f} due; {told['dropped']:,} not written because the daemon read too slowly")
    return lost


def measure_mixed(programs, table, seconds, cameras=2000):
    """Cameras of six protocols, each with an alarm every ten seconds and its heartbeats: no loss, no false offline."""
    port = free_port()
    with temporary_folder() as folder:
        command = [programs.patrold, "simulate", "mixed", "--folder", folder, "--http", f"127.0.0.1:{port}"]
        command += ["--cameras", cameras, "--rate", "0.1"]
        with started(command, stdout=subprocess.PIPE) as simulator:
            settings = line(simulator)["configuration"]
            with daemon(programs, settings, port) as process:
                until(lambda: heard(programs, settings) == cameras, "not every camera was heard", 180)
                since = time.time()
                simulator.send_signal(signal.SIGINT)
                time.sleep(5)
                began, busy = time.monotonic(), cpu_seconds(process.pid)
                time.sleep(seconds)
                took, busy = time.monotonic() - began, cpu_seconds(process.pid) - busy
                resident = memory(process.pid)
                simulator.send_signal(signal.SIGINT)
                told = line(simulator)["told"]
                with contextlib.suppress(Failed):
                    until(lambda: pulses(folder) >= told, "alarms are missing", 60)
                stored, offline = pulses(folder), offlines(folder, since)
                live = heard(programs, settings)
    table.add(
        f"{cameras} cameras of six protocols, an alarm each ten seconds, for {seconds:.0f} s",
        f"{busy / took:.2f} cores, {resident:.0f} MB; {stored:,} stored, {told - stored:,} lost; {offline} false offline, {live} live",
        f"{told:,} told")


def pulses(folder):
    with sqlite3.connect(f"file:{folder}/data/journal.sqlite?mode=ro", uri=True) as journal:
        query = "SELECT count(*) FROM event WHERE type = 'cn.patrold.camera.alarm' AND data NOT LIKE '%\"state\":\"stop\"%'"
        return journal.execute(query).fetchone()[0]


def offlines(folder, since):
    with sqlite3.connect(f"file:{folder}/data/journal.sqlite?mode=ro", uri=True) as journal:
        query = "SELECT count(*) FROM event WHERE type = 'cn.patrold.camera.status' AND data LIKE '%offline%' AND received > ?"
        return journal.execute(query, [int(since * 1e6)]).fetchone()[0]


def heard(programs, settings):
    return sum(feed["state"] == "live" for feed in status(programs, settings).get("feeds", []))


def count(folder, until_time):
    """Starts, stops and folded repeats that were received in time."""
    with sqlite3.connect(f"file:{folder}/data/journal.sqlite?mode=ro", uri=True) as journal:
        rows = journal.execute(
            "SELECT data FROM event WHERE type = 'cn.patrold.camera.alarm' AND received <= ?", [int(until_time * 1e6)])
        return sum(1 + json.loads(data).get("repeats", 0) for (data,) in rows)


def measure_idle(programs, table, floor):
    """Memory ten seconds after the start, with seven cameras, a recorder and the channels."""
    port = free_port()
    with temporary_folder() as folder:
        command = [programs.patrold, "simulate", "city", "--folder", folder, "--http", f"127.0.0.1:{port}"]
        with started(command, stdout=subprocess.PIPE) as simulator:
            settings = line(simulator)["configuration"]
            with daemon(programs, settings, port) as process:
                until(lambda: heard(programs, settings) >= 7, "not every camera was heard", 60)
                time.sleep(10)
                resident = memory(process.pid)
    table.add(
        "memory of the daemon 10 s after its start, 7 cameras", f"{resident:.0f} MB",
        f"{floor:.0f} MB for a web server that does nothing", resident / floor if floor else None)
