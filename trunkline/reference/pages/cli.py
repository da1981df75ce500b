"""docs/reference/cli.md from the command line itself."""

import sys

from trunkline.main import app


def render() -> str:
    # cyclopts writes the way it was called into some usage lines: all of them are to say `trunkline`.
    called, sys.argv[0] = sys.argv[0], "trunkline"
    try:
        text: str = app().generate_docs(output_format="markdown", recursive=True)
    finally:
        sys.argv[0] = called
    return text.replace("# trunkline\n", "# Command line\n", 1)
