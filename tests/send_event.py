"""Sends one CloudEvent with the CloudEvents SDK and prints the status of the answer: URL, mode, type, data (JSON)."""

import json
import sys
import urllib.error
import urllib.request

from cloudevents.v1.http import CloudEvent, to_binary, to_structured

url, mode, kind, data = sys.argv[1:]
attributes = {"type": kind, "source": "dev.knative.eventing.aws-sqs-source", "datacontenttype": "application/json"}
event = CloudEvent(attributes, json.loads(data))
headers, body = (to_binary if mode == "binary" else to_structured)(event)
if isinstance(body, str):
    body = body.encode()
request = urllib.request.Request(url, data=body, headers=headers, method="POST")
try:
    with urllib.request.urlopen(request, timeout=60) as answer:
        print(answer.status)
except urllib.error.HTTPError as error:
    print(error.code)
