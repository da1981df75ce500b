"""Carries out many command lines of `trunkline` in one process: a start of each costs a second, nearly all of it imports.

stdin: a JSON list of argument lists. stdout: a JSON list of [exit code, stdout, stderr].
"""

import contextlib
import io
import json
import sys

from trunkline.main import main

told = []
for argv in json.load(sys.stdin):
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(argv)
    told.append([code, out.getvalue(), err.getvalue()])
json.dump(told, sys.stdout)
