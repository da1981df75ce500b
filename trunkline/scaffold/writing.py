"""Writes what `scaffold` gives into a folder."""

import re
from pathlib import Path

from domain.channels.registry import channels
from runtime.errors import ProblemsFound, UsageError
from trunkline.scaffold import scaffold

NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")
"""A channel's name stands in settings, metrics and file names."""


def write(channel: str, provider: str, folder: Path | None, *, dry_run: bool = False) -> None:
    """Writes the package and says what to do next. Raises UsageError for a name that is none, is taken, or files that exist already."""
    for word in (channel, provider):
        if not NAME.fullmatch(word):
            raise UsageError(
                f"{word!r} is no name: lower case letters, digits and underscores, 32 at most, a letter first"
            )
    if channel in channels():
        raise UsageError(
            f"there is a channel {channel} already; a further provider of it is a file in domain/channels/{channel}/"
        )
    target = folder or Path(f"trunkline-{channel}")
    wanted = {target / name: text for name, text in scaffold(channel, provider).items()}
    there = sorted(str(path) for path in wanted if path.exists())
    if there:
        raise UsageError(f"{', '.join(there)} exist already; nothing was written")
    if dry_run:
        raise ProblemsFound("\n".join(f"would write {path}" for path in wanted))
    target.mkdir(parents=True, exist_ok=True)
    for path, text in wanted.items():
        path.write_text(text)
        print(f"wrote {path}")
    print(f"\nNext: change {target}/trunkline_{channel}.py to what the provider sends, then")
    print(f"  pip install -e {target} && pytest {target}")
    print(f"  trunkline channels set {channel} --queue-url https://sqs.<region>.amazonaws.com/<account>/<name>")
