"""Providers that are described, not programmed: a small YAML says what a provider's webhook sends and what it means.

Comes in: the text of a description (docs/declared-providers.md). Goes out: a `Provider` like those that are files of Python, or a list
of everything that is wrong with the text. Read in this order: description.py (the keys), document.py (YAML), problems.py (what may be
wrong), paths.py (where a value stands), kinds.py (how an item is read), compiled.py (the provider), examples.py and trial.py.

No loops, no expressions, no templates: whatever needs those is a file of Python.
"""

from domain.declared.compiled import described
from domain.declared.description import Description
from domain.declared.trial import problems

__all__ = ["Description", "described", "problems"]
