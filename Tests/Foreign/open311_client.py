"""Talks to an Open311 endpoint with georeport: open311_client.py ADDRESS KEY

ADDRESS holds a user and the key (http://any:KEY@HOST:PORT/open311/v2), because georeport names none when it reads.
Prints as JSON what it was told, in both formats. georeport only reads; the report is a form that requests sends.
"""
import json
import sys

import requests
from georeport import GeoReport


def main(address, key):
    report = {
        "api_key": key, "service_code": "0102", "lat": "40.6574", "long": "109.8403", "address_string": "钢铁大街 & 民族路",
        "description": "垃圾 <未清运>\n已三天", "first_name": "小明", "last_name": "王", "phone": "13800001111",
    }
    sent = requests.post(address + "/requests.json", data=report, timeout=300)
    sent.raise_for_status()
    number = sent.json()[0]["service_request_id"]
    said = {"number": number}
    for form in ("json", "xml"):
        city = GeoReport(address, jurisdiction="kundulun.example", api_key=key, output_format=form)
        said[form] = {
            "services": city.get_service_list(),
            "definition": city.get_service_definition("0102"),
            "list": city.get_service_requests(service_code="0102", status="open"),
            "named": city.get_service_requests(service_request_id=number),
            "one": city.get_service_request(number),
        }
    print(json.dumps(said))


if __name__ == "__main__":
    main(*sys.argv[1:])
