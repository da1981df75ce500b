"""Run by alembic for each command, on the connection and with the history that the command was given."""

from alembic import context

attributes = context.config.attributes
context.configure(
    connection=attributes["connection"],
    target_metadata=attributes["history"].metadata,
    version_table=attributes["history"].version_table,
    compare_type=True,
    compare_server_default=True,
)
with context.begin_transaction():
    context.run_migrations()
