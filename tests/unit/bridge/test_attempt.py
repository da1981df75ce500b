"""What an attempt decides: invalid at once, what can change later, never more than max_receives (DESIGN.md 8, Failure)."""

from typing import Any

import pytest

from bridge.attempt import Attempt, Rules
from bridge.returns import backoff
from bridge.sqs.port import Message, MessageAttribute
from domain import intake
from domain.intake import Rejected, Routes, Taken
from schemas.dead_letters import Stage

ROUTES = Routes(namespaces={})
DEFAULT = Rules()


def message(receives: int = 1, **more: Any) -> Message:
    return Message(
        "m-1", "handle", "{}", {"ApproximateReceiveCount": str(receives), "SentTimestamp": "1764000000123"}, **more
    )


def taken(monkeypatch: pytest.MonkeyPatch, outcome: Taken | Exception) -> None:
    def take(*_: Any) -> Taken:
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    monkeypatch.setattr(intake, "take", take)


def rejected(stage: Stage = "parse", error: str = "SMS event missing required field: MessageSid") -> Taken:
    return Taken(rejected=(Rejected(stage=stage, reason="missing", error=error),), provider_ids=("SM1",))


def attempt(receives: int, rules: Rules = DEFAULT) -> Attempt:
    made = Attempt(message(receives))
    made.take("sms", ROUTES, rules)
    return made


def test_invalid_is_given_up_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    taken(monkeypatch, rejected())
    made = attempt(1)
    assert (made.outcome, made.level, made.final) == ("dead_lettered", "warning", True)
    assert made.error == "SMS event missing required field: MessageSid"
    assert len(made.given_up) == 1


def test_invalid_is_retried_where_the_seeds_users_want_it(monkeypatch: pytest.MonkeyPatch) -> None:
    taken(monkeypatch, rejected())
    rules = Rules(max_receives=3, invalid="retry")
    assert [attempt(n, rules).outcome for n in (1, 2, 3, 4)] == ["failed", "failed", "dead_lettered", "dead_lettered"]


def test_a_tenant_that_is_not_known_yet_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    taken(monkeypatch, rejected("tenant"))
    assert [attempt(n, Rules(max_receives=2)).outcome for n in (1, 2)] == ["failed", "dead_lettered"]


def test_processing_errors_are_errors(monkeypatch: pytest.MonkeyPatch) -> None:
    taken(monkeypatch, rejected(error="Invalid phone number format"))
    made = attempt(1)
    assert (made.level, made.error) == ("error", "Error processing sms message: Invalid phone number format")
    assert made.given_up[0].error == made.error


def test_an_exception_of_ours_is_tried_again_and_says_nothing_personal(monkeypatch: pytest.MonkeyPatch) -> None:
    taken(monkeypatch, KeyError("+14155550100"))
    made = attempt(1)
    assert made.outcome == "failed"
    assert made.error is not None
    assert made.error.startswith("Error processing sms message: KeyError in test_attempt.py:")
    assert "4155550100" not in made.error
    last = attempt(5)
    assert last.outcome == "dead_lettered"
    assert last.given_up[0].reason == "KeyError"


def test_attributes_are_one_flat_map() -> None:
    attributes = {"traceparent": MessageAttribute("String", "00-" + "a" * 32 + "-" + "b" * 16 + "-01")}
    made = Attempt(message(message_attributes=attributes))
    assert made.trace == "00-" + "a" * 32 + "-" + "b" * 16 + "-01"
    assert made.attributes["ApproximateReceiveCount"] == "1"
    assert made.sent_at == "2025-11-24T16:00:00.123Z"
    assert made.correlation == "m-1"


def test_a_trace_that_is_none_is_replaced_by_a_derived_one() -> None:
    first = Attempt(message(message_attributes={"traceparent": MessageAttribute("String", "nonsense")}))
    second = Attempt(message())
    assert first.trace == second.trace != "nonsense"


def test_backoff_doubles_from_five_seconds_to_fifteen_minutes() -> None:
    assert [backoff(5, n) for n in range(1, 11)] == [5, 10, 20, 40, 80, 160, 320, 640, 900, 900]
    assert backoff(0, 3) == 0
    assert backoff(5, 10_000) == 900
