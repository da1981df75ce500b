"""Recorded payloads of other people's test suites, run from where they lie: `python -m tests.payloads FOLDER [--suite NAME]`.

They are not part of this project; their manifest says what the suites they come from expect. Comes in: a folder with
`manifest.json`. Goes out: a score per suite, and what differs.
"""
