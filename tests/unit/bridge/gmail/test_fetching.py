"""One round against a server that answers as Gmail does: pages, an expired history, too many requests, failures."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from bridge.gmail.api import RestGmail
from bridge.gmail.fetching import LARGEST, Fetching, Round, smaller
from bridge.gmail.port import GmailError
from bridge.gmail.position import FilePositions
from bridge.gmail.token import token_of
from domain.channels.gmail.gmail import PROVIDER
from domain.channels.provider import NOTHING_GIVEN, Item
from runtime.errors import ConfigurationError
from runtime.settings import Gmail
from tests.unit.bridge.gmail.fake import TOKEN, Mailbox, failure, served

pytestmark = pytest.mark.feature("F-272")

MAILBOX = "team@acme.example"
INBOX = ["INBOX", "UNREAD"]
FIVE = dict.fromkeys(("m1", "m2", "m3", "m4", "m5"), INBOX)


@pytest.fixture(params=[True, False], ids=["ids as text", "ids as numbers"])
def gmail(request: pytest.FixtureRequest) -> Iterator[Mailbox]:
    with served(Mailbox(dict(FIVE), text=request.param)) as mailbox:
        yield mailbox


@pytest.fixture(autouse=True)
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long was waited, without waiting."""
    found: list[float] = []

    async def pause(seconds: float) -> None:
        found.append(seconds)

    monkeypatch.setattr("bridge.gmail.api.asyncio.sleep", pause)
    return found


@pytest.fixture
def positions(tmp_path: Path) -> FilePositions:
    return FilePositions(tmp_path / "gmail")


class Queue:
    """What was put on it. full: refuses after so many."""

    def __init__(self, full: int | None = None) -> None:
        self.bodies: list[str] = []
        self.full = full

    async def send(self, body: str) -> None:
        if self.full is not None and len(self.bodies) >= self.full:
            raise ConnectionError("full")
        self.bodies.append(body)

    @property
    def ids(self) -> list[str]:
        return [json.loads(body)["gmail"]["message"]["id"] for body in self.bodies]


def fetching(gmail: Mailbox, positions: FilePositions, queue: Queue, token: str = TOKEN) -> Fetching:
    settings = Gmail(base_url=gmail.base_url, token=SecretStr(token), attempts=3)
    return Fetching(RestGmail(settings, token_of(settings)), positions, queue.send, days=7, now=lambda: 1_795_514_844)


async def test_what_was_added_since_the_last_round_is_queued_in_order(gmail: Mailbox, positions: FilePositions) -> None:
    positions.put(MAILBOX, 1020)
    queue = Queue()
    done = await fetching(gmail, positions, queue).round(MAILBOX)
    assert queue.ids == ["m3", "m4", "m5"]
    assert done == Round(mailbox=MAILBOX, start=1020, newest=1050, queued=3)
    assert positions.get(MAILBOX) == 1050
    again = Queue()
    assert (await fetching(gmail, positions, again).round(MAILBOX)).queued == 0
    assert again.ids == []


async def test_what_is_queued_is_what_the_channel_reads(gmail: Mailbox, positions: FilePositions) -> None:
    queue = Queue()
    await fetching(gmail, positions, queue).round(MAILBOX, since=1040)
    (item,) = PROVIDER.items(json.loads(queue.bodies[0]), NOTHING_GIVEN)
    assert isinstance(item, Item)
    assert (item.meaning, item.event, item.account) == ("message.received", "m5", MAILBOX)


@pytest.mark.parametrize("known", [None, 900])
async def test_an_unknown_or_expired_position_is_a_full_sync(
    gmail: Mailbox, positions: FilePositions, known: int | None
) -> None:
    if known is not None:
        positions.put(MAILBOX, known)
    queue = Queue()
    done = await fetching(gmail, positions, queue).round(MAILBOX)
    assert queue.ids == list(FIVE)
    assert (done.start, done.newest, positions.get(MAILBOX)) == (None, 1050, 1050)
    listed = [path for path in gmail.asked if "/messages?" in path]
    assert all(f"q=after%3A{1_795_514_844 - 7 * 86_400}" in path for path in listed)


async def test_a_notification_of_what_is_known_asks_for_nothing(gmail: Mailbox, positions: FilePositions) -> None:
    positions.put(MAILBOX, 1030)
    for notified in (1010, 1030):
        done = await fetching(gmail, positions, Queue()).round(MAILBOX, notified=notified)
        assert (done.queued, done.newest) == (0, 1030)
    assert gmail.asked == []
    queue = Queue()
    await fetching(gmail, positions, queue).round(MAILBOX, notified=1040)
    assert queue.ids == ["m4", "m5"]


async def test_the_position_stays_until_everything_is_queued(gmail: Mailbox, positions: FilePositions) -> None:
    positions.put(MAILBOX, 1000)
    with pytest.raises(ConnectionError):
        await fetching(gmail, positions, Queue(full=3)).round(MAILBOX)
    assert positions.get(MAILBOX) == 1000
    queue = Queue()
    await fetching(gmail, positions, queue).round(MAILBOX)
    assert queue.ids == list(FIVE)


