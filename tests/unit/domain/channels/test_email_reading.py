"""What all e-mail providers share: reading a mail, the sender's own words, reports about mails of ours."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.channels.email.mime import Piece, read, told
from domain.channels.email.quoting import own_words
from domain.channels.email.received import Arrival, received
from domain.channels.provider import Item
from schemas.values import Attachment

ARRIVAL = Arrival(provider="acme", provider_id="1", recipients=("Sales <Sales+T-47@acme.example>",))


def items(mail: bytes, arrival: Arrival = ARRIVAL) -> list[Item]:
    found = received(read(mail), arrival)
    assert all(isinstance(item, Item) for item in found)
    return [item for item in found if isinstance(item, Item)]


NESTED = b"""From: =?iso-8859-1?q?Dana_=D6z?= <dana@example.org>
To: "Sales, Acme" <sales@acme.example>, kim@example.org
Cc: Kim <KIM@example.org>
Subject: =?utf-8?b?R3LDvMOfZQ==?=
Message-ID: <7@example.org>
In-Reply-To: <2@acme.example>
References: <1@acme.example>
 <2@acme.example>
Content-Type: multipart/mixed; boundary=a

--a
Content-Type: multipart/alternative; boundary=b

--b
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

Gr=FC=DFe
--b
Content-Type: multipart/related; boundary=c

--c
Content-Type: text/html; charset=utf-8

<img src="cid:photo">
--c
Content-Type: image/png; name="a.png"
Content-ID: <photo>
Content-Disposition: inline
Content-Transfer-Encoding: base64

AAEC
--c--
--b
Content-Type: text/calendar; method=REQUEST; charset=utf-8

BEGIN:VCALENDAR
END:VCALENDAR
--b--
--a
Content-Type: message/rfc822
Content-Disposition: attachment

From: kim@example.org
Content-Type: multipart/mixed; boundary=d

--d
Content-Type: text/plain

inside
--d--
--a--
"""


def test_a_nested_mail() -> None:
    (item,) = items(NESTED)
    content = item.content
    assert (content.text, content.subject) == ("Grüße", "Grüße")
    assert content.html == '<img src="cid:photo">'
    assert [(a.reference, a.content_type, a.name, a.inline_id) for a in content.attachments] == [
        ("mime:1.2.2", "image/png", "a.png", "photo"),
        ("mime:1.3", "text/calendar", None, None),
        ("mime:2", "message/rfc822", None, None),
    ]
    assert content.attachments[0].size == 3 and (content.attachments[2].size or 0) > 50
    assert content.fields["calendar_method"] == "REQUEST"
    assert content.fields["reply_token"] == "T-47"
    assert content.recipients == (
        '"Sales, Acme" <sales@acme.example>', "kim@example.org", "Kim <KIM@example.org>",
    )  # fmt: skip
    assert item.in_reply_to == "<2@acme.example>"
    assert item.contact and (item.contact.urn, item.contact.name) == ("mailto:dana@example.org", "Dana Öz")
    assert item.ours == "mailto:sales+t-47@acme.example"
    assert not item.machine


@pytest.mark.parametrize(
    ("header", "machine"),
    [
        ("Auto-Submitted: auto-replied", True),
        ("Auto-Submitted: auto-generated; owner=x", True),
        ("Auto-Submitted: No", False),
        ("Precedence: bulk", True),
        ("Precedence: auto_reply", True),
        ("Precedence: first-class", False),
        ("X-Autoreply: yes", True),
        ("List-Id: <news.example.org>", True),
        ("Return-Path: <>", True),
        ("Return-Path: <dana@example.org>", False),
    ],
)
def test_what_answers_by_itself(header: str, machine: bool) -> None:
    assert items(f"From: dana@example.org\n{header}\n\nHello".encode())[0].machine is machine


REPORT = b"""From: Mail Delivery <mailer-daemon@mx.example.org>
To: bounces@acme.example
Subject: failed
Content-Type: multipart/report; report-type=delivery-status; boundary=a

--a
Content-Type: text/plain

It did not work out.
--a
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org
Arrival-Date: Tue, 24 Nov 2026 10:00:00 +0000

Final-Recipient: rfc822; dana.oz@example.org
Original-Recipient: rfc822;Dana@example.org
Action: failed (no such user)
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <dana.oz@example.org>
  unknown
Last-Attempt-Date: Tue, 24 Nov 2026 10:07:24 +0000

Final-Recipient: rfc822; kim@example.org
Action: delayed
Status: 4.4.1

Final-Recipient: rfc822; robin@example.org
Action: relayed
Status: 2.0.0

Final-Recipient: rfc822; sam@example.org
Action: failed
Status: 4.2.2
--a
Content-Type: message/rfc822

From: news@acme.example
Message-ID: <1@acme.example>
Subject: Autumn

