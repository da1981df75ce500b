"""Ports: who holds one, which are free."""

import os
import socket
import sys
from collections.abc import Iterator

import pytest

from trunkline.platform.errors import PortTaken
from trunkline.platform.ports import AUTOMATIC, free_port, holder, is_free, require_free


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", free_port()))
        listener.listen()
        yield listener.getsockname()[1]


def test_the_error_names_the_process_that_holds_the_port(taken: int) -> None:
    with pytest.raises(PortTaken) as caught:
        require_free(taken, "kafka")
    text = str(caught.value)
    assert f"kafka cannot listen on 127.0.0.1:{taken}" in text
    assert f"process {os.getpid()} (" in text
    assert sys.orig_argv[-1] in text or "..." in text


def test_the_holder_is_found(taken: int) -> None:
    process = holder(taken)
    assert process is not None
    assert process.pid == os.getpid()


def test_a_port_that_an_ended_connection_still_names_is_free() -> None:
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", free_port()))
        listener.listen()
        port = listener.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)):
            listener.accept()[0].close()  # the side that closes first keeps the port in TIME_WAIT
    assert is_free(port)


def test_automatic_ports_are_below_those_of_outgoing_connections() -> None:
    port = free_port()
    assert port in AUTOMATIC
    assert max(AUTOMATIC) < 32768
    require_free(port, "kafka")
