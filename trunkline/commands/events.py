"""Communication events: those in the views, and those that are decided at this moment."""

from cyclopts import App

command = App(name="events", help="Search communication events, or watch them come in.")


@command.command
def search(
    *,
    tenant: str | None = None,
    provider_id: str | None = None,
    address: str | None = None,
    type: str | None = None,  # noqa: A002  # the event's own word
    channel: str | None = None,
    since: str | None = None,
    until: str | None = None,
    limit: int = 50,
    json: bool = False,
) -> None:
    """Search the communication events of a tenant, the newest first.

    Parameters
    ----------
    tenant
        Whose events; TRUNKLINE_TENANT, or the only tenant there is, when not given.
    provider_id
        The provider's own id, such as a MessageSid.
    address
        The contact's telephone number or e-mail address, as anybody writes it.
    type
        The event's type, such as message_received.
    channel
        sms or email.
    since
        Not before this time, such as 2026-11-24T10:00:00Z.
    until
        Before this time.
    limit
        At most so many, 200 at once.
    json
        Print JSON with all columns instead of a table.
    """
    import asyncio

    from api import reads
    from runtime.settings import settings
    from trunkline.asking import ask, moment
    from trunkline.channels import owner_of
    from trunkline.output import show

    query = reads.events(
        provider_id=provider_id,
        address=address,
        type=type,
        channel=channel,
        since=moment(since),
        until=moment(until),
    )
    owner = asyncio.run(owner_of(settings(), tenant))
    page = ask(lambda reader: reader.page(owner, query, limit))
    columns = ("occurred_at", "type", "channel", "provider_id", "status", "address", "text")
    show(page.rows, columns, as_json=json, empty="no such event")


@command.command
def tail(*, tenant: str | None = None, limit: int | None = None, json: bool = False) -> None:
    """Print events as they are decided, until Ctrl-C. Reads the log itself, so the views need not be up.

    Parameters
    ----------
    tenant
        Only this tenant's.
    limit
        End after so many.
    json
        Print one JSON object per line instead of columns.
    """
    import asyncio
    import contextlib

    from runtime.settings import settings
    from trunkline.tail import tail

    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(tail(settings().kafka, tenant, limit, as_json=json))
