"""GROUND. The contracts every room speaks: values, inbound events, commands, decisions, receipts, dead letters, topics.

Comes in: nothing. Goes out: msgspec types with their JSON form, the table of topics, ids and keys, the envelope.
Imports only msgspec and the standard library; no clock, no randomness, no I/O, no environment (law 5).
msgspec instead of pydantic on the hot path: docs/adr/0003.
"""
