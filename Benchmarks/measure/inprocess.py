"""What needs no second process: the journal beside SQLite, the stream's decoding beside a search for its boundary."""
import json
import os
import subprocess

from processes import Failed
from table import rate

BATCHES = [1, 100, 1000]


def measure(package, table, seconds):
    """Returns rows a second that SQLite alone takes, by rows a transaction."""
    found = run(package, seconds)
    sqlite = {batch: found[f"sqlite {batch} - events/s"] for batch in BATCHES}
    for batch in BATCHES:
        own = found[f"journal {batch} - events/s"]
        table.add(
            f"the journal alone, {batch} {'event' if batch == 1 else 'events'} a commit", rate(own),
            f"{rate(sqlite[batch], 'rows/s')} into SQLite alone", own / sqlite[batch])
    decode, scan = (found[f"stream {way} - MB/s"] for way in ("decode", "scan"))
    table.add(
        "alert stream to alarms, one core",
        f"{decode:,.0f} MB/s, {rate(found['stream decode - parts/s'], 'parts/s')}",
        f"{scan:,.0f} MB/s searching for the boundary", decode / scan)
    return sqlite


def run(package, seconds):
    command = ["swift", "package", "--package-path", str(package), "benchmark", "--target", "InProcess"]
    command += ["--format", "jsonBiggerIsBetter", "--path", "stdout", "--quiet", "--no-progress"]
    answer = subprocess.run(
        command, capture_output=True, text=True, env={**os.environ, "BENCH_SECONDS": str(seconds)})
    start, end = answer.stdout.find("[\n"), answer.stdout.rfind("]")
    if answer.returncode or start < 0:
        raise Failed(f"the in-process benchmarks failed: {(answer.stderr or answer.stdout).strip()[-1000:]}")
    return {entry["name"]: entry["value"] for entry in json.loads(answer.stdout[start:end + 1])}
