"""Errors that end a process or a command, and the exit code each means (style: 0 fine, 1 failed, 2 usage, 3 problems found, 78
bad configuration). The text says what happened, where, and what to do."""


class TrunklineError(Exception):
    """Something that the user can act on; shown as its text, never as a stack trace."""

    exit_code = 1


class ConfigurationError(TrunklineError):
    """A setting is missing, malformed or contradicts the servers."""

    exit_code = 78


class UsageError(TrunklineError):
    """A command line that cannot be meant."""

    exit_code = 2


class ProblemsFound(TrunklineError):
    """A check or a dry run found something to do."""

    exit_code = 3


class Unavailable(TrunklineError):
    """A server does not answer or refuses us."""
