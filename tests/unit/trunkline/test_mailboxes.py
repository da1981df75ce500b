"""`trunkline gmail fetch`: one round from a server that answers as Gmail does onto a queue."""

import json
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path

import pytest

from bridge.sqs.port import Failure, Outgoing
from runtime.errors import ConfigurationError, ProblemsFound, Unavailable, UsageError
from runtime.settings import settings
from tests.unit.bridge.gmail.fake import TOKEN, Mailbox, failure, served
from trunkline.commands.gmail import fetch

MAILBOX = "team@acme.example"
QUEUE = "https://sqs.us-east-1.amazonaws.com/123456789012/gmail"


class Queue:
    """Takes everything, until it refuses."""

    def __init__(self) -> None:
        self.sent: list[Outgoing] = []
        self.refuses = False

    async def send_batch(self, messages: Sequence[Outgoing]) -> Sequence[Failure]:
        if self.refuses:
            return [Failure(0, "InternalError", "busy")]
        self.sent += messages
        return []

    async def close(self) -> None:
        """Nothing to give back."""


@pytest.fixture
def queue(monkeypatch: pytest.MonkeyPatch) -> Queue:
    queue = Queue()
    monkeypatch.setattr("trunkline.mailboxes.open_queue", lambda *_: queue)
    return queue


@pytest.fixture(autouse=True)
def gmail(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Mailbox]:
    with served(Mailbox({"m1": ["INBOX"], "m2": ["TRASH"], "m3": ["SENT"]})) as mailbox:
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("TRUNKLINE_GMAIL__BASE_URL", mailbox.base_url)
        monkeypatch.setenv("TRUNKLINE_GMAIL__TOKEN", TOKEN)
        monkeypatch.setenv("TRUNKLINE_GMAIL__ATTEMPTS", "1")
        settings.cache_clear()
        yield mailbox
        settings.cache_clear()


def test_a_first_round_and_one_more(
    queue: Queue, gmail: Mailbox, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    fetch(mailbox="Team <Team@acme.example>", queue_url=QUEUE)
    assert capsys.readouterr().out == (
        f"{MAILBOX}: queued 2 mails of the last days, now at 1030; left out 1 drafts, spam and trash, 0 deleted\n"
    )
    gmail.messages["m4"] = ["INBOX"]
    fetch(mailbox=MAILBOX, queue_url=QUEUE, notified="1040", json=True)
    told = json.loads(capsys.readouterr().out)
    assert (told["start"], told["newest"], told["queued"]) == (1030, 1040, 1)
    assert [json.loads(each.body)["gmail"]["message"]["id"] for each in queue.sent] == ["m1", "m3", "m4"]
    assert all(each.group is None for each in queue.sent)
    assert list((tmp_path / ".trunkline" / "gmail").glob("*.json"))


def test_on_a_fifo_queue_a_mailbox_keeps_its_order(queue: Queue) -> None:
    fetch(mailbox=MAILBOX, since="1010", queue_url=f"{QUEUE}.fifo")
    (sent,) = queue.sent
    assert sent.group == sha256(MAILBOX.encode()).hexdigest()[:16]
    assert sent.deduplication == sha256(sent.body.encode()).hexdigest()


def test_a_look_changes_nothing(queue: Queue, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    with pytest.raises(ProblemsFound, match="2 mails would be queued"):
        fetch(mailbox=MAILBOX, dry_run=True)
    assert "would queue 2 mails" in capsys.readouterr().out
    fetch(mailbox=MAILBOX, since="1030", dry_run=True)
    assert not queue.sent
    assert not (tmp_path / ".trunkline").exists()


def test_what_the_queue_refuses_is_fetched_again(queue: Queue) -> None:
    queue.refuses = True
    with pytest.raises(Unavailable, match="InternalError"):
        fetch(mailbox=MAILBOX, since="1000", queue_url=QUEUE)
    queue.refuses = False
    fetch(mailbox=MAILBOX, queue_url=QUEUE)
    assert len(queue.sent) == 2


def test_what_cannot_be_meant(queue: Queue, gmail: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match="--mailbox"):
        fetch(mailbox="nobody")
    with pytest.raises(UsageError, match="--since"):
        fetch(mailbox=MAILBOX, since="-1")
    gmail.trouble = [failure(503, "Backend Error")]
    with pytest.raises(Unavailable, match="503 Backend Error"):
        fetch(mailbox=MAILBOX, queue_url=QUEUE)
    monkeypatch.delenv("TRUNKLINE_GMAIL__TOKEN")
    settings.cache_clear()
    with pytest.raises(ConfigurationError, match="no token for Gmail"):
        fetch(mailbox=MAILBOX, queue_url=QUEUE)
