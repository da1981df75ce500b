"""The demonstration's traffic: what each kind of message comes to, by the same pure function that the bridge uses."""

from uuid import UUID

import pytest

from domain.intake import QueueMessage, Routes, Taken, take
from trunkline.demo.traffic import STORIES, Planned, plan

ROUTES = Routes(namespaces={"demo": UUID(int=1)}, queue="demo")
PLAN = plan("demo-0", 120)


def taken(message: Planned) -> Taken:
    return take(QueueMessage(channel=message.channel, body=message.body), ROUTES)


def test_a_run_is_the_same_every_time_and_repeats_no_other() -> None:
    assert plan("demo-0", 120) == PLAN
    assert not {message.body for message in plan("demo-1", 120)} & {
        message.body for message in PLAN if message.kind != "garbage"
    }


def test_a_run_has_as_many_messages_as_asked_and_every_story() -> None:
    assert len(PLAN) >= 120
    assert len({message.name for message in PLAN}) == len(PLAN)
    for story in STORIES:
        kinds = {kind for _, kind, _ in story(__import__("trunkline.demo.traffic", fromlist=["x"])._Names("demo-0", 0))}
        assert kinds <= {message.kind for message in PLAN}


@pytest.mark.parametrize("message", PLAN, ids=lambda message: f"{message.name} {message.kind}")
def test_every_message_comes_to_what_its_kind_says(message: Planned) -> None:
    found = taken(message)
    match message.kind:
        case "garbage":
            assert found.rejected
            assert not found.events
        case "subscription request":
            assert found.ignored == "sns_subscription_confirmation"
        case "bounce of two":
            assert len(found.events) == 2
        case _:
            assert len(found.events) == 1
            assert not found.rejected
            assert (found.layers != ()) >= (message.kind == "wrapped")


def test_redeliveries_and_only_those_bring_ids_again() -> None:
    seen: set[str] = set()
    for message in PLAN:
        ids = {event.id for _, event in taken(message).events}
        assert bool(ids & seen) == (message.kind == "redelivery"), message
        seen |= ids


def test_statuses_come_out_of_order() -> None:
    kinds = [
        event.kind for message in PLAN if message.kind == "status out of order" for _, event in taken(message).events
    ]
    assert kinds.index("delivered") < kinds.index("sent")
