"""What a replay found."""

from msgspec import Struct

SHOWN = 50
"""Differences that are described one by one."""


class Difference(Struct, frozen=True, kw_only=True):
    """One live decision that came out differently, or an input that no decision answers. `fields` names what differs, without
    values: those may be personal."""

    partition: int
    offset: int
    aggregate: str
    version: int
    source: str
    fields: tuple[str, ...]
    events: str = ""


class Report(Struct, kw_only=True):
    """What a replay found. parked: decisions taken over because they park. gone: decisions whose source records are deleted; their
    events were taken over. unanswered: source records before the last decided one without effect. effects: always 0."""

    decisions: int = 0
    equal: int = 0
    different: int = 0
    parked: int = 0
    gone: int = 0
    rejected: int = 0
    duplicates: int = 0
    invalid: int = 0
    unanswered: int = 0
    effects: int = 0
    differences: list[Difference] = []

    @property
    def fine(self) -> bool:
        return not self.different and not self.unanswered
