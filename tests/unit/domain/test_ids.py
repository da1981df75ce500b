"""Ids that are derived together are those that are derived one by one (law 1)."""

from uuid import UUID, uuid5

from hypothesis import given
from hypothesis import strategies as st

from schemas.identity import event_and_message_id, event_id, message_id

NAMESPACE = UUID("1b671a64-40d5-491e-99b0-da01ff1f3341")
text = st.text(max_size=8)


@given(text, text, text, text, text, st.integers(0, 9), text)
def test_both_at_once(
    channel: str, provider: str, account: str, event: str, kind: str, index: int, message: str
) -> None:
    both = event_and_message_id(NAMESPACE, channel, provider, account, event, kind, index, message)
    assert both == (
        event_id(NAMESPACE, channel, provider, account, event, kind, index),
        message_id(NAMESPACE, channel, provider, account, message),
    )
    assert both[1] == str(uuid5(NAMESPACE, f"message|{channel}|{provider}|{account}|{message}"))
