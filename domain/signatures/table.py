"""All schemes by name: a provider, also one that is described by data, names its scheme and sets its parameters."""

from collections.abc import Mapping

import msgspec

from domain.signatures.basic import Basic
from domain.signatures.body import Body
from domain.signatures.mailgun import Mailgun
from domain.signatures.mandrill import Mandrill
from domain.signatures.messagebird import MessageBird
from domain.signatures.messagebird_jwt import MessageBirdJwt
from domain.signatures.moment import MINUTES
from domain.signatures.plivo import Plivo
from domain.signatures.postal import Postal
from domain.signatures.pubsub import PubSub
from domain.signatures.scheme import Scheme
from domain.signatures.sns import Sns
from domain.signatures.stamped import Stamped
from domain.signatures.stamped_key import StampedKey
from domain.signatures.svix import Svix
from domain.signatures.token import Token
from domain.signatures.twilio import Twilio
from domain.signatures.unisender_go import UnisenderGo
from domain.signatures.vonage import Vonage

SCHEMES: Mapping[str, Scheme] = {
    # of no provider in particular
    "basic": Basic(),
    "bearer": Token(header="Authorization", prefix="Bearer "),
    "hmac": Body(header="X-Signature"),
    "hmac_stamped": Stamped(header="X-Signature", stamp_header="X-Timestamp"),
    "token": Token(header="X-Token"),
    # by provider
    "bird": MessageBird(signed="url"),
    "line": Body(header="X-Line-Signature", encoding="base64"),
    "mailersend": Body(header="Signature"),
    "mailgun": Mailgun(),
    "mailtrap": Body(header="Mailtrap-Signature"),
    "mandrill": Mandrill(),
    "messagebird": MessageBirdJwt(),
    "messagebird_legacy": MessageBird(),
    "meta": Body(header="X-Hub-Signature-256", prefix="sha256="),
    "plivo": Plivo(),
    "plivo_v2": Plivo(version="V2"),
    "postal": Postal(),
    "pubsub": PubSub(),
    "resend": Svix(),
    "sendgrid": StampedKey(
        header="X-Twilio-Email-Event-Webhook-Signature",
        stamp_header="X-Twilio-Email-Event-Webhook-Timestamp",
        algorithm="ecdsa",
    ),
    "sns": Sns(),
    "svix": Svix(),
    "telegram": Token(header="X-Telegram-Bot-Api-Secret-Token"),
    "telnyx": StampedKey(
        header="telnyx-signature-ed25519",
        stamp_header="telnyx-timestamp",
        algorithm="ed25519",
        separator="|",
        tolerance=MINUTES,
    ),
    "twilio": Twilio(),
    "unisender_go": UnisenderGo(),
    "viber": Body(header="X-Viber-Content-Signature"),
    "vonage": Vonage(),
    "zendesk": Stamped(
        header="X-Zendesk-Webhook-Signature",
        stamp_header="X-Zendesk-Webhook-Signature-Timestamp",
        encoding="base64",
        clock="iso",
    ),
}


def scheme(name: str, parameters: Mapping[str, object] | None = None) -> Scheme:
    """The scheme of this name with some of its parameters set. Raises ValueError that names what is wrong: for
    configurations."""
    known = SCHEMES.get(name)
    if known is None:
        raise ValueError(f"no signature scheme is called {name!r}; there are {', '.join(sorted(SCHEMES))}")
    try:
        return msgspec.convert({**msgspec.structs.asdict(known), **(parameters or {})}, type(known))
    except msgspec.ValidationError as wrong:
        raise ValueError(f"signature scheme {name!r}: {wrong}") from None
