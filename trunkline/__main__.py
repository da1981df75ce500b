"""`python -m trunkline` is the command `trunkline`."""

from trunkline.main import run

run()
