"""`python -m trunkline.reference write | check | accept`. Exit codes: 0 fine, 2 usage, 3 problems found."""

import sys
from collections.abc import Sequence

from runtime.errors import ProblemsFound, TrunklineError, UsageError
from trunkline.reference import json_schemas
from trunkline.reference.artefact import drift, write
from trunkline.reference.pages import pages


def main(arguments: Sequence[str]) -> None:
    """Does what the one argument says. Raises UsageError for anything else, ProblemsFound for drift or a broken promise."""
    artefacts = (*json_schemas.artefacts(), *pages())
    match list(arguments):
        case ["write"]:
            told = [f"wrote {path}" for path in write(artefacts)] or ["everything was up to date"]
        case ["check"]:
            if problems := [*drift(artefacts), *json_schemas.broken_promises()]:
                raise ProblemsFound("\n".join(problems))
            told = [f"{len(artefacts)} generated files agree with the code"]
        case ["accept"]:
            told = [f"promised {path}" for path in json_schemas.accept()] or ["these schemas were promised already"]
        case _:
            raise UsageError("usage: python -m trunkline.reference write | check | accept")
    print("\n".join(told))


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except TrunklineError as error:
        print(error, file=sys.stderr)
        sys.exit(error.exit_code)
