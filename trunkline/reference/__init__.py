"""What is generated from the code: reference pages in docs/reference/, JSON Schemas in schemas/exported/.

Comes in: settings, topics, metrics, events, the command line. Goes out: files, the same on every machine, and what is wrong with them.
`python -m trunkline.reference write` writes them, `check` compares (the gate runs it), `accept` makes the schemas a promise.
"""
