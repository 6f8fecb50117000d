"""Reads events of an ONVIF camera with onveef: onvif_onveef.py HOST PORT USER PASSWORD RESULT COUNT

Writes to the file RESULT, as JSON, what the camera said of itself and of its states, and COUNT changes.
"""
import json
import os
import sys

from onveef import OnvifClient


def main(host, port, user, password, result, count):
    changed, initialized = [], []
    with OnvifClient(host, int(port), user, password) as camera:
        # onveef 0.6.0 gives httpx a Timeout where a number is wanted once a read timeout comes with it.
        camera._timeout = 20.0
        information = camera.get_device_information()
        with camera.pull_point(termination_time="PT60S", timeout="PT5S", message_limit=100) as subscription:
            camera.events_set_synchronization_point(subscription_url=subscription.subscription_url)
            subscription.renew()
            while len(changed) < int(count):
                answer = camera.events_pull_messages(
                    subscription_url=subscription.subscription_url, timeout="PT5S", message_limit=100)
                for message in answer["messages"]:
                    is_first = json.dumps(message, default=str).find("Initialized") >= 0
                    (initialized if is_first else changed).append(message)
    text = json.dumps({
        "model": information.get("model") or information.get("Model"),
        "initialized": initialized,
        "changed": changed,
    }, default=str)
    with open(result + ".part", "w", encoding="utf-8") as file:
        file.write(text)
    os.rename(result + ".part", result)


main(*sys.argv[1:])
