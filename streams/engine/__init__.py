"""The hardened engine: decisions as single records, first record per (aggregate, version) wins, state as a fold with its position.

Comes in: records of the source topics, as batches per partition. Goes out: one append of decisions per partition and round, then the
acknowledgement of its sources. Covers what stock Faust loses (docs/adr/0005, 0007); one test per flaw in tests/servers/streams.
"""
