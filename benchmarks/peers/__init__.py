"""The peers: what a good engineer would write with the usual libraries, tuned as their documentation says, and other frameworks.

Each is a program of its own that says `ready`, reads its input for ever, and ends on SIGTERM.
"""
