"""Mailboxes in Gmail, whose notifications hold no mail."""

from cyclopts import App

command = App(name="gmail", help="Fetch what came into mailboxes of Gmail.")


@command.command
def fetch(
    *,
    mailbox: str,
    since: str | None = None,
    notified: str | None = None,
    queue_url: str | None = None,
    dry_run: bool = False,
    json: bool = False,
) -> None:
    """Put what came into a mailbox since the last time on the queue of channel gmail: one round, to be called again and again.

    The first time, and when Gmail's history does not reach back to the last time, all mails of the last days.

    Parameters
    ----------
    mailbox
        Its address.
    since
        The history id to start from, instead of the one that is remembered.
    notified
        The history id of a notification; one that is known already is not asked for again.
    queue_url
        The queue to put them on, instead of the channel's own.
    dry_run
        Only say what would be queued, remember nothing; exit code 3 when it is something.
    json
        Print JSON instead of a sentence.
    """
    from trunkline.mailboxes import fetch as fetch_

    fetch_(mailbox, since=since, notified=notified, queue_url=queue_url, dry_run=dry_run, json=json)
