"""SHELL UP. HTTP: reads the views of a tenant, serves health and metrics. It never writes a row.

Comes in: requests with a tenant in the path. Goes out: JSON in pages, and for another tenant's id exactly what a random id gets (law 10).
reads/ holds one file per kind of row and is used by the command line too; app wires it.
"""
