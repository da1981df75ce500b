"""What `trunkline channels new` writes: a package of one provider file, its test, and the entry point by which it is found.

Comes in: a name. Goes out: files. Their templates stand beside this file; docs/adding-a-channel.md walks through them.
"""

from importlib.resources import files
from string import Template

TEMPLATES = {
    "pyproject.toml": "pyproject.txt",
    "trunkline_{channel}.py": "provider.txt",
    "test_trunkline_{channel}.py": "test.txt",
}


def scaffold(channel: str, provider: str) -> dict[str, str]:
    """File name -> content, for a channel (`pager`) with one provider (`lighthouse`)."""
    names = {"channel": channel, "provider": provider, "Label": channel.replace("_", " "), "Provider": provider.title()}
    return {
        path.format(channel=channel): Template(files(__name__).joinpath(template).read_text()).substitute(names)
        for path, template in TEMPLATES.items()
    }
