"""Reads events of an ONVIF camera with onvif-zeep-async: onvif_zeep.py HOST PORT USER PASSWORD RESULT COUNT

Writes to the file RESULT, as JSON, what the camera said of itself and of its states, and COUNT changes.
"""
import asyncio
import datetime
import json
import os
import sys

from onvif import ONVIFCamera


def items(part):
    return {item.Name: item.Value for item in (part.SimpleItem or [])} if part is not None else {}


def read(message):
    inner = message.Message._value_1
    return {
        "topic": message.Topic._value_1,
        "operation": inner.PropertyOperation,
        "time": inner.UtcTime.isoformat(),
        "source": items(inner.Source),
        "data": items(inner.Data),
    }


async def main(host, port, user, password, result, count):
    camera = ONVIFCamera(host, int(port), user, password, adjust_time=True)
    await camera.update_xaddrs()
    device = await camera.create_devicemgmt_service()
    information = await device.GetDeviceInformation()
    media = await camera.create_media_service()
    profiles = await media.GetProfiles()
    ptz = await camera.create_ptz_service()
    presets = await ptz.GetPresets({"ProfileToken": profiles[0].token})
    snapshot = await camera.get_snapshot(profiles[0].token)
    manager = await camera.create_pullpoint_manager(datetime.timedelta(seconds=60), lambda: None)
    await manager.set_synchronization_point()
    service = manager.get_service()
    initialized, changed = [], []
    while len(changed) < int(count):
        answer = await service.PullMessages({"MessageLimit": 100, "Timeout": datetime.timedelta(seconds=5)})
        for message in answer.NotificationMessage or []:
            found = read(message)
            (initialized if found["operation"] == "Initialized" else changed).append(found)
    renewal = await (await camera.create_subscription_service("PullPointSubscription")).Renew("PT60S")
    await manager.shutdown()
    await camera.close()
    text = json.dumps({
        "model": information.Model,
        "presets": [preset.Name for preset in presets],
        "snapshot": len(snapshot or b""),
        "initialized": initialized,
        "changed": changed,
        "renewed": str(renewal.TerminationTime),
    })
    with open(result + ".part", "w", encoding="utf-8") as file:
        file.write(text)
    os.rename(result + ".part", result)


asyncio.run(main(*sys.argv[1:]))
