"""Publishes Frigate-like events with paho-mqtt: PORT PREFIX COUNT; then dies without a good-bye, so that its will is told."""
import json
import os
import sys

import paho.mqtt.client as mqtt

port, prefix, count = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, client_id="foreign-publisher")
client.will_set(prefix + "/available", "offline", qos=1, retain=True)
client.connect("127.0.0.1", port)
client.loop_start()
client.publish(prefix + "/available", "online", qos=1, retain=True).wait_for_publish(30)
sent = []
for number in range(count):
    after = {"id": "paho-%d" % number, "camera": "gate", "label": "person", "false_positive": False,
             "start_time": 1622505600.5 + number, "end_time": None, "top_score": 0.75, "entered_zones": []}
    payload = json.dumps({"type": "new", "before": after, "after": after})
    sent.append(client.publish(prefix + "/events", payload, qos=1))
for message in sent:
    message.wait_for_publish(60)
print("published", sum(message.is_published() for message in sent), flush=True)
os._exit(0)
