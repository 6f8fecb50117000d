"""The programs that are measured: started, asked, and ended by their own process."""
import contextlib
import json
import os
import pathlib
import signal
import socket
import subprocess
import tempfile
import time

TOKEN = "bench"


class Programs:
    """Where the built programs are."""

    def __init__(self, folder):
        self.patrold = os.environ.get("PATROLD", str(folder / "patrold"))
        self.noop = str(folder / "noop-server")
        self.load = str(folder / "load-generator")
        self.year = str(folder / "complaint-year")


class Failed(Exception):
    """Why a figure cannot be given, as one sentence."""


@contextlib.contextmanager
def temporary_folder():
    with tempfile.TemporaryDirectory(prefix="patrold-bench-") as folder:
        yield pathlib.Path(folder)


@contextlib.contextmanager
def started(command, **options):
    """A process that is ended with the block: SIGTERM, and after half a minute SIGKILL."""
    process = subprocess.Popen([str(word) for word in command], stderr=subprocess.DEVNULL, text=True, **options)
    try:
        yield process
    finally:
        end(process)


def end(process):
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
    process.wait()


def line(process):
    """The next JSON line that a process prints."""
    text = process.stdout.readline()
    if not text:
        raise Failed(f"{process.args[0]} ended with status {process.wait()} before it was ready")
    return json.loads(text)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def configure(folder, port):
    """A daemon with one source and no devices."""
    token = folder / "token"
    token.write_text(TOKEN + "\n")
    token.chmod(0o600)
    settings = folder / "patrold.yaml"
    settings.write_text(
        f"bureau: {{name: bench}}\ndata: {{folder: data}}\n"
        f"listen: {{http: '127.0.0.1:{port}', socket: socket}}\n"
        f"sources:\n  - {{name: bench, source: 'bench:', file: token}}\nlog: {{level: warning}}\n"
    )
    return settings


@contextlib.contextmanager
def daemon(programs, settings, port, *options):
    with started([programs.patrold, "run", "--config", settings, *options]) as process:
        until(lambda: is_ready(port, process), "the daemon was not ready", 60)
        yield process


def is_ready(port, process):
    if process.poll() is not None:
        raise Failed(f"the daemon ended with status {process.returncode}")
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as stream:
            stream.sendall(b"GET /readyz HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n")
            return stream.recv(64).split()[1:2] == [b"200"]
    except OSError:
        return False


def until(condition, what, seconds):
    limit = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > limit:
            raise Failed(f"{what} within {seconds} s")
        time.sleep(0.1)


def status(programs, settings):
    answer = subprocess.run(
        [programs.patrold, "status", "--json", "--config", str(settings)], capture_output=True, text=True)
    return json.loads(answer.stdout or "{}")


def settle(programs, settings, seconds=60):
    """Waits until the ledger has caught up with the journal."""
    until(lambda: status(programs, settings).get("lag") == 0, "the ledger did not catch up", seconds)


def memory(pid):
    """Resident memory in MB."""
    for entry in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if entry.startswith("VmRSS:"):
            return int(entry.split()[1]) / 1000
    return 0


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
