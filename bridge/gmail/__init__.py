"""Fetches what came into a mailbox of Gmail, because its notifications hold no mail, and puts it on the channel's queue.

Comes in: a mailbox, and where its history was known to stand (position.py). Goes out: one queue message per mail, in the form that
domain/channels/gmail reads. port.py says what is needed of Gmail, api.py is Google's, fetching.py is one round.
"""
