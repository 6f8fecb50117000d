"""Reads a Hikvision camera's events with pyHik for a while: read_pyhik.py URL SECONDS; user admin, password load.

Prints {} when the stream is connected, and {"events": n} at the end, a second later than told.
"""
import json
import os
import sys
import time
from urllib.parse import urlparse

from pyhik import hikvision


def main(url, seconds):
    at = urlparse(url)
    events = 0

    class Counting(hikvision.HikCamera):
        def process_stream(self, tree):
            nonlocal events
            events += 1
            return super().process_stream(tree)

    camera = Counting(f"http://{at.hostname}", at.port, "admin", "load")
    camera.start_stream()
    while not camera.stream_connected:
        time.sleep(0.02)
    print("{}", flush=True)
    time.sleep(seconds + 2)
    print(json.dumps({"events": events}), flush=True)
    time.sleep(5)
    os._exit(0)


main(sys.argv[1], float(sys.argv[2]))
