"""FURNITURE. Settings, factories for Kafka and PostgreSQL connections, metrics, tracing, logging, health. No business words.

Comes in: environment and settings. Goes out: ready-made connections, registries and servers for the shells.
"""
