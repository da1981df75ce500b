"""The agents."""


def command(*, resume: bool = False, dry_run: bool = False, json: bool = False) -> int:
    """Run one worker in the foreground: it decides inbound events and commands. Any number may run; they share the partitions.

    The same as `faust -A streams worker`. SIGTERM and Ctrl-C end it in good order.

    Parameters
    ----------
    resume
        Run no worker, but set the offsets of a group that has lost them, from the decisions log. No worker may run meanwhile.
    dry_run
        With --resume: only say which offsets would be set; exit code 3 when any would be.
    json
        With --resume: print the offsets as JSON.
    """
    if resume:
        return _resume(dry_run=dry_run, json=json)
    from runtime.errors import UsageError

    if dry_run or json:
        raise UsageError("--dry-run and --json belong to --resume")
    from faust.cli.faust import cli

    try:
        cli(["-A", "streams", "worker"], prog_name="trunkline streams")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 1
    return 0


def _resume(*, dry_run: bool, json: bool) -> int:
    import asyncio

    from runtime.errors import ProblemsFound
    from runtime.settings import settings
    from streams.resume import commit, positions
    from trunkline.output import show
    from trunkline.progress import progress

    with progress("reading the decisions log") as told:
        offsets = asyncio.run(positions(settings(), told))
    rows = [
        {"topic": tp.topic, "partition": tp.partition, "offset": offset, "set": not dry_run}
        for tp, offset in sorted(offsets.items())
    ]
    if offsets and not dry_run:
        asyncio.run(commit(settings(), offsets))
    show(
        rows,
        ("topic", "partition", "offset", "set"),
        as_json=json,
        empty="every source partition has a committed offset",
    )
    if offsets and dry_run:
        raise ProblemsFound(f"would set {len(offsets)} offsets")
    return 0
