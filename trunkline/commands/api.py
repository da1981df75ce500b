"""The HTTP API."""


def command() -> int:
    """Serve health, metrics and the views of each tenant over HTTP; the documentation is at /docs.

    TRUNKLINE_API__HOST and SERVICE_PORT say where. On loopback no token is needed; any other address needs TRUNKLINE_API_TOKENS.
    """
    from api.server import main
    from runtime.settings import settings

    return main(settings())
