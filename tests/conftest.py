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


@pytest.hookimpl(tryfirst=True)  # before the groups are read
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keeps the tests of a file, and those that share one installation of tests/e2e, together in one of the parallel workers."""
    for item in items:
        fixtures = getattr(item, "fixturenames", ())
        shared = next((name for name in ("lab", "installation") if name in fixtures), None)
        item.add_marker(pytest.mark.xdist_group(shared or item.nodeid.partition("::")[0]))
