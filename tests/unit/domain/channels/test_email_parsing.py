"""Taking a mail apart: as the standard library does it, but in time whatever comes."""

import time
from email import message_from_bytes
from email.message import Message
from email.policy import compat32

import pytest

from domain.channels.email.mime import read
from domain.channels.email.parsing import DEEPEST, PARTS, message_of, sensible

HEAD = (
    "From: ann@example.org\r\nTo: sales@acme.example\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\nMIME-Version: 1.0\r\n"
)
PLAIN = "Content-Type: text/plain; charset=utf-8\r\n\r\nhello\r\n"
MAILS = {
    "plain": HEAD + PLAIN,
    "line feeds alone": (HEAD + PLAIN).replace("\r\n", "\n"),
    "no head": "\r\nhello",
    "no body": HEAD,
    "nothing": "",
    "no blank line": "From: ann@example.org\r\nhello: there\r\nhow are you?\r\n\r\nWell.",
    "envelope": "From ann@example.org Tue Nov 24 10:07:24 2026\n" + HEAD + PLAIN,
    "multipart": f'{HEAD}Content-Type: multipart/mixed; boundary="b b"\r\n\r\nbefore\r\n--b b\r\n{PLAIN}'
    "--b b \r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0K\r\nGgo=\r\n--b b--\r\nafter",
    "boundaries within boundaries": f"{HEAD}Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: multipart/alternative;"
    f" boundary=bb\r\n\r\n--bb\r\n{PLAIN}--bb\r\nContent-Type: text/html\r\n\r\n<p>--b\r\n--bbb\r\n--bb--\r\n--b--",
    "never closed": f"{HEAD}Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n{PLAIN}",
    "never begun": f"{HEAD}Content-Type: multipart/mixed; boundary=b\r\n\r\nhello",
    "no boundary": f"{HEAD}Content-Type: multipart/mixed\r\n\r\n--b\r\n{PLAIN}",
    "empty parts": f"{HEAD}Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n--b\r\n\r\n--b--",
    "digest": f"{HEAD}Content-Type: multipart/digest; boundary=b\r\n\r\n--b\r\n\r\nFrom: bob@example.org\r\n\r\nx\r\n--b--",
}  # fmt: skip


def told(message: Message) -> list[object]:
    """All of it, as far as anybody reads it."""
    payload = message.get_payload()
    inside: object = message.get_payload(decode=True)
    if isinstance(payload, list) and message.get_content_maintype() == "multipart":
        inside = [told(part) for part in payload if isinstance(part, Message)]
    elif isinstance(payload, list):
        inside = payload[0].as_bytes() if isinstance(payload[0], Message) else b""
    if isinstance(inside, bytes):
        inside = inside.replace(b"\r\n", b"\n")  # it writes a message within the message anew
    return [message.get_content_type(), message.items(), [type(each) for each in message.defects], inside]


@pytest.mark.parametrize("name", MAILS)
def test_as_the_standard_library_does(name: str) -> None:
    data = MAILS[name].encode()
    assert told(message_of(data)) == told(message_from_bytes(data, policy=compat32))


def test_a_message_within_the_message_is_kept_as_it_is() -> None:
    inner = b"From: bob@example.org\r\nSubject: x\r\n\r\n--b\r\ny\r\n"
    data = HEAD.encode() + b"Content-Type: message/rfc822\r\n\r\n" + inner
    message = message_of(data)
    assert not message.is_multipart() and message.get_payload(decode=True) == inner


def test_what_nests_or_repeats_without_an_end_is_read_to_an_end() -> None:
    deep = HEAD + "".join(f"Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n" for n in range(100))
    found, levels = message_of(deep.encode()), 0
    while found.is_multipart():
        found, levels = found.get_payload()[0], levels + 1  # type: ignore[index, assignment]
    assert levels == DEEPEST
    wide = f"{HEAD}Content-Type: multipart/mixed; boundary=b\r\n\r\n" + "--b\r\n\r\nx\r\n" * 5_000
    assert len(message_of(wide.encode()).get_payload()) == PARTS


def test_parameters_as_far_as_they_can_be_read() -> None:
    assert sensible("text/plain; a=b") == "text/plain; a=b"
    assert sensible("text/plain" + ";a" * 1_000).count(";") < 20


@pytest.mark.parametrize(
    "rest",
    [
        'Content-Type: text/plain; a="' + ";" * 2**20,
        "".join(f"Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n" for n in range(20_000)),
        "Content-Type: message/rfc822\r\n\r\n" * 30_000,
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n" + "--b\r\n\r\n" * 2**17,
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n" + "--bb\r\n" * 2**17,
        "Content-Transfer-Encoding: base64\r\n\r\n" + "\n" * 2**20,
        "Content-Transfer-Encoding: x-uuencode\r\n\r\nbegin 666 a\n" + "!\n" * 2**19,
        "Content-Type: text/calendar\r\n\r\n" + "METHOD: \n" * 2**17,
        "a:b\n" * 2**18,
        "Subject: " + "\r\n a" * 2**18,
    ],
    ids=lambda rest: rest[:40].strip(),
)
def test_a_megabyte_keeps_nobody_waiting(rest: str) -> None:
    start = time.process_time()
    read(f"From: ann@example.org\r\n{rest}".encode()[: 2**20])
    assert time.process_time() - start < 1
