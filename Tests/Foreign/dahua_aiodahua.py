"""Attaches to a Dahua device with aiodahua, asks who it is and for a picture, and writes down what it heard.

usage: dahua_aiodahua.py HOST PORT USER PASSWORD EVENTS OUT

Ends when EVENTS events were heard or after 30 seconds; OUT gets one JSON object, and OUT.ready is made when the
stream has given its first bytes.
"""

import asyncio
import json
import sys

from aiodahua import DahuaClient


async def main(host, port, user, password, wanted, out):
    heard = bytearray()
    enough = asyncio.Event()

    def on_receive(data, channel):
        if not heard:
            open(out + ".ready", "w").close()
        heard.extend(data)
        if heard.count(b"Code=") >= wanted and heard.endswith(b"\r\n"):
            enough.set()

    async with DahuaClient(host, user, password, port=port) as client:
        result = {
            "name": (await client.get_machine_name())["name"],
            "model": (await client.async_get_system_info())["deviceType"],
            "version": (await client.get_software_version())["version"],
            "picture": len(await client.async_get_snapshot(1)),
        }
        stream = asyncio.create_task(client.stream_events(on_receive, ["All"], 0))
        try:
            await asyncio.wait_for(enough.wait(), 30)
        except TimeoutError:
            pass
        stream.cancel()
    text = heard.decode("utf-8", "replace")
    result["codes"] = [part.split(";")[0] for part in text.split("Code=")[1:]]
    result["heartbeats"] = text.count("Heartbeat")
    with open(out, "w") as file:
        json.dump(result, file)


if __name__ == "__main__":
    host, port, user, password, wanted, out = sys.argv[1:]
    asyncio.run(main(host, int(port), user, password, int(wanted), out))