Hello
--a--
"""


def test_a_report_is_about_mails_of_ours() -> None:
    found = items(REPORT)
    assert [
        (each.meaning, each.contact and each.contact.urn, each.status and each.status.status) for each in found
    ] == [
        ("email.bounced", "mailto:dana@example.org", "failed"),
        ("email.deferred", "mailto:kim@example.org", "sending"),
        ("email.delivered", "mailto:robin@example.org", "delivered"),
        ("email.bounced", "mailto:sam@example.org", "undelivered"),
    ]
    first = found[0]
    assert first.status is not None
    assert (first.status.code, first.status.permanent, first.consent) == ("5.1.1", True, ("opted_out", "bounce"))
    assert first.status.reason == "550 5.1.1 <[address]> unknown"
    assert first.content.fields["mta_response"] == "550 5.1.1 <dana.oz@example.org> unknown"
    assert (first.content.subject, first.provider_time) == ("Autumn", "2026-11-24T10:07:24.000Z")
    assert {each.provider_id for each in found} == {"<1@acme.example>"}
    assert {each.direction for each in found} == {"outbound"}
    assert found[3].consent is None and found[3].status and found[3].status.permanent is False


def test_a_report_that_names_no_mail_is_a_mail_that_nobody_wrote() -> None:
    (item,) = items(REPORT.replace(b"Message-ID: <1@acme.example>\n", b""))
    assert (item.meaning, item.machine) == ("message.received", True)


def test_a_forwarded_report_is_a_mail() -> None:
    whole = b"From: dana@example.org\nContent-Type: message/rfc822\n\n" + REPORT
    assert [item.meaning for item in items(whole)] == ["message.received"]


def test_a_mail_without_any_id_has_the_same_one_every_time() -> None:
    nameless = Arrival(provider="acme", recipients=("sales@acme.example",))
    first, again = (items(b"From: dana@example.org\n\nHello", nameless)[0] for _ in range(2))
    other = items(b"From: dana@example.org\n\nHello!", nameless)[0]
    assert first == again and first.provider_id.startswith("sha256:") and other.provider_id != first.provider_id


def test_a_name_of_a_file_is_no_path() -> None:
    mime = told([], pieces=[Piece("form:1", "text/plain", "..\\share/a.txt", b"x", inline_id="<>")])
    assert mime.attachments == (Attachment("form:1", "text/plain", "a.txt", 1, ""),)


QUOTATIONS = {
    "en": "On Tue, 24 Nov 2026 at 10:07, Acme <news@acme.example> wrote:\n> Hello",
    "en, wrapped": "On Tue, Nov 24, 2026 at 10:07 AM Acme Sales Department\n<news@acme.example> wrote:\n\n> Hello",
    "es": "El mar, 24 nov 2026 a las 10:07, Acme (<news@acme.example>) escribió:\n> Hola",
    "fr": "Le mar. 24 nov. 2026 à 10:07, Acme <news@acme.example> a écrit :\n> Bonjour",
    "pt": "Em ter., 24 de nov. de 2026 às 10:07, Acme <news@acme.example> escreveu:\n> Olá",
    "de": "Am Di., 24. Nov. 2026 um 10:07 Uhr schrieb Acme <news@acme.example>:\n> Hallo",
    "unmarked": "On 24 Nov 2026, at 10:07, Acme <news@acme.example> wrote:\n\nHello",
    "marked alone": "> Hello\n> there",
    "outlook en": "From: Acme <news@acme.example>\nSent: Tuesday, November 24, 2026 10:07\nTo: Dana\nSubject: x\n\nHello",
    "outlook de": "Von: Acme <news@acme.example>\nGesendet: Dienstag, 24. November 2026 10:07\nAn: Dana\nBetreff: x\n\nHallo",
    "outlook fr": "De : Acme <news@acme.example>\nEnvoyé : mardi 24 novembre 2026 10:07\nÀ : Dana\n\nBonjour",
    "outlook es": "De: Acme <news@acme.example>\nEnviado el: martes, 24 de noviembre de 2026 10:07\nPara: Dana\n\nHola",
    "outlook pt": "De: Acme <news@acme.example>\nEnviada em: terça-feira, 24 de novembro de 2026 10:07\nPara: Dana\n\nOlá",
    "separator en": "-----Original Message-----\nFrom: Acme\n\nHello",
    "separator de": "-----Ursprüngliche Nachricht-----\nVon: Acme\n\nHallo",
    "separator fr": "-----Message d'origine-----\nDe : Acme\n\nBonjour",
    "separator es": "-----Mensaje original-----\nDe: Acme\n\nHola",
    "separator pt": "-----Mensagem original-----\nDe: Acme\n\nOlá",
    "line": "________________________________\nFrom: Acme\nSent: today\n\nHello",
}


@pytest.mark.parametrize("quotation", QUOTATIONS.values(), ids=QUOTATIONS.keys())
def test_the_senders_own_words(quotation: str) -> None:
    assert own_words(f"Yes, at eight.\r\n\r\nDana\r\n\r\n{quotation}") == "Yes, at eight.\n\nDana"


def test_answers_below_what_they_answer() -> None:
    introduction = "On Tue, 24 Nov 2026 at 10:07, Acme wrote:"
    assert own_words(f"{introduction}\n> When?\n\nAt eight.\n\n> Where?\n\nHere.") == "At eight.\n\n\nHere."


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Nothing is quoted here.",
        "On Monday I wrote:\nHello",
        "From: the bottom of my heart\nthank you",
        "> only a quotation",
        "On Tue, 24 Nov 2026 at 10:07, Acme wrote:\n\nHello",
        "-----Original Message-----\nFrom: Acme",
    ],
)
def test_never_is_everything_cut(text: str) -> None:
    assert own_words(text) is None


@pytest.mark.parametrize("word", ["am 1 schrieb ", "a 1 ecrit ", "on 1 wrote:\n", "from: a\n", "> ", "_"])
def test_a_long_text_is_soon_looked_through(word: str) -> None:
    begun = time.process_time()
    own_words(word * (200_000 // len(word)))
    assert time.process_time() - begun < 2


@settings(max_examples=200)
@given(st.binary(max_size=400), st.sampled_from((NESTED, REPORT)), st.integers(0, 1500))
def test_any_bytes_are_a_mail(noise: bytes, mail: bytes, at: int) -> None:
    assert received(read(mail[:at] + noise + mail[at:]), ARRIVAL)
