"""What a payload becomes."""

from pathlib import Path


def command(
    *file: Path,
    channel: str = "",
    provider: str = "",
    jsonl: str | None = None,
    url: str = "",
    header: list[str] | None = None,
    secret: list[str] | None = None,
    country: str | None = None,
) -> None:
    """Show what provider payloads become: kind, addresses, text, status, attachments. Nothing is sent or stored.

    Parameters
    ----------
    file
        Files, each with the body of a queue message or of a webhook; - for stdin.
    channel
        Such as sms or email; found out when not given, and told how.
    provider
        Such as twilio or ses; found out when not given.
    jsonl
        A file with one JSON object per line, - for stdin: id, channel, provider, method, url, headers, body_b64, secrets, country. One
        answer per line, in the same order.
    url
        The address that the webhook was sent to.
    header
        NAME: VALUE of the webhook's request; may be given several times.
    secret
        NAME=VALUE to check the signature by; may be given several times.
    country
        ISO 3166, where numbers without a country code are dialled.
    """
    import sys

    from runtime.errors import UsageError
    from trunkline.normalizing import answer_file, answer_lines
    from trunkline.output import print_json

    if (jsonl is None) == (not file):
        raise UsageError("either files or --jsonl FILE: say what to read (- is stdin)")
    if jsonl is not None:
        if jsonl == "-":
            answer_lines(sys.stdin.buffer, sys.stdout.buffer)
        else:
            with Path(jsonl).open("rb") as lines:
                answer_lines(lines, sys.stdout.buffer)
        return
    for path in file:
        print_json(
            answer_file(
                path,
                channel=channel,
                provider=provider,
                url=url,
                headers=header or (),
                secrets=secret or (),
                country=country,
            )
        )
