"""The seeds' verb for the bridge: provider events from SQS into the log."""


def command(
    *,
    channel: list[str] | None = None,
    batch_size: int | None = None,
    interval: float | None = None,
    max_cycles: int | None = None,
    dry_run: bool = False,
) -> int:
    """Receive provider events from every active channel's queue until stopped. SIGTERM and Ctrl-C finish what is in flight.

    Channels and queues come from the settings (`setup_channel_processors`), else from SMS_QUEUE_URL and EMAIL_QUEUE_URL; changes
    take effect without a restart.

    Parameters
    ----------
    channel
        Only this channel; may be given several times.
    batch_size
        At most so many messages per cycle; more than 10 take several receive calls.
    interval
        Seconds to wait between cycles.
    max_cycles
        End with exit code 0 after so many cycles of every queue.
    dry_run
        Receive and show what would happen; nothing is deleted, produced or written. One cycle, unless --max-cycles says more.
    """
    from bridge import Options, main
    from runtime import logs
    from runtime.settings import settings
    from trunkline.bridging import channels_of, positive
    from trunkline.rooms import give_way

    give_way("bridge")
    found = settings()
    logs.configure(found.observability)
    options = Options(
        channels=frozenset(channel or ()) or channels_of(found.bridge.worker_type, "WORKER_TYPE"),
        batch_size=positive("--batch-size", batch_size),
        interval=interval,
        max_cycles=positive("--max-cycles", max_cycles),
        dry_run=dry_run,
        seed_lines=True,
    )
    return main(found, options)
