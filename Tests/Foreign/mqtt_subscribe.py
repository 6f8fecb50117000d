"""Subscribes with paho-mqtt: PORT FILTER COUNT; says ON under `ready`, prints a line for each message, ends after COUNT."""
import json
import sys

import paho.mqtt.client as mqtt

port, topics, count = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
seen = 0


def subscribed(client, data, mid, codes, properties):
    client.publish("ready", "ON", qos=1)


def message(client, data, got):
    global seen
    text = got.payload.decode()
    print(got.topic, json.loads(text)["after"]["id"] if text.startswith("{") else text, flush=True)
    seen += 1
    if seen >= count:
        client.disconnect()


client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, client_id="foreign-subscriber")
client.on_subscribe = subscribed
client.on_message = message
client.on_connect = lambda client, data, flags, code, properties: client.subscribe(topics, qos=1)
client.connect("127.0.0.1", port)
client.loop_forever()
