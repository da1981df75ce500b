"""The seeds' way to configure channels; `trunkline channels` is the same."""

from typing import Annotated

from cyclopts import Parameter


def command(
    *,
    channel: str | None = None,
    queue_url: str | None = None,
    list_: Annotated[bool, Parameter(name="--list")] = False,
    enable: str | None = None,
    disable: str | None = None,
    delete: str | None = None,
    config: str | None = None,
    tenant: str | None = None,
    dry_run: bool = False,
    json: bool = False,
) -> None:
    """Configure the channels that are processed. Takes effect without a restart.

    Parameters
    ----------
    channel
        The channel to create or change (sms, email); needs --queue-url.
    queue_url
        The SQS queue that its provider events arrive on.
    list_
        List every configured channel.
    enable
        Read this channel's queue from now on.
    disable
        Leave this channel's queue alone from now on.
    delete
        Take this channel's configuration away; its history stays.
    config
        With --channel: a JSON object with the channel's own settings.
    tenant
        Whose channel; TRUNKLINE_TENANT, or the only tenant there is, when not given.
    dry_run
        Only say what would be changed; exit code 3.
    json
        Print JSON.
    """
    from runtime.errors import UsageError
    from trunkline import channels

    asked = [
        name
        for name, given in (
            ("--channel", channel),
            ("--list", list_),
            ("--enable", enable),
            ("--disable", disable),
            ("--delete", delete),
        )
        if given
    ]
    if len(asked) != 1:
        raise UsageError(
            f"one of --channel, --list, --enable, --disable and --delete is needed, not {' and '.join(asked) or 'none'}"
        )
    if (channel is None) != (queue_url is None):
        raise UsageError("--channel and --queue-url belong together")
    if list_:
        channels.listed(json=json)
    elif channel:
        channels.set_(channel, tenant=tenant, queue_url=queue_url, config=config, dry_run=dry_run, json=json)
    elif delete:
        channels.delete(delete, tenant=tenant, dry_run=dry_run, json=json)
    else:
        channels.set_(str(enable or disable), tenant=tenant, is_active=bool(enable), dry_run=dry_run, json=json)
