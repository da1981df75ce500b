"""What is no event can be found by the provider's id all the same."""

from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.attempt import Attempt, Rules
from bridge.sqs.port import Message
from domain import intake
from domain.channels.gmail.gmail_examples import EXAMPLES as GMAIL
from domain.channels.registry import provider
from domain.door import Door
from domain.intake import QueueMessage, Routes, Taken, take
from domain.provider_ids import LONGEST_ID, MOST, ids_in

ROUTES = Routes(namespaces={"acme": UUID(int=1)}, queue="acme")


@pytest.mark.parametrize(
    ("data", "ids"),
    [
        ({"MessageSid": "SM1", "Body": "hi"}, ("SM1",)),
        ({"Message-ID": "<1@example.org>"}, ("<1@example.org>",)),
        ({"data": {"id": 7, "user": {"id": "u"}}, "event_id": "e"}, ("e", "7", "u")),
        ([{"sg_event_id": "a"}, {"sg_event_id": "b"}], ("a", "b")),
        ({"events": '[{"_id": "m"}]'}, ("m",)),
        ({"events": "[{", "id": True, "uuid": None, "mid": 1.5, "sid": ""}, ()),
        ({"id": "x" * (LONGEST_ID + 1)}, ()),
        ({"id": 10**5000}, ()),
        ([{"id": str(n)} for n in range(100)], tuple(map(str, range(MOST)))),
        ("text", ()),
        (None, ()),
    ],
)
def test_ids_are_found_by_the_names_that_providers_give_them(data: Any, ids: tuple[str, ...]) -> None:
    assert ids_in(data) == ids


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["id", "MessageSid", "x"]) | st.text(), inner),
)


@given(JSON)
def test_it_never_raises_and_every_id_can_stand_in_an_index(data: Any) -> None:
    found = ids_in(data)
    assert len(found) <= MOST
    assert all(0 < len(id_) <= LONGEST_ID for id_ in found)


def taken(channel: str, body: str, routes: Routes = ROUTES) -> Taken:
    return take(QueueMessage(channel=channel, body=body), routes)


@pytest.mark.feature("F-005")
def test_what_is_ignored_is_found() -> None:
    draft = taken("gmail", GMAIL["draft"].body)
    assert (draft.ignored, draft.provider_ids) == ("draft", ("18c2a4b7d9e1f00d",))


@pytest.mark.feature("F-005")
def test_what_could_not_prove_itself_is_found() -> None:
    door = Door(secrets={"auth_token": ("secret",)})
    body = (
        '{"httpMethod":"POST","path":"/webhooks/sms/twilio","headers":{"Content-Type":"application/x-www-form-urlencoded",'
        '"X-Twilio-Signature":"forged","Host":"acme.example"},"body":"MessageSid=SM1&From=%2B14155550123"}'
    )
    forged = taken("sms", body, Routes(namespaces=ROUTES.namespaces, queue="acme", doors={"acme": door}))
    assert [each.stage for each in forged.rejected] == ["verify"]
    assert forged.provider_ids == forged.rejected[0].provider_ids == ("SM1",)


@pytest.mark.feature("F-005")
def test_what_a_bug_of_ours_stopped_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> Taken:
        raise RuntimeError

    monkeypatch.setattr(intake, "take", broken)
    body = provider("sms", "twilio").examples["received"].body
    attempt = Attempt(
        Message(message_id="m", receipt_handle="r", body=body, attributes={"ApproximateReceiveCount": "1"})
    )
    attempt.take("sms", ROUTES, Rules())
    assert attempt.outcome == "failed"
    assert any(id_.startswith("SM") for id_ in attempt.taken.provider_ids)
