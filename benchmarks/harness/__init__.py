"""How everything here is measured: processes from outside, in interleaved rounds, on servers that everybody shares.

A variant is a process that was warmed up, is stopped while its input is laid out, goes on, and is done when its output is complete.
Its CPU is that of all its threads and children as the kernel counts it, divided by the events; nothing in it is asked.
"""
