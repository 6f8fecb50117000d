"""Reads an ONVIF camera's events with onvif-zeep-async for a while: read_zeep.py URL SECONDS; user admin, password load.

Prints {} when the subscription stands, and {"events": n} at the end, a second later than told.
"""
import asyncio
import datetime
import json
import os
import sys
import time
from urllib.parse import urlparse

from onvif import ONVIFCamera


async def main(url, seconds):
    at = urlparse(url)
    camera = ONVIFCamera(at.hostname, at.port, "admin", "load", adjust_time=True)
    await camera.update_xaddrs()
    manager = await camera.create_pullpoint_manager(datetime.timedelta(seconds=60), lambda: None)
    service = manager.get_service()
    print("{}", flush=True)
    events, end = 0, time.monotonic() + seconds + 2
    while time.monotonic() < end:
        answer = await service.PullMessages({"MessageLimit": 100, "Timeout": datetime.timedelta(seconds=1)})
        events += len(answer.NotificationMessage or [])
    print(json.dumps({"events": events}), flush=True)
    await asyncio.sleep(5)
    os._exit(0)


asyncio.run(main(sys.argv[1], float(sys.argv[2])))
