"""SHELL DOWN. Kafka -> PostgreSQL: every table here is a fold of the log and can be thrown away (laws 2, 3 and 10).

Comes in: decisions, receipts, dead letters. Goes out: rows in a schema per tenant, and each view's log position beside them.
One file per view in views/ holds its tables and its writer; worker runs them, rebuild makes them anew beside the live ones.
"""
