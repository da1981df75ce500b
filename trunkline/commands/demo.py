"""Everything at work."""

from typing import Literal


def command(
    *,
    once: bool = False,
    messages: int = 400,
    rate: float = 100.0,
    patience: float = 30.0,
    ports: Literal["auto", "fixed"] = "auto",
    json: bool = False,
) -> int:
    """Bring everything up, play realistic provider traffic, show it live, and account for every message at the end.

    Texts, replies, delivery statuses out of order, redeliveries, bounces, opens, a STOP, wrapped bodies and garbage go from SQS through
    the bridge, Kafka and Faust into PostgreSQL, on real servers. Stays up until Ctrl-C, then stops what it started.

    Parameters
    ----------
    once
        End when every message is accounted for; exit code 1 when one is not.
    messages
        How many messages to play, about.
    rate
        How many to send per second.
    patience
        Seconds without any progress after which what is missing counts as missing.
    ports
        "auto": free ones, the same again next time; "fixed": 9092, 9324, 5432 and 8010 to 8014.
    json
        Print the account as JSON at the end, and nothing else on stdout.
    """
    from runtime.errors import UsageError
    from trunkline.demo.stage import demonstrate

    if messages < 1 or rate <= 0 or patience <= 0:
        raise UsageError("--messages, --rate and --patience must be more than 0")
    return demonstrate(ports, once=once, messages=messages, rate=rate, patience=patience, as_json=json)
