"""What happened in our words, what only some messages have, and what became of messages that were edited or deleted."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("communication_events", sa.Column("meaning", sa.Text(), nullable=True))
    op.add_column("communication_events", sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    op.add_column("communication_events", sa.Column("in_reply_to", sa.Text(), nullable=True))
    op.add_column("communication_events", sa.Column("reply_to", sa.Uuid(as_uuid=False), nullable=True))
    op.add_column("inbox_messages", sa.Column("edited_text", sa.Text(), nullable=True))
    op.add_column("inbox_messages", sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("inbox_messages", sa.Column("edit_offset", sa.BigInteger(), nullable=True))
    op.add_column("inbox_messages", sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    for name in ("deleted_at", "edit_offset", "edited_at", "edited_text"):
        op.drop_column("inbox_messages", name)
    for name in ("reply_to", "in_reply_to", "details", "meaning"):
        op.drop_column("communication_events", name)
