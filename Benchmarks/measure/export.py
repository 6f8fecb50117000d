"""The annual report of a year with very many complaints, from the command line to the last file."""
import os
import statistics
import subprocess
import time

from processes import Failed, configure, free_port, temporary_folder

YEAR = 2021
RUNS = 3


def measure(programs, table, count):
    with temporary_folder() as folder:
        settings = configure(folder, free_port())
        data = folder / "data"
        data.mkdir()
        subprocess.run([programs.year, "--folder", str(data), "--count", str(count)], check=True)
        out = folder / "report"
        runs = [export(programs, settings, out) for _ in range(RUNS)]
        seconds = statistics.median(seconds for seconds, _ in runs)
        floor, size = hashing(out)
        with open(out / "provenance.ndjson", "rb") as provenance:
            lines = sum(1 for _ in provenance)
        if lines < count:
            raise Failed(f"the report's provenance has {lines} lines for {count} complaints")
    table.add(
        f"annual report over {count:,} incidents, whole process",
        f"{seconds:.2f} s, {max(peak for _, peak in runs):.0f} MB, {size / 1e6:,.0f} MB written",
        f"{floor:.2f} s for sha256sum of the same files", seconds / floor)


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
