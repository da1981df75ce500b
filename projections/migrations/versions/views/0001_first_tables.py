"""The first tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "channel_processors",
        sa.Column("channel_type", sa.Text(), nullable=False),
        sa.Column("queue_url", sa.Text(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("config", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("channel_type", name=op.f("pk_channel_processors")),
    )
    op.create_table(
        "communication_events",
        sa.Column("event_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("provider", sa.Text(), nullable=True),
        sa.Column("account", sa.Text(), nullable=True),
        sa.Column("direction", sa.Text(), nullable=True),
        sa.Column("provider_id", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=True),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("keyword", sa.Text(), nullable=True),
        sa.Column("verification", sa.Text(), nullable=True),
        sa.Column("conversation_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("message_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("contact_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("lead_id", sa.Text(), nullable=True),
        sa.Column("campaign_id", sa.Text(), nullable=True),
        sa.Column("ours", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("person", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("html", sa.Text(), nullable=True),
        sa.Column("attachments", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("fields", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("raw", sa.LargeBinary(), nullable=True),
        sa.Column("raw_claim", sa.Text(), nullable=True),
        sa.Column("provider_time", sa.DateTime(timezone=True), nullable=True),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("aggregate", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=True),
        sa.Column("correlation", sa.Text(), nullable=True),
        sa.Column("traceparent", sa.Text(), nullable=True),
        sa.Column("source_topic", sa.Text(), nullable=True),
        sa.Column("source_partition", sa.Integer(), nullable=True),
        sa.Column("source_offset", sa.BigInteger(), nullable=True),
        sa.Column("log_partition", sa.Integer(), nullable=False),
        sa.Column("log_offset", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_communication_events")),
    )
    op.create_index(op.f("ix_communication_events_address"), "communication_events", ["address"], unique=False)
    op.create_index(op.f("ix_communication_events_contact_id"), "communication_events", ["contact_id"], unique=False)
    op.create_index(
        op.f("ix_communication_events_conversation_id_occurred_at"),
        "communication_events",
        ["conversation_id", "occurred_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_communication_events_occurred_at_event_id"),
        "communication_events",
        ["occurred_at", "event_id"],
        unique=False,
    )
    op.create_index(op.f("ix_communication_events_provider_id"), "communication_events", ["provider_id"], unique=False)
    op.create_table(
        "consent",
        sa.Column("event_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("contact_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("conversation_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("correlation", sa.Text(), nullable=True),
        sa.Column("log_partition", sa.Integer(), nullable=False),
        sa.Column("log_offset", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_consent")),
    )
    op.create_index(
        op.f("ix_consent_contact_id_scope_log_offset"), "consent", ["contact_id", "scope", "log_offset"], unique=False
    )
    op.create_index(op.f("ix_consent_occurred_at"), "consent", ["occurred_at"], unique=False)
    op.create_table(
        "consent_states",
        sa.Column("contact_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("log_offset", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("contact_id", "scope", name=op.f("pk_consent_states")),
    )
    op.create_table(
        "dead_letters",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("parked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("layers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("provider_ids", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("attributes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("correlation", sa.Text(), nullable=True),
        sa.Column("traceparent", sa.Text(), nullable=True),
        sa.Column("origin", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=True),
        sa.Column("raw_claim", sa.Text(), nullable=True),
        sa.Column("raw_encoding", sa.Text(), nullable=False),
        sa.Column("log_partition", sa.Integer(), nullable=False),
        sa.Column("log_offset", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dead_letters")),
    )
    op.create_index(op.f("ix_dead_letters_parked_at_id"), "dead_letters", ["parked_at", "id"], unique=False)
    op.create_index(
        op.f("ix_dead_letters_provider_ids"), "dead_letters", ["provider_ids"], unique=False, postgresql_using="gin"
    )
    op.create_table(
        "inbox_conversations",
        sa.Column("conversation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("contact_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("ours", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), server_default="open", nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_message_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_message_preview", sa.Text(), nullable=True),
        sa.Column("last_message_direction", sa.Text(), nullable=True),
        sa.Column("last_message_offset", sa.BigInteger(), server_default="-1", nullable=False),
        sa.Column("inbound_count", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("outbound_count", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("unread_count", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_inbox_conversations")),
    )
    op.create_index(op.f("ix_inbox_conversations_address"), "inbox_conversations", ["address"], unique=False)
    op.create_index(op.f("ix_inbox_conversations_contact_id"), "inbox_conversations", ["contact_id"], unique=False)
    op.create_index(
        op.f("ix_inbox_conversations_last_message_at_conversation_id"),
        "inbox_conversations",
        ["last_message_at", "conversation_id"],
        unique=False,
    )
    op.create_table(
        "sqs_messages",
        sa.Column("queue_url", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("body_claim", sa.Text(), nullable=True),
        sa.Column("receipt_handle", sa.Text(), nullable=True),
        sa.Column("event_ids", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("provider_ids", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("layers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("attributes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("bridge", sa.Text(), nullable=False),
        sa.Column("correlation", sa.Text(), nullable=True),
        sa.Column("traceparent", sa.Text(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rank", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("queue_url", "message_id", name=op.f("pk_sqs_messages")),
    )
    op.create_index(op.f("ix_sqs_messages_message_id"), "sqs_messages", ["message_id"], unique=False)
    op.create_index(
        op.f("ix_sqs_messages_provider_ids"), "sqs_messages", ["provider_ids"], unique=False, postgresql_using="gin"
    )
    op.create_index(op.f("ix_sqs_messages_status_updated_at"), "sqs_messages", ["status", "updated_at"], unique=False)
    op.create_index(
        op.f("ix_sqs_messages_updated_at_message_id"), "sqs_messages", ["updated_at", "message_id"], unique=False
    )
    op.create_table(
        "tenants",
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("policy", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant", name=op.f("pk_tenants")),
    )
    op.create_table(
        "inbox_messages",
        sa.Column("message_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("conversation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("event_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("provider_id", sa.Text(), nullable=False),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("content_kind", sa.Text(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("html", sa.Text(), nullable=True),
        sa.Column("attachments", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("keyword", sa.Text(), nullable=True),
        sa.Column("campaign_id", sa.Text(), nullable=True),
        sa.Column("lead_id", sa.Text(), nullable=True),
        sa.Column("progress", sa.Text(collation="C"), nullable=True),
        sa.Column("failure", sa.Text(collation="C"), nullable=True),
        sa.Column(
            "status",
            sa.Text(),
            sa.Computed(
                "CASE\n WHEN failure IS NULL THEN split_part(progress, ' ', 2)\n WHEN progress IS NULL THEN split_part(failure, ' ', 3)\n WHEN split_part(progress, ' ', 1)::int >= 4\n  AND NOT (split_part(progress, ' ', 3) <> '' AND split_part(failure, ' ', 1) > split_part(progress, ' ', 3))\n  THEN split_part(progress, ' ', 2)\n ELSE split_part(failure, ' ', 3) END",
                persisted=True,
            ),
            nullable=True,
        ),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("report_offset", sa.BigInteger(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("clicked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("complained_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("provider_time", sa.DateTime(timezone=True), nullable=True),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("log_partition", sa.Integer(), nullable=True),
        sa.Column("log_offset", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["inbox_conversations.conversation_id"], name=op.f("fk_inbox_messages_conversation_id")
        ),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_inbox_messages")),
    )
    op.create_index(
        op.f("ix_inbox_messages_conversation_id_occurred_at_message_id"),
        "inbox_messages",
        ["conversation_id", "occurred_at", "message_id"],
        unique=False,
    )
    op.create_index(op.f("ix_inbox_messages_provider_id"), "inbox_messages", ["provider_id"], unique=False)
    op.create_table(
        "sqs_attempts",
        sa.Column("queue_url", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("attempt", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("bridge", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["queue_url", "message_id"],
            ["sqs_messages.queue_url", "sqs_messages.message_id"],
            name="fk_sqs_attempts_message",
        ),
        sa.PrimaryKeyConstraint("queue_url", "message_id", "attempt", "bridge", name=op.f("pk_sqs_attempts")),
    )
    op.create_index(op.f("ix_sqs_attempts_at"), "sqs_attempts", ["at"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_sqs_attempts_at"), table_name="sqs_attempts")
    op.drop_table("sqs_attempts")
    op.drop_index(op.f("ix_inbox_messages_provider_id"), table_name="inbox_messages")
    op.drop_index(op.f("ix_inbox_messages_conversation_id_occurred_at_message_id"), table_name="inbox_messages")
    op.drop_table("inbox_messages")
    op.drop_table("tenants")
    op.drop_index(op.f("ix_sqs_messages_updated_at_message_id"), table_name="sqs_messages")
    op.drop_index(op.f("ix_sqs_messages_status_updated_at"), table_name="sqs_messages")
    op.drop_index(op.f("ix_sqs_messages_provider_ids"), table_name="sqs_messages", postgresql_using="gin")
    op.drop_index(op.f("ix_sqs_messages_message_id"), table_name="sqs_messages")
    op.drop_table("sqs_messages")
    op.drop_index(op.f("ix_inbox_conversations_last_message_at_conversation_id"), table_name="inbox_conversations")
    op.drop_index(op.f("ix_inbox_conversations_contact_id"), table_name="inbox_conversations")
    op.drop_index(op.f("ix_inbox_conversations_address"), table_name="inbox_conversations")
    op.drop_table("inbox_conversations")
    op.drop_index(op.f("ix_dead_letters_provider_ids"), table_name="dead_letters", postgresql_using="gin")
    op.drop_index(op.f("ix_dead_letters_parked_at_id"), table_name="dead_letters")
    op.drop_table("dead_letters")
    op.drop_table("consent_states")
    op.drop_index(op.f("ix_consent_occurred_at"), table_name="consent")
    op.drop_index(op.f("ix_consent_contact_id_scope_log_offset"), table_name="consent")
    op.drop_table("consent")
    op.drop_index(op.f("ix_communication_events_provider_id"), table_name="communication_events")
    op.drop_index(op.f("ix_communication_events_occurred_at_event_id"), table_name="communication_events")
    op.drop_index(op.f("ix_communication_events_conversation_id_occurred_at"), table_name="communication_events")
    op.drop_index(op.f("ix_communication_events_contact_id"), table_name="communication_events")
    op.drop_index(op.f("ix_communication_events_address"), table_name="communication_events")
    op.drop_table("communication_events")
    op.drop_table("channel_processors")
