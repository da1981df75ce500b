"""The app of the room with the counting domain: `faust -A tests.servers.streams.counting_app worker`."""

from runtime.settings import settings
from streams.worker import build
from tests.counting import KINDS

app = build(settings(), KINDS)