async def test_a_mail_that_comes_in_between_two_pages_is_not_lost(gmail: Mailbox, positions: FilePositions) -> None:
    positions.put(MAILBOX, 1000)
    queue = Queue()

    async def send(body: str) -> None:
        gmail.messages.setdefault("m6", INBOX)
        await queue.send(body)

    settings = Gmail(base_url=gmail.base_url, token=SecretStr(TOKEN))
    started = Fetching(RestGmail(settings, token_of(settings)), positions, send, days=7)
    await started.round(MAILBOX)
    assert positions.get(MAILBOX) == 1050
    await started.round(MAILBOX)
    assert set(queue.ids) == {*FIVE, "m6"}


async def test_drafts_spam_and_deleted_mails_are_left_out(gmail: Mailbox, positions: FilePositions) -> None:
    gmail.messages |= {"m2": ["DRAFT"], "m3": ["SPAM"], "m4": ["SENT"]}
    gmail.deleted = {"m5"}
    queue = Queue()
    done = await fetching(gmail, positions, queue).round(MAILBOX, since=1000)
    assert queue.ids == ["m1", "m4"]
    assert (done.queued, done.unwanted, done.gone) == (2, 2, 1)


async def test_busy_and_failing_servers_are_asked_again(
    gmail: Mailbox, positions: FilePositions, pauses: list[float]
) -> None:
    gmail.trouble = [
        failure(429, "Too many concurrent requests for user", "rateLimitExceeded", Retry_After="7"),
        failure(500, "Backend Error", "backendError"),
    ]
    queue = Queue()
    await fetching(gmail, positions, queue).round(MAILBOX, since=1040)
    gmail.trouble = [failure(403, "User-rate limit exceeded", "userRateLimitExceeded")]
    await fetching(gmail, positions, queue).round(MAILBOX, since=1040)
    assert queue.ids == ["m5", "m5"]
    assert pauses == [7.0, 2.0, 1.0]


@pytest.mark.parametrize(
    ("trouble", "asked", "transient"),
    [
        (failure(500, "Backend Error"), 3, True),
        (failure(429, "Too many", Retry_After="3600"), 1, True),
        (failure(403, "Request had insufficient authentication scopes.", "insufficientPermissions"), 1, False),
        (failure(400, "Invalid startHistoryId"), 1, False),
        (failure(401, "Invalid Credentials", "authError"), 2, False),
        ((200, ["no history"], {}), 1, False),
    ],
    ids=lambda value: str(value[0]) if isinstance(value, tuple) else str(value),
)
async def test_what_does_not_pass_ends_the_round(
    gmail: Mailbox, positions: FilePositions, trouble: tuple[int, object, dict[str, str]], asked: int, transient: bool
) -> None:
    positions.put(MAILBOX, 1000)
    gmail.trouble = [trouble] * 9
    with pytest.raises(GmailError) as raised:
        await fetching(gmail, positions, Queue()).round(MAILBOX)
    assert len(gmail.asked) == asked
    assert raised.value.transient is transient
    assert positions.get(MAILBOX) == 1000


async def test_nobody_listens(positions: FilePositions) -> None:
    gmail = Mailbox({})
    gmail.base_url = "http://127.0.0.1:9"
    with pytest.raises(GmailError) as raised:
        await fetching(gmail, positions, Queue()).round(MAILBOX)
    assert raised.value.transient


async def test_a_command_is_asked_for_another_token_when_one_is_refused(gmail: Mailbox, tmp_path: Path) -> None:
    script = tmp_path / "token"
    script.write_text(
        f"#!/bin/sh\nif [ -e {tmp_path}/used ]; then echo {TOKEN}; else touch {tmp_path}/used; echo old; fi\n"
    )
    script.chmod(0o700)
    settings = Gmail(base_url=gmail.base_url, token_command=str(script))
    rest = RestGmail(settings, token_of(settings))
    assert await rest.newest(MAILBOX) == await rest.newest(MAILBOX) == 1050
    assert len(gmail.asked) == 3


@pytest.mark.parametrize("command", ["false", "true", "/nowhere/token"])
async def test_a_command_that_prints_no_token(command: str) -> None:
    with pytest.raises(GmailError, match="TOKEN_COMMAND"):
        await token_of(Gmail(token_command=command))(False)


def test_no_token_at_all() -> None:
    with pytest.raises(ConfigurationError, match="TOKEN_COMMAND"):
        token_of(Gmail())


async def test_a_mail_too_large_for_the_queue_comes_without_its_largest_parts(positions: FilePositions) -> None:
    huge = {"mimeType": "text/html", "body": {"size": LARGEST, "data": "x" * LARGEST}}
    small = {"mimeType": "text/plain", "body": {"size": 5, "data": "SGVsbG8"}}
    message = {"id": "m1", "payload": {"mimeType": "multipart/alternative", "parts": [small, huge]}}
    left = smaller(message, 1000)["payload"]["parts"]
    assert left[0]["body"] == {"size": 5, "data": "SGVsbG8"}
    assert left[1]["body"] == {"size": LARGEST}


def test_positions_outlive_the_process_and_bad_files(tmp_path: Path) -> None:
    positions = FilePositions(tmp_path / "gmail")
    assert positions.get(MAILBOX) is None
    positions.put(MAILBOX, 7)
    positions.put("else@acme.example", 8)
    assert FilePositions(tmp_path / "gmail").get(MAILBOX) == 7
    for path in (tmp_path / "gmail").iterdir():
        path.write_text("{")
    assert positions.get(MAILBOX) is None
