"""What holds for every test."""

import os
import shutil
import signal
import tempfile

import pytest

SERVERS = "SERVERS_OF_THIS_TEST_RUN"
"""Names the folder of the servers that the parallel workers of one run share; they inherit it."""

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell starts background jobs so, and every process that a test starts would inherit it.
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_configure(config: pytest.Config) -> None:
    if SERVERS not in os.environ:
        folder = os.environ[SERVERS] = tempfile.mkdtemp(prefix="trunkline-servers-")
        config.add_cleanup(lambda: shutil.rmtree(folder))
