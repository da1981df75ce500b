"""The local platform: real Kafka, ElasticMQ and PostgreSQL from Python packages, and the supervisor of long-running processes.

Comes in: a folder, ports, and the environment that may name servers of the user's own. Goes out: running servers, their addresses as
environment variables, and processes that are kept running. Knows nothing about messages.
"""
