"""What a payload that became no event is called by its provider, so that its record can be found (F-005). Never raises.

Only a search: a provider's file knows better, and where it has named the ids this is not asked.
"""

from collections import deque
from collections.abc import Mapping
from typing import Any

import msgspec

from domain.channels.provider import text_of

LONGEST_ID = 255
"""Characters of an identifier of a provider. They are searched for: what cannot stand in an index is none."""
MOST = 5
LOOKED_AT = 200
"""Objects and values of one payload that are looked at."""
NAMES = frozenset(
    "id mid sid guid uuid messageid msgid messagesid smssid smsmessagesid smsid callsid calluuid callid messageuuid emailid eventid "
    "sgmessageid sgeventid jobid batchid messagetoken webhookeventid updateid transactionid notificationid deliveryid".split()
)
"""Names of fields in lower case, without `_`, `-` and `.`: `MessageSid`, `message_id` and `Message-ID` among them."""
_JOINTS = str.maketrans("", "", "_-.")

_decode = msgspec.json.Decoder().decode


def ids_in(data: Any) -> tuple[str, ...]:
    """The first ids in a payload, the outer ones first, each once."""
    found: dict[str, None] = {}
    waiting, looked = deque([data]), 0
    while waiting and looked < LOOKED_AT and len(found) < MOST:
        each = waiting.popleft()
        looked += 1
        if isinstance(each, Mapping):
            for name, value in each.items():
                if isinstance(value, dict | list):
                    waiting.append(value)
                elif type(value) is str and value[:1] in ("{", "["):
                    waiting.append(_decoded(value))  # a form whose field is JSON
                elif len(found) < MOST and isinstance(name, str) and name.lower().translate(_JOINTS) in NAMES:
                    text = text_of(value) if type(value) is str or type(value) is int else None
                    if text is not None and len(text) <= LONGEST_ID:
                        found[text] = None
        elif isinstance(each, list):
            waiting.extend(each[:LOOKED_AT])
    return tuple(found)


def _decoded(text: str) -> Any:
    try:
        return _decode(text)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        return None
