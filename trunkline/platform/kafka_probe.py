"""Asks a Kafka broker who serves clients, in a few bytes and without a client library's background threads."""

import socket
import struct

from trunkline.platform.errors import PlatformError

METADATA = 3  # Kafka protocol guide: ApiKeys, Metadata
VERSION = 4


def live_brokers(port: int, timeout: float = 2.0) -> int:
    """How many brokers the one on 127.0.0.1:`port` knows to serve clients: 0 while it waits to be admitted.

    Raises OSError when nothing answers within `timeout` seconds, PlatformError when what answers is not Kafka.
    """
    client = b"trunkline"
    header = struct.pack(">hhih", METADATA, VERSION, 1, len(client)) + client
    request = header + struct.pack(">i?", 0, False)  # no topics, and create none
    with socket.create_connection(("127.0.0.1", port), timeout) as connection:
        connection.settimeout(timeout)
        connection.sendall(struct.pack(">i", len(request)) + request)
        (size,) = struct.unpack(">i", _exactly(connection, 4))
        if not 12 <= size < 1_000_000:
            raise PlatformError(f"what listens on 127.0.0.1:{port} does not speak Kafka's protocol")
        answer = _exactly(connection, size)
    _, _, brokers = struct.unpack_from(">iii", answer)  # correlation id, throttle time, number of brokers
    return int(brokers)


def _exactly(connection: socket.socket, size: int) -> bytes:
    received = b""
    while len(received) < size:
        chunk = connection.recv(size - len(received))
        if not chunk:
            raise ConnectionError("the connection was closed in the middle of an answer")
        received += chunk
    return received
