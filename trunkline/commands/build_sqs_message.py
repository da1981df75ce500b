"""The seeds' way to put a test message on a queue, in the format of the channel's provider."""


def command(
    *,
    channel: str,
    message_type: str = "message_received",
    from_number: str = "",
    to_number: str = "",
    body: str = "",
    from_email: str = "",
    to_email: str = "",
    subject: str = "",
    queue_url: str | None = None,
    dry_run: bool = False,
    json: bool = False,
) -> None:
    """Put one inbound test message on a channel's queue, as the provider would.

    Parameters
    ----------
    channel
        sms or email.
    message_type
        What the provider reports, message_received by default; a wrong one lists those there are.
    from_number
        SMS: the contact's number.
    to_number
        SMS: our number.
    body
        The text.
    from_email
        E-mail: the contact's address.
    to_email
        E-mail: our address.
    subject
        E-mail: the subject.
    queue_url
        The queue to put it on, instead of the channel's own.
    dry_run
        Print the message, send nothing.
    json
        Print what was done as JSON.
    """
    import asyncio
    import secrets

    from bridge.sqs import open_queue
    from bridge.sqs.port import Outgoing, SqsError
    from runtime.errors import Unavailable
    from runtime.settings import settings
    from trunkline.bridging import provider_message
    from trunkline.bridging import queue_url as find_queue
    from trunkline.output import print_json

    fields = {
        "from_number": from_number,
        "to_number": to_number,
        "body": body,
        "from_email": from_email,
        "to_email": to_email,
        "subject": subject,
    }
    text = provider_message(channel, message_type, fields, secrets.token_hex(16))
    if dry_run:
        print(text)
        return

    async def send() -> str:
        found = settings()
        url = await find_queue(found, channel, queue_url)
        queue = open_queue(url, found.sqs)
        try:
            failures = await queue.send_batch([Outgoing(body=text)])
        except SqsError as error:
            raise Unavailable(f"{url}: {error}") from error
        finally:
            await queue.close()
        if failures:
            raise Unavailable(f"{url} refused the message: {failures[0].code} {failures[0].message}")
        return url

    url = asyncio.run(send())
    if json:
        print_json({"queue_url": url, "body": text})
    else:
        print(f"put one {channel} {message_type} message on {url}")
