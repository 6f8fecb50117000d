"""The annual report of a year with very many complaints, from the command line to the last file."""
import http.client
import os
import statistics
import subprocess
import sys
import time

from processes import Failed, TOKEN, configure, daemon, free_port, settle, temporary_folder

YEAR = 2021
BATCH = 2000
RUNS = 3
CHANNELS = ["city-digital", "smart-kundulun", "huanghe-cloud", "civil-baotou", "petition", "media"]


def measure(programs, table, count):
    with temporary_folder() as folder:
        port = free_port()
        settings = configure(folder, port)
        built = build(programs, settings, port, count)
        out = folder / "report"
        runs = [export(programs, settings, out) for _ in range(RUNS)]
        seconds = statistics.median(seconds for seconds, _ in runs)
        floor, size = hashing(out)
        lines = (out / "provenance.ndjson").read_bytes().count(b"\n")
        if lines < count:
            raise Failed(f"the report's provenance has {lines} lines for {count} complaints")
    table.add(
        f"complaints to incidents, {count:,} received and closed, through journal and ledger",
        f"{4 * count / built:,.0f} events/s ({built:.0f} s)")
    table.add(
        f"annual report over {count:,} incidents, whole process",
        f"{seconds:.2f} s, {max(peak for _, peak in runs):.0f} MB, {size / 1e6:,.0f} MB written",
        f"{floor:.2f} s for sha256sum of the same files", seconds / floor)


def build(programs, settings, port, count):
    """Sends a year of complaints and their closings to a daemon whose clock stands in that year."""
    with daemon(programs, settings, port, "--simulated-clock", f"{YEAR}-12-31T12:00:00+08:00@1"):
        began = time.monotonic()
        connection = http.client.HTTPConnection("127.0.0.1", port)
        for make in (received, closed):
            for first in range(0, count, BATCH):
                post(connection, "\n".join(make(number, count) for number in range(first, min(first + BATCH, count))))
        connection.close()
        settle(programs, settings, 600)
        return time.monotonic() - began


def post(connection, body):
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/x-ndjson"}
    while True:
        connection.request("POST", "/v1/events", body.encode(), headers)
        answer = connection.getresponse()
        text = answer.read()
        if answer.status == 200:
            return
        if answer.status not in (429, 503):
            raise Failed(f"the daemon answered {answer.status}: {text[:200]!r}")
        time.sleep(0.05)


def event(kind, number, data):
    return (
        f'{{"specversion":"1.0","id":"{kind}/{number}","source":"bench:/complaints",'
        f'"type":"cn.patrold.complaint.{kind}","data":{data}}}')


def identity(number):
    return f'"channel":"{CHANNELS[number % len(CHANNELS)]}","number":"BX-{YEAR}-{number:08}"'


def received(number, count):
    # Spread over the year, to the second.
    second = number * (364 * 86400) // count
    accepted = time.strftime("%Y-%m-%dT%H:%M:%S+08:00", time.gmtime(1609459200 + second))
    return event(
        "received", number,
        f'{{{identity(number)},"accepted":"{accepted}","text":"路口东侧人行道上有流动摊贩占道经营，影响通行，请派人处理。",'
        f'"place":"钢铁大街与白云路口","category":"0501"}}')


def closed(number, count):
    return event(
        "closed", number, f'{{{identity(number)},"closed":"{YEAR}-12-31T10:00:00+08:00","outcome":"已劝离"}}')


def export(programs, settings, out):
    """Wall seconds and peak memory in MB of one export."""
    command = [programs.patrold, "export", "--year", str(YEAR), "--out", str(out), "--config", str(settings)]
    began = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    told = process.stderr.read().decode()
    _, code, usage = os.wait4(process.pid, 0)
    took = time.monotonic() - began
    process.returncode = os.waitstatus_to_exitcode(code)
    # 65: the year has no registers, so some of the form's rules fail; the files are written all the same.
    if process.returncode not in (0, 65):
        raise Failed(f"export ended with status {process.returncode}: {told.strip()[:300]}")
    return took, usage.ru_maxrss / 1000


def hashing(out):
    files = sorted(str(file) for file in out.iterdir())
    began = time.monotonic()
    subprocess.run(["sha256sum", *files], stdout=subprocess.DEVNULL, check=True)
    return time.monotonic() - began, sum(os.path.getsize(file) for file in files)
