"""CPU time of processes, as the kernel counts it."""

import psutil


def seconds(pid: int) -> float:
    """User and system time of a process with all threads and descendants, ended ones included once their parent has waited for
    them. 0 for a process that is not there."""
    try:
        root = psutil.Process(pid)
        return sum(_own(process) for process in [root, *root.children(recursive=True)])
    except psutil.NoSuchProcess:
        return 0.0


def listening_on(port: int) -> int | None:
    """The process on this machine that listens on a TCP port; None when there is none or it may not be seen."""
    try:
        connections = psutil.net_connections("tcp")
    except psutil.AccessDenied:
        return None
    for connection in connections:
        if connection.status == psutil.CONN_LISTEN and connection.laddr and connection.laddr[1] == port:
            return connection.pid
    return None


def _own(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except (psutil.NoSuchProcess, psutil.ZombieProcess):
        return 0.0
    return float(times.user + times.system + times.children_user + times.children_system)
