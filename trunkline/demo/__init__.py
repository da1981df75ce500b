"""The demonstration: realistic provider traffic through everything, watched live, and accounted for to the last message.

Comes in: a running installation. Goes out: messages on its queues, a live view, and a table from PostgreSQL.
"""
