"""Which mail thread a message belongs to, and who takes part in a conversation."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("inbox_messages", sa.Column("mail_thread_id", sa.Uuid(as_uuid=False), nullable=True))
    op.create_index(op.f("ix_inbox_messages_mail_thread_id"), "inbox_messages", ["mail_thread_id"])
    op.create_table(
        "inbox_participants",
        sa.Column("conversation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["inbox_conversations.conversation_id"],
            name=op.f("fk_inbox_participants_conversation_id"),
        ),
        sa.PrimaryKeyConstraint("conversation_id", "address", "role", name=op.f("pk_inbox_participants")),
    )
    op.create_index(op.f("ix_inbox_participants_address"), "inbox_participants", ["address"])


def downgrade() -> None:
    op.drop_table("inbox_participants")
    op.drop_index(op.f("ix_inbox_messages_mail_thread_id"), "inbox_messages")
    op.drop_column("inbox_messages", "mail_thread_id")
