"""The seeds' verb for the bridge as a long-lived worker; the same loop as `run_communication_processor`."""


def command(
    *,
    worker_type: str | None = None,
    sms_queue_url: str | None = None,
    email_queue_url: str | None = None,
) -> int:
    """Receive provider events until stopped; SIGTERM and Ctrl-C finish what is in flight.

    Parameters
    ----------
    worker_type
        all, or the channel to receive (sms, email); WORKER_TYPE when not given.
    sms_queue_url
        The queue of SMS events, instead of the one in settings and environment.
    email_queue_url
        The queue of e-mail events, instead of the one in settings and environment.
    """
    from bridge import Options, main
    from runtime import logs
    from runtime.settings import settings
    from trunkline.bridging import channels_of
    from trunkline.rooms import give_way

    give_way("bridge")
    found = settings()
    logs.configure(found.observability)
    given = {"sms": sms_queue_url, "email": email_queue_url}
    options = Options(
        channels=channels_of(worker_type, "--worker-type")
        if worker_type
        else channels_of(found.bridge.worker_type, "WORKER_TYPE"),
        queue_urls={name: url for name, url in given.items() if url},
        seed_lines=True,
    )
    return main(found, options)
