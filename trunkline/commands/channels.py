"""The channels of a tenant: which queue each reads, and whether it does."""

from pathlib import Path

from cyclopts import App

command = App(
    name="channels",
    help="List, set, enable, disable, delete and test the channels of a tenant, without a restart; write a channel of your own.",
)


@command.command(name="list")
def list_(*, json: bool = False) -> None:
    """List every configured channel with queue URL, active flag, and where the URL comes from.

    Parameters
    ----------
    json
        Print JSON instead of a table.
    """
    from trunkline.channels import listed

    listed(json=json)


@command.command(name="set")
def set_(
    channel: str,
    *,
    queue_url: str | None = None,
    active: bool | None = None,
    config: str | None = None,
    secret: list[str] | None = None,
    tenant: str | None = None,
    dry_run: bool = False,
    json: bool = False,
) -> None:
    """Create or change a channel; what is not given stays as it is.

    Parameters
    ----------
    channel
        Such as sms or email; a wrong one lists those there are.
    queue_url
        The SQS queue that its provider events arrive on.
    active
        Whether the queue is read. A new channel is active unless --no-active is given.
    config
        A JSON object: `accounts` and `addresses` that belong to the tenant, `country` of national numbers, `unverified`
        (accept, quarantine, reject) for messages that nobody can verify.
    secret
        NAME=VALUE that a provider proves itself by, such as auth_token=...; sealed before it leaves this process. Given again
        under the same name, both are live. NAME= alone takes all of that name away. `-` as VALUE reads it from the terminal.
    tenant
        Whose channel; TRUNKLINE_TENANT, or the only tenant there is, when not given.
    dry_run
        Only say what would be set; exit code 3.
    json
        Print JSON instead of a sentence.
    """
    from trunkline import channels

    channels.set_(
        channel,
        tenant=tenant,
        queue_url=queue_url,
        is_active=active,
        config=config,
        secrets=secret,
        dry_run=dry_run,
        json=json,
    )


@command.command
def enable(channel: str, *, tenant: str | None = None, dry_run: bool = False, json: bool = False) -> None:
    """Read the channel's queue from now on.

    Parameters
    ----------
    channel
        Such as sms or email; a wrong one lists those there are.
    tenant
        Whose channel; TRUNKLINE_TENANT, or the only tenant there is, when not given.
    dry_run
        Only say what would be set; exit code 3.
    json
        Print JSON instead of a sentence.
    """
    from trunkline import channels

    channels.set_(channel, tenant=tenant, is_active=True, dry_run=dry_run, json=json)


@command.command
def disable(channel: str, *, tenant: str | None = None, dry_run: bool = False, json: bool = False) -> None:
    """Leave the channel's queue alone from now on; messages wait there.

    Parameters
    ----------
    channel
        Such as sms or email; a wrong one lists those there are.
    tenant
        Whose channel; TRUNKLINE_TENANT, or the only tenant there is, when not given.
    dry_run
        Only say what would be set; exit code 3.
    json
        Print JSON instead of a sentence.
    """
    from trunkline import channels

    channels.set_(channel, tenant=tenant, is_active=False, dry_run=dry_run, json=json)


@command.command
def delete(channel: str, *, tenant: str | None = None, dry_run: bool = False, json: bool = False) -> None:
    """Take the configuration of a channel away; its history stays.

    Parameters
    ----------
    channel
        Such as sms or email; a wrong one lists those there are.
    tenant
        Whose channel; TRUNKLINE_TENANT, or the only tenant there is, when not given.
    dry_run
        Only say what would be deleted; exit code 3.
    json
        Print JSON instead of a sentence.
    """
    from trunkline import channels

    channels.delete(channel, tenant=tenant, dry_run=dry_run, json=json)


@command.command
def new(name: str, *, provider: str = "example", folder: Path | None = None, dry_run: bool = False) -> None:
    """Write a package for a channel of your own: one file, its test, and the entry point by which it is found.

    Parameters
    ----------
    name
        What the channel is to be called, such as pager: lower case letters, digits and underscores.
    provider
        What its first provider is called.
    folder
        Where to write it; ./trunkline-NAME when not given. Nothing that exists is overwritten.
    dry_run
        Only say what would be written; exit code 3.
    """
    from trunkline.scaffold.writing import write

    write(name, provider, folder, dry_run=dry_run)


@command.command(name="test")
def examine(channel: str, *, provider: str | None = None, json: bool = False) -> None:
    """Check a channel without sending anything: its providers' own examples, its configuration, its queue.

    Parameters
    ----------
    channel
        Such as sms or email.
    provider
        Only this provider's examples.
    json
        Print JSON instead of sentences.
    """
    from trunkline.channel_check import check

    check(channel, provider, json=json)
