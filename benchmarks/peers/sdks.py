"""What others read the same payloads with: django-anymail for mail, the providers' own libraries for messengers.

`python -m benchmarks.peers.sdks`, in an environment of its own: each line of its input names a reader and requests, each line of its
output says how long each request took, in microseconds: [median, best], or null where the reader raised. Signatures are not checked.
"""

import json
import logging
import sys
from base64 import b64decode
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any, NamedTuple

from benchmarks.harness.calls import took

Request = Mapping[str, str]
ESPS = {
    "email/brevo": ("brevo.BrevoTrackingWebhookView",),  # its view of inbound mails asks the provider over the network
    "email/mailersend": ("mailersend.MailerSendTrackingWebhookView", "mailersend.MailerSendInboundWebhookView"),
    "email/mailgun": ("mailgun.MailgunTrackingWebhookView", "mailgun.MailgunInboundWebhookView"),
    "email/mailjet": ("mailjet.MailjetTrackingWebhookView", "mailjet.MailjetInboundWebhookView"),
    "email/mailtrap": ("mailtrap.MailtrapTrackingWebhookView",),  # so does this one's
    "email/mandrill": ("mandrill.MandrillCombinedWebhookView",),
    "email/postal": ("postal.PostalTrackingWebhookView", "postal.PostalInboundWebhookView"),
    "email/postmark": ("postmark.PostmarkTrackingWebhookView", "postmark.PostmarkInboundWebhookView"),
    "email/resend": ("resend.ResendTrackingWebhookView",),  # and this one's
    "email/sendgrid": ("sendgrid.SendGridTrackingWebhookView", "sendgrid.SendGridInboundWebhookView"),
    "email/ses": ("amazon_ses.AmazonSESTrackingWebhookView", "amazon_ses.AmazonSESInboundWebhookView"),
    "email/sparkpost": ("sparkpost.SparkPostTrackingWebhookView", "sparkpost.SparkPostInboundWebhookView"),
    "email/unisender_go": ("unisender_go.UnisenderGoTrackingWebhookView",),
}
"""django-anymail's views of each provider."""
SETTINGS = {
    "BREVO_API_KEY": "key",
    "MAILERSEND_SIGNING_SECRET": "key",
    "MAILERSEND_INBOUND_SECRET": "key",
    "MAILGUN_API_KEY": "key",
    "MAILTRAP_API_TOKEN": "key",
    "MANDRILL_API_KEY": "key",
    "MANDRILL_WEBHOOK_KEY": "key",
    "POSTAL_WEBHOOK_KEY": "key",
    "RESEND_API_KEY": "key",
    "UNISENDER_GO_API_KEY": "key",
    "WEBHOOK_SECRET": "user:password",
}


class Reader(NamedTuple):
    """prepared: a request as a framework would hand it over, made off the clock. read: what is measured; raises for what it cannot."""

    prepared: Callable[[Request], Any]
    read: Callable[[Any], object]


def anymail(name: str) -> list[Reader]:
    """From Django's request to django-anymail's events."""
    import django
    from django.conf import settings
    from django.test import RequestFactory

    if not settings.configured:
        settings.configure(ANYMAIL=SETTINGS, ALLOWED_HOSTS=["*"], USE_TZ=True, DEFAULT_CHARSET="utf-8")
        django.setup()
    factory = RequestFactory()

    def reader(path: str) -> Reader:
        module, _, name = path.partition(".")
        view = getattr(import_module(f"anymail.webhooks.{module}"), name)

        def prepared(request: Request) -> Any:
            # Django makes a view for each request; one may remember of which kind its request was.
            return view(), factory.generic("POST", "/", body_of(request), content_type=request["content_type"])

        return Reader(prepared, lambda given: something(list(given[0].parse_events(given[1]))))

    return [reader(path) for path in ESPS[name]]


def line(_name: str) -> list[Reader]:
    """line-bot-sdk: typed events from the text."""
    from linebot.v3.webhook import WebhookParser

    parser = WebhookParser("secret", skip_signature_verification=lambda: True)
    return [Reader(lambda request: body_of(request).decode(), lambda body: something(parser.parse(body, "")))]


def telegram(_name: str) -> list[Reader]:
    """python-telegram-bot: an Update from the text."""
    from telegram import Update

    return [Reader(body_of, lambda body: something(Update.de_json(json.loads(body), None)))]


def viber(_name: str) -> list[Reader]:
    """viberbot: a typed request from the text."""
    from viberbot.api.viber_requests import create_request

    return [Reader(body_of, lambda body: something(create_request(json.loads(body))))]


def whatsapp(_name: str) -> list[Reader]:
    """pywa: a typed update from the text; of several changes in one body it reads the first."""
    from pywa import WhatsApp
    from pywa.types import RawUpdate

    client = WhatsApp(token="token", filter_updates=False)

    def read(body: bytes) -> object:
        update = RawUpdate(body, hmac_header=None, update_hash="0")
        handler = client._get_handler_type(update)
        return client._handlers_to_updates[handler].from_update(client=client, update=update)

    return [Reader(body_of, read)]


READERS: dict[str, Callable[[str], list[Reader]]] = {
    **dict.fromkeys(ESPS, anymail),
    "line/bot": line,
    "telegram/bot": telegram,
    "viber/bot": viber,
    "whatsapp/cloud": whatsapp,
}


def body_of(request: Request) -> bytes:
    return b64decode(request["body_b64"])


def something(found: Any) -> Any:
    """Raises ValueError where nothing was found in a payload."""
    if not found:
        raise ValueError("nothing was read")
    return found


def times(readers: Sequence[Reader], request: Request, calls: int) -> tuple[float, float] | None:
    """Of the first reader that reads it."""
    for reader in readers:
        try:
            reader.read(reader.prepared(request))
        except Exception:  # noqa: BLE001  # whatever a library raises: it does not read this
            continue
        return took(reader.read, [reader.prepared(request) for _ in range(calls)])
    return None


def main() -> None:
    logging.disable()
    made: dict[str, list[Reader]] = {}
    for text in sys.stdin:
        asked = json.loads(text)
        name = asked["reader"]
        if name not in made:
            made[name] = READERS[name](name)
        print(json.dumps([times(made[name], request, asked["calls"]) for request in asked["requests"]]), flush=True)


if __name__ == "__main__":
    main()
