"""A request as it came: nothing decoded, nothing put in order, nothing left out."""

from typing import Any

import msgspec
from msgspec import Struct

from domain.signatures.verdict import Refused

_decode = msgspec.json.Decoder(dict[str, Any]).decode


class Request(Struct, frozen=True, kw_only=True):
    """url: absolute, as the provider saw it (behind a proxy: the public one). headers: in their order, repeated ones
    kept. body: the bytes off the wire, for a signature is over those and not over what they mean (T-38)."""

    method: str = "POST"
    url: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    def values(self, name: str) -> list[str]:
        """All values of a header, whatever the case of its name."""
        return [value.strip(" \t") for key, value in self.headers if key.lower() == name.lower()]

    def only(self, name: str) -> str:
        """The one value of a header. Raises Refused if it is missing, empty, or sent more than once: of two signatures
        nobody can say which one the next reader looks at."""
        values = self.values(name)
        if len(values) > 1:
            raise Refused("repeated_header", f"the header {name} was sent {len(values)} times")
        if not values or not values[0]:
            raise Refused("missing_header", f"the header {name} is missing: does the provider sign this webhook?")
        return values[0]

    def json(self) -> dict[str, Any]:
        """The body as an object of JSON. Raises Refused."""
        try:
            return _decode(self.body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise Refused("malformed_body", "the body is no object of JSON") from None

    @property
    def media_type(self) -> str:
        """The content type without its parameters, in lower case; empty if there is none or more than one."""
        values = self.values("Content-Type")
        return values[0].partition(";")[0].strip().lower() if len(values) == 1 else ""

    @property
    def query(self) -> str:
        """What follows the first question mark of the URL, still encoded."""
        return self.url.partition("#")[0].partition("?")[2]


def octets(text: str) -> bytes:
    """UTF-8, also of text that no UTF-8 can hold (lone surrogates): it only has to differ from what was signed."""
    return text.encode("utf-8", "surrogatepass")
