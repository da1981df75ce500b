"""Loaded by every Python process that has this folder on PYTHONPATH: puts the bug that TRUNKLINE_SEEDED_BUG names into the product.

Bugs live here alone: the product has no switch for any of them.
"""

import os

if bug := os.environ.get("TRUNKLINE_SEEDED_BUG"):
    from tests.crash.seeded.bugs import BUGS

    BUGS[bug]()
