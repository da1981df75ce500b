"""One file per reference page; each exports `render()`. A page is found by existing: docs/reference/<name>.md, or the PATH that it
names."""

from collections.abc import Callable
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from trunkline.reference.artefact import Artefact

HEAD = "<!-- Generated from the code by `make docs`. Change the code, not this page. -->\n\n"


@cache
def pages() -> tuple[Artefact, ...]:
    """Every page, by name."""
    found = []
    for name in sorted(module.name for module in iter_modules(__path__)):
        module = import_module(f"{__name__}.{name}")
        path = getattr(module, "PATH", f"docs/reference/{name.replace('_', '-')}.md")
        found.append(Artefact(path, _headed(module.render)))
    return tuple(found)


def _headed(render: Callable[[], str]) -> Callable[[], str]:
    return lambda: HEAD + render().rstrip() + "\n"
