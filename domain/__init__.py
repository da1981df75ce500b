"""THE CORE. What the system decides and how it reads providers; pure functions only (law 5).

Comes in: bytes of queue messages, inbound events, commands, states. Goes out: normalised events, decisions' events, new states.
No clock, randomness, environment, I/O or async; set and dict order never matter to an outcome.
"""
