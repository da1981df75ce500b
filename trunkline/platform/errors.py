"""What can go wrong while servers and processes are started."""

from runtime.errors import TrunklineError


class PlatformError(TrunklineError):
    """A server or process of the local platform could not be started, reached or stopped."""


class PortTaken(PlatformError):
    """Another process listens on the port; the text names it."""


class MissingRuntime(PlatformError):
    """A package that brings a server is not installed on this machine; the text names what to provide instead."""


class DownloadFailed(PlatformError):
    """A file could not be fetched or is not the file that was asked for."""
