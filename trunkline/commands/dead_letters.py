"""What could not be processed."""

from typing import Any

from cyclopts import App

command = App(name="dead-letters", help="List, show and redrive what could not be processed. Nothing is ever dropped.")


@command.command(name="list")
def list_(
    *,
    tenant: str | None = None,
    quarantine: bool = False,
    stage: str | None = None,
    reason: str | None = None,
    channel: str | None = None,
    provider_id: str | None = None,
    limit: int = 50,
    json: bool = False,
) -> None:
    """List dead letters, the newest first.

    Parameters
    ----------
    tenant
        Whose; TRUNKLINE_TENANT, or the only tenant there is, when not given.
    quarantine
        Those that belong to no tenant, or to more than one.
    stage
        Where it failed: receive, peel, parse, verify, tenant, produce or decode.
    reason
        The short name of the reason.
    channel
        sms or email.
    provider_id
        The provider's own id of what is inside.
    limit
        At most so many, 200 at once.
    json
        Print JSON with all columns instead of a table.
    """
    from api import reads
    from trunkline.asking import ask
    from trunkline.output import show as show_rows

    query = reads.dead_letters(stage=stage, reason=reason, channel=channel, provider_id=provider_id)
    owner = _owner(tenant, quarantine=quarantine)
    page = ask(lambda reader: reader.page(owner, query, limit))
    columns = ("id", "parked_at", "stage", "reason", "channel", "attempts", "error")
    show_rows(page.rows, columns, as_json=json, empty="no dead letters")


@command.command
def show(id: str, *, tenant: str | None = None, quarantine: bool = False, json: bool = False) -> None:  # noqa: A002
    """Show one dead letter with its original bytes; they hold personal data.

    Parameters
    ----------
    id
        Its id, as `trunkline dead-letters list` shows it.
    tenant
        Whose; TRUNKLINE_TENANT, or the only tenant there is, when not given.
    quarantine
        One that belongs to no tenant, or to more than one.
    json
        Print JSON.
    """
    from trunkline.output import print_json
    from trunkline.output import show as show_rows

    row = _one(id, _owner(tenant, quarantine=quarantine))
    if json:
        print_json(row)
        return
    raw = row.pop("raw")
    fields = [{"field": name, "value": value} for name, value in row.items() if value not in (None, [], {})]
    show_rows(fields, ("field", "value"), as_json=False, empty="")
    if raw is not None:
        print(raw.decode("utf-8", "backslashreplace"))


@command.command
def redrive(
    *ids: str,
    tenant: str | None = None,
    quarantine: bool = False,
    stage: str | None = None,
    reason: str | None = None,
    limit: int = 200,
    dry_run: bool = False,
    json: bool = False,
) -> None:
    """Send dead letters back to where they came from: the body to its queue, the record to its topic.

    Name them by id, or all of one --stage or --reason. Sending one twice is harmless: the ids of what comes of it are derived from what
    is inside. One that fails again becomes a further dead letter.

    Parameters
    ----------
    ids
        Ids, as `trunkline dead-letters list` shows them.
    tenant
        Whose; TRUNKLINE_TENANT, or the only tenant there is, when not given.
    quarantine
        Those that belong to no tenant, or to more than one.
    stage
        All of this stage.
    reason
        All of this reason.
    limit
        At most so many at once, 200.
    dry_run
        Only say what would be sent where; exit code 3.
    json
        Print JSON instead of sentences.
    """
    import asyncio

    from api import reads
    from runtime.errors import ProblemsFound, UsageError
    from runtime.settings import settings
    from trunkline.asking import ask
    from trunkline.output import print_json
    from trunkline.redrive import redrive as send_back

    if bool(ids) == bool(stage or reason):
        raise UsageError("name dead letters by their ids, or by --stage or --reason")
    owner = _owner(tenant, quarantine=quarantine)
    if not ids:
        query = reads.dead_letters(stage=stage, reason=reason)
        ids = tuple(row["id"] for row in ask(lambda reader: reader.page(owner, query, limit)).rows)
    letters = [_one(each, owner) for each in ids]
    places = {letter["id"]: letter["origin"].get("queue_url") or letter["origin"].get("topic") for letter in letters}
    if dry_run and letters:
        raise ProblemsFound("\n".join(f"would send {id_} to {place}" for id_, place in places.items()))

    async def all_() -> list[dict[str, str]]:
        return [(await send_back(settings(), letter))._asdict() for letter in letters]

    sent = asyncio.run(all_())
    if json:
        print_json(sent)
        return
    for each in sent:
        print(f"{each['id']} is on {each['to']} again")
    if not sent:
        print("no such dead letters")


def _owner(tenant: str | None, *, quarantine: bool) -> str:
    import asyncio

    from runtime.errors import UsageError
    from runtime.settings import settings
    from trunkline.channels import owner_of

    if quarantine and tenant:
        raise UsageError("--quarantine is what belongs to no tenant; leave --tenant out")
    return "" if quarantine else asyncio.run(owner_of(settings(), tenant))


def _one(id_: str, owner: str) -> dict[str, Any]:
    from api import reads
    from runtime.errors import UsageError
    from trunkline.asking import ask

    row = ask(lambda reader: reader.one(owner, reads.dead_letters(), "id", id_))
    if row is None:
        raise UsageError(f"{id_} is no dead letter of {owner or 'the quarantine'}")
    return row
