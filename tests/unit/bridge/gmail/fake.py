"""A server that answers as Gmail's API does, on loopback, and tells what it was asked."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN = "ya29.good"
Answer = tuple[int, Any, dict[str, str]]


class Mailbox:
    """messages: id -> labels, in the order in which they came in, each with a history id ten apart from 1,000 on. oldest: the first
    history id that is remembered. page: entries of one page. trouble: answers given instead, one after the other."""

    def __init__(self, messages: dict[str, list[str]], *, oldest: int = 1000, page: int = 2, text: bool = True) -> None:
        self.messages, self.oldest, self.page, self.text = messages, oldest, page, text
        self.trouble: list[Answer] = []
        self.asked: list[str] = []
        self.deleted: set[str] = set()
        self.base_url = ""

    @property
    def newest(self) -> int:
        return 1000 + 10 * len(self.messages)

    def _number(self, value: int) -> str | int:
        return str(value) if self.text else value

    def answer(self, path: str, token: str) -> Answer:
        """Status, body, headers."""
        self.asked.append(path)
        if self.trouble:
            return self.trouble.pop(0)
        if token != f"Bearer {TOKEN}":
            return failure(401, "Invalid Credentials")
        url = urlsplit(path)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        what = url.path.removeprefix("/gmail/v1/users/team@acme.example/")
        if what == "history":
            return self._history(int(query["startHistoryId"]), int(query.get("pageToken", "0")))
        if what == "messages":
            return self._messages(int(query.get("pageToken", "0")))
        if what == "profile":
            return 200, {"emailAddress": "team@acme.example", "historyId": self._number(self.newest)}, {}
        id_ = what.removeprefix("messages/")
        if id_ not in self.messages or id_ in self.deleted:
            return failure(404, "Requested entity was not found.")
        headers = [{"name": "From", "value": "ann@example.org"}]
        payload = {"mimeType": "text/plain", "headers": headers, "body": {"size": 5, "data": "SGVsbG8"}}
        return 200, {"id": id_, "threadId": id_, "labelIds": self.messages[id_], "payload": payload}, {}

    def _history(self, start: int, at: int) -> Answer:
        if start < self.oldest:
            return failure(404, "Requested entity was not found.")
        found = [
            {
                "id": self._number(1010 + 10 * n),
                "messages": [{"id": id_}],
                "messagesAdded": [{"message": {"id": id_, "threadId": id_, "labelIds": labels}}],
            }
            for n, (id_, labels) in enumerate(self.messages.items())
            if 1010 + 10 * n > start
        ]
        body = {"historyId": self._number(self.newest)} | self._page("history", found, at)
        return 200, body, {}

    def _messages(self, at: int) -> Answer:
        return 200, self._page("messages", [{"id": id_} for id_ in reversed(self.messages)], at), {}

    def _page(self, name: str, entries: list[Any], at: int) -> dict[str, Any]:
        more = at + self.page
        page: dict[str, Any] = {name: entries[at:more]} if entries[at:more] else {}
        return page | ({"nextPageToken": str(more)} if more < len(entries) else {})


def failure(status: int, text: str, reason: str = "", **headers: str) -> Answer:
    """As Google says that something went wrong."""
    error = {"code": status, "message": text, "errors": [{"reason": reason}]}
    return status, {"error": error}, {name.replace("_", "-"): value for name, value in headers.items()}


@contextmanager
def served(mailbox: Mailbox) -> Iterator[Mailbox]:
    """With its address in base_url."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body, headers = mailbox.answer(self.path, self.headers.get("Authorization", ""))
            data = json.dumps(body).encode()
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    mailbox.base_url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield mailbox
    finally:
        server.shutdown()
        server.server_close()
