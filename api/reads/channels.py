"""The configured channels (F-019, F-043)."""

from api.reads.query import Query, equal
from projections.views.channel_processors import ChannelProcessor as Channel


def channels(*, is_active: bool | None = None, deleted: bool = False) -> Query:
    """Filters: whether it is active; `deleted` shows those whose configuration was taken away instead."""
    gone = Channel.deleted_at.is_not(None) if deleted else Channel.deleted_at.is_(None)
    return Query(
        Channel,
        [*equal((Channel.is_active, is_active)), gone],
        order=(Channel.changed_at.expression, Channel.channel_type.expression),
    )
