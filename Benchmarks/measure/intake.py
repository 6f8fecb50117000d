"""Durable intake over HTTP, beside a route that does nothing and beside SQLite alone."""
import json
import shutil
import sqlite3
import subprocess
import sys

from processes import Failed, TOKEN, configure, daemon, free_port, line, memory, settle, started, temporary_folder
from table import rate

SINGLES = [1, 8, 64]
BATCHES = [100, 1000]
BATCH_CONNECTIONS = 4


def measure(programs, table, seconds, sqlite):
    """`sqlite`: rows a second that SQLite alone takes, by rows a transaction.

    Returns the idle memory of the server that does nothing.
    """
    port = free_port()
    with temporary_folder() as folder, started([programs.noop], stdout=subprocess.PIPE) as noop:
        noop_port = line(noop)["port"]
        idle = memory(noop.pid)
        settings = configure(folder, port)
        with daemon(programs, settings, port):
            sent = {}
            for connections in SINGLES:
                floor = load(programs, noop_port, "/noop", "noop", connections, 1, seconds)
                own = own_round(programs, settings, port, sent, connections, 1, seconds)
                table.add(
                    f"durable intake over HTTP, one event a request, {plural(connections)}", told(own),
                    f"{rate(floor['rate'], 'requests/s')} to a route that does nothing", own["rate"] / floor["rate"])
            cross_check(noop_port, floor, seconds)
            for batch in BATCHES:
                own = own_round(programs, settings, port, sent, BATCH_CONNECTIONS, batch, seconds)
                rows = sqlite.get(batch)
                table.add(
                    f"durable intake over HTTP, {batch} events a request, {plural(BATCH_CONNECTIONS)}", told(own),
                    f"{rate(rows, 'rows/s')} into SQLite alone, {batch} a transaction" if rows else "",
                    own["rate"] / rows if rows else None)
            conserve(folder, sent)
    return idle


def own_round(programs, settings, port, sent, connections, batch, seconds):
    source = f"bench:/{connections}x{batch}"
    answer = load(programs, port, "/v1/events", source, connections, batch, seconds)
    sent[source] = answer["events"]
    settle(programs, settings)
    return answer


def load(programs, port, path, source, connections, batch, seconds):
    command = [programs.load, "--port", port, "--path", path, "--token", TOKEN, "--source", source]
    command += ["--connections", connections, "--batch", batch, "--seconds", seconds]
    answer = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    if answer.returncode:
        raise Failed(f"the load generator stopped: {answer.stderr.strip()}")
    return json.loads(answer.stdout)


def told(answer):
    text = f"{rate(answer['rate'])}, answer after {answer['p50'] / 1000:.2f} ms (median), {answer['p99'] / 1000:.1f} ms (99 %)"
    return text + (f", {answer['refused']} told to slow down" if answer["refused"] else "")


def plural(connections):
    return "1 connection" if connections == 1 else f"{connections} connections"


def conserve(folder, sent):
    """Every event that was answered is in the journal, once, and nothing else is."""
    with sqlite3.connect(f"file:{folder}/data/journal.sqlite?mode=ro", uri=True) as journal:
        query = "SELECT name, count(*) FROM event JOIN source ON source.number = event.source WHERE name LIKE 'bench:%' GROUP BY 1"
        found = dict(journal.execute(query))
    if found != sent:
        raise Failed(f"answered {sent}, in the journal {found}")


def cross_check(port, floor, seconds):
    """Whether the load generator itself is the bottleneck: wrk on the same route, for whoever reads the log."""
    if not shutil.which("wrk"):
        return
    with temporary_folder() as folder:
        script = folder / "post.lua"
        script.write_text(
            f'wrk.method = "POST"; wrk.body = string.rep("x", 512); wrk.headers["Authorization"] = "Bearer {TOKEN}"\n')
        command = ["wrk", "-t1", f"-c{SINGLES[-1]}", f"-d{max(1, round(seconds))}s", "-s", str(script)]
        answer = subprocess.run(command + [f"http://127.0.0.1:{port}/noop"], capture_output=True, text=True).stdout
    found = [entry.split()[1] for entry in answer.splitlines() if entry.startswith("Requests/sec:")]
    if found:
        print(
            f"bench: {SINGLES[-1]} connections to the route that does nothing: wrk {float(found[0]):,.0f}/s, "
            f"our load generator {floor['rate']:,.0f}/s", file=sys.stderr)
