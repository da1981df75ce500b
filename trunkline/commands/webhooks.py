"""The door for providers."""


def command() -> int:
    """Take providers' webhooks at /webhooks/{channel}[/{provider}][/{key}], queue them on SQS, and answer as each provider expects.

    TRUNKLINE_WEBHOOKS__HOST and TRUNKLINE_WEBHOOKS__PORT say where, WEBHOOKS_PUBLIC_URL what providers were told. Which queue and which
    secrets is the channel's configuration (`trunkline channels set`). SIGTERM and Ctrl-C let the requests in flight finish.
    """
    from api.webhooks.server import main
    from runtime.settings import settings

    return main(settings())
