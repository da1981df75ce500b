"""What a user sees of the installation that `trunkline up` runs, and a text message on its way through all of it."""

import json
import secrets
import urllib.request
from typing import Any
from urllib.parse import urlencode

from botocore.session import Session

from domain.channels.registry import providers
from tests.e2e.lab import servers
from tests.e2e.shell import Shell
from tests.waiting import until_now
from trunkline import lifecycle
from trunkline.installation import Installation
from trunkline.provision import queue_name

SERVERS = ("kafka", "elasticmq", "postgres")
ROOMS = ("streams", "projections", "bridge", "api", "webhooks")
Rows = dict[str, dict[str, Any]]


def status(installation: Shell) -> Rows:
    """What `trunkline status` says, by name; without the second that its start takes."""
    found = Installation(installation.folder / ".trunkline", "auto", {})
    return {row["name"]: row for row in lifecycle.status(found)}


def ready(rows: Rows) -> bool:
    return set(rows) == {*SERVERS, *ROOMS} and all(row["ready"] for row in rows.values())


def send(installation: Shell, *texts: str, contact: str = "+14155550123") -> None:
    """Puts texts on the queue of the local profile, as the provider would."""
    found = servers(installation)
    sqs = Session().create_client(
        "sqs",
        region_name=found["AWS_REGION"],
        endpoint_url=found["AWS_ENDPOINT_URL"],
        aws_access_key_id="local",
        aws_secret_access_key="local",
    )
    url = sqs.get_queue_url(QueueName=queue_name("sms"))["QueueUrl"]
    for text in texts:
        fields = {"from_number": contact, "to_number": "+14155550100", "body": text}
        body = providers("sms")[0].build["message_received"](fields, secrets.token_hex(16))
        sqs.send_message(QueueUrl=url, MessageBody=body)


def texts(installation: Shell, contact: str = "+14155550123") -> list[str]:
    """The texts of a contact as the API shows them, the oldest first."""
    asked = urlencode({"address": contact, "type": "message_received", "limit": 200})
    where = f"http://{status(installation)['api']['at']}/api/v1/tenants/demo/events?{asked}"
    try:
        with urllib.request.urlopen(where, timeout=5) as answer:
            return [row["text"] for row in reversed(json.loads(answer.read())["items"])]
    except OSError:
        return []


def until_shown(installation: Shell, text: str, seconds: float = 60.0) -> None:
    until_now(lambda: text in texts(installation), seconds, f"{text!r} is shown")
