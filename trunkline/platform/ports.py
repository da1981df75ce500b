"""Ports of this machine: which are free, and who holds one."""

import random
import socket
import time

import psutil

from trunkline.platform.errors import PlatformError, PortTaken

HOST = "127.0.0.1"
# Below the kernel's range for outgoing connections (from 32768 on Linux, 49152 elsewhere): while a server is down, no
# client socket can be given its port by chance, so a restart finds it free.
AUTOMATIC = range(20_000, 30_000)


def is_free(port: int) -> bool:
    """Whether a server could listen on `port` of 127.0.0.1 now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def becomes_free(port: int, seconds: float = 3.0) -> bool:
    """Whether `port` is free within `seconds`: a killed process with many threads holds its sockets for some moments."""
    deadline = time.monotonic() + seconds
    while not is_free(port):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def free_port() -> int:
    """A port that is free now. Raises PlatformError when none is found."""
    for port in random.sample(AUTOMATIC, 200):
        if is_free(port):
            return port
    raise PlatformError(f"no free port between {AUTOMATIC.start} and {AUTOMATIC.stop} on {HOST}; stop some servers")


def holder(port: int) -> psutil.Process | None:
    """The process that listens on `port`, None when it belongs to another user or has gone."""
    try:
        connections = psutil.net_connections(kind="tcp")
    except psutil.AccessDenied:
        return None
    for connection in connections:
        if connection.status == psutil.CONN_LISTEN and connection.laddr[1:] == (port,) and connection.pid:
            try:
                return psutil.Process(connection.pid)
            except psutil.NoSuchProcess:
                return None
    return None


def describe(process: psutil.Process | None) -> str:
    """Pid, name and command line of a process in words."""
    if process is None:
        return "a process that this user may not see"
    try:
        command = " ".join(process.cmdline())
        name = process.name()
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return f"process {process.pid}"
    shown = command if len(command) <= 200 else command[:197] + "..."
    return f"process {process.pid} ({name}): {shown}"


def require_free(port: int, server: str) -> None:
    """Raises PortTaken, naming the process that holds `port`, when `server` could not listen on it."""
    if not becomes_free(port):
        raise PortTaken(
            f"{server} cannot listen on {HOST}:{port}: it is taken by {describe(holder(port))}. "
            "Stop that process, or start with automatic ports."
        )
