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


LONGEST = ("test_sweep", "test_seeds_commands", "test_doctor", "test_container", "test_demo")
"""Files that are begun first where several processes take a file each: whoever begins one of them last is waited for. test_up_and_down
is as long, but it stops what the others stand on."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: LONGEST.index(item.path.stem) if item.path.stem in LONGEST else len(LONGEST))
