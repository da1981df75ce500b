"""What happened in our words, and what only some messages have."""

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


def downgrade() -> None:
    for name in ("reply_to", "in_reply_to", "details", "meaning"):
        op.drop_column("communication_events", name)
