"""docs/reference/cli.md from the command line itself."""

from trunkline.main import app


def render() -> str:
    text: str = app().generate_docs(output_format="markdown", recursive=True)
    return text.replace("# trunkline\n", "# Command line\n", 1)
