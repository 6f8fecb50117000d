"""What one event costs the daemon, durable and with its incident, beside a Python client that only reads the same stream."""
import json
import signal
import subprocess
import time

from cameras import heard
from processes import Failed, cpu_seconds, daemon, free_port, line, started, temporary_folder, until

RATE, SECONDS = 100, 10
CLIENTS = {"isapi": ("read_pyhik.py", "pyHik"), "onvif": ("read_zeep.py", "onvif-zeep-async")}


def measure(programs, table, root):
    python = root / ".venv/bin/python"
    if not python.exists():
        raise Failed("the Python clients are missing; run scripts/setup tests")
    for adapter, (script, name) in CLIENTS.items():
        ours, theirs = measure_one(programs, adapter, [python, root / "Benchmarks/measure" / script])
        table.add(
            f"CPU for one event over {adapter.upper()}, {RATE} a second", f"{ours:.2f} ms, on disk and in an incident",
            f"{theirs:.2f} ms for {name}, read and let go", ours / theirs)


def measure_one(programs, adapter, client):
    port = free_port()
    with temporary_folder() as folder:
        command = [programs.patrold, "simulate", "mixed", "--folder", folder, "--http", f"127.0.0.1:{port}"]
        command += ["--only", adapter, "--cameras", 1, "--rate", RATE]
        with started(command, stdout=subprocess.PIPE) as simulator:
            settings = line(simulator)["configuration"]
            with daemon(programs, settings, port) as process:
                until(lambda: heard(programs, settings) == 1, "the camera was not heard", 60)
                shown = subprocess.run(
                    [programs.patrold, "device", "show", "load-1", "--json", "--config", settings],
                    capture_output=True, text=True, check=True)
                with started([*client, json.loads(shown.stdout)["address"], SECONDS], stdout=subprocess.PIPE) as reader:
                    line(reader)
                    simulator.send_signal(signal.SIGINT)
                    time.sleep(1)
                    busy = cpu_seconds(process.pid)
                    reading = cpu_seconds(reader.pid)
                    time.sleep(SECONDS)
                    busy, reading = cpu_seconds(process.pid) - busy, cpu_seconds(reader.pid) - reading
                    told = line(reader)
        if told["events"] < RATE * SECONDS / 2:
            raise Failed(f"the client of {adapter} read {told['events']} events only")
    return busy * 1000 / (RATE * SECONDS), reading * 1000 / (RATE * SECONDS)
