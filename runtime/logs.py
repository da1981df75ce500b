"""Logging: structlog for our own rooms, the standard library's loggers through the same renderer, JSON lines or a console.

When all is well our rooms log nothing per message. Bodies, addresses and secrets are never logged (DESIGN.md 8, Names).
"""

import logging
import sys
from typing import Any

import structlog

from runtime.settings import Observability

NOISY = {
    "alembic": logging.WARNING,
    "aiokafka": logging.WARNING,
    "botocore": logging.WARNING,
    "faust": logging.WARNING,
    "mode": logging.WARNING,
}
"""Loggers of libraries and the lowest level that is of use; an outage floods aiokafka's (notes N5 in docs/traps.md)."""


def configure(observability: Observability, *, level: str | None = None) -> None:
    """Sets up logging of this process, on stderr. level: instead of the setting, for the `communication_processor` logger see
    `bridge`. Calling it again replaces what was set up before."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    console = observability.log_format == "console" or (observability.log_format == "auto" and sys.stderr.isatty())
    last: list[Any] = (
        [structlog.dev.ConsoleRenderer()]
        if console
        else [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    )
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level or observability.log_level)
    for name, lowest in NOISY.items():
        logging.getLogger(name).setLevel(max(lowest, root.level))
