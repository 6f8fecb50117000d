"""Listens to a Hikvision device with pyHik, asks for a picture, and writes down what it heard.

usage: isapi_pyhik.py HOST PORT USER PASSWORD EVENTS OUT

Ends when EVENTS alarms were told or after 30 seconds; OUT gets one JSON object, and OUT.ready is made when the stream
is connected.
"""

import json
import os
import sys
import time

from pyhik.hikvision import HikCamera


def main(host, port, user, password, wanted, out):
    camera = HikCamera("http://" + host, port, user, password)
    told = []

    def on_change(message):
        event, channel = message.split(".")[-2:]
        if camera.fetch_attributes(event, int(channel))[0]:
            told.append(event)

    for event, channels in camera.current_event_states.items():
        for channel in channels:
            camera.add_update_callback(on_change, "{}.{}.{}".format(camera.get_id, event, channel[1]))
    camera.start_stream()
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and len(told) < wanted:
        if camera.stream_connected and not os.path.exists(out + ".ready"):
            open(out + ".ready", "w").close()
        time.sleep(0.02)
    picture = camera.get_snapshot()
    result = {
        "name": camera.get_name,
        "type": camera.get_type,
        "events": sorted(camera.current_event_states),
        "told": told,
        "picture": len(picture or b""),
    }
    with open(out + ".part", "w") as file:
        json.dump(result, file)
    os.rename(out + ".part", out)
    os._exit(0)


if __name__ == "__main__":
    host, port, user, password, wanted, out = sys.argv[1:]
    main(host, int(port), user, password, int(wanted), out)
