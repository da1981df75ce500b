"""What a person sees: the hops, the account so far, the last events and the last dead letters."""

from collections import deque
from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from schemas.decisions import Decision
from schemas.events import AnyEvent
from trunkline.demo.account import FATES, Line, total
from trunkline.demo.hops import Hop


class View:
    """Everything that is shown while the traffic plays."""

    def __init__(self, events: int = 6, letters: int = 4) -> None:
        self.hops: Sequence[Hop] = ()
        self.lines: Sequence[Line] = ()
        self.sent = 0
        self.planned = 0
        self._events: deque[str] = deque(maxlen=events)
        self._letters: deque[str] = deque(maxlen=letters)
        self._known: set[str] = set()

    def happened(self, decision: Decision, event: AnyEvent) -> None:
        """Takes one event of the log."""
        content = getattr(event, "content", None)
        told = (
            getattr(event, "reported", None),
            getattr(event, "keyword", None),
            content and content.subject,
            content and content.text,
        )
        words = " ".join(str(each) for each in told if each)
        kind = str(type(event).__struct_config__.tag)
        self._events.append(
            f"{decision.at[11:19]}  {kind:<24} {getattr(event, 'channel', ''):<6} {' '.join(words.split())}"
        )

    def given_up(self, id_: str, channel: str, stage: str, error: str) -> None:
        """Takes one dead letter; one that is known already is not shown again."""
        if id_ not in self._known:
            self._known.add(id_)
            self._letters.append(f"{channel:<6} {stage:<6} {error}")

    def __rich__(self) -> RenderableType:
        return Group(
            hops(self.sent, self.planned, self.hops),
            Text(),
            accounted(self.lines),
            _panel("last events", self._events),
            _panel("dead letters", self._letters),
        )


def hops(sent: int, planned: int, found: Sequence[Hop]) -> Table:
    """Rates and what waits, hop by hop."""
    made = Table(title="SQS -> bridge -> Kafka -> Faust -> PostgreSQL", title_justify="left", expand=True)
    made.add_column("hop")
    for column in ("since start", "per second", "waiting"):
        made.add_column(column, justify="right")
    made.add_row("sent to SQS by this demonstration", f"{sent} of {planned}", "", str(planned - sent))
    for hop in found:
        made.add_row(hop.name, str(hop.done), f"{hop.rate:.0f}", str(hop.waiting))
    return made


def accounted(lines: Sequence[Line]) -> Table:
    """What became of the messages, by kind, with the sum at the foot."""
    all_ = total(lines)
    made = Table(title="what became of every message", title_justify="left", show_footer=True, expand=True)
    made.add_column("message", "all")
    cells = {
        "sent": all_.sent,
        **{fate: all_.fates[fate] for fate in FATES},
        "waiting": all_.waiting,
        "events": all_.events,
    }
    for name, value in cells.items():
        made.add_column(name, str(value), justify="right")
    made.add_column("events each", _each(all_), justify="right")
    for line in lines:
        counts = (line.sent, *(line.fates[fate] for fate in FATES), line.waiting, line.events)
        made.add_row(line.kind, *map(str, counts), _each(line))
    return made


def _each(line: Line) -> str:
    """Events per message that was processed: a message may carry several events, and cause more."""
    processed = line.fates["processed"]
    return f"{line.events / processed:.1f}" if processed else ""


def _panel(title: str, lines: deque[str]) -> Panel:
    missing = [""] * ((lines.maxlen or 0) - len(lines))
    return Panel(
        Text("\n".join([*lines, *missing]), no_wrap=True, overflow="ellipsis"), title=title, title_align="left"
    )
