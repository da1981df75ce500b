"""docs/reference/topics.md from schemas.topics."""

from schemas.topics import DAY, TOPICS, Topic
from trunkline.reference.markdown import code, table


def render() -> str:
    rows = [
        (
            code(topic.name),
            topic.holds,
            f"[{topic.record}](events.md#{_anchor(topic)})",
            topic.key,
            _partitions(topic),
            topic.cleanup,
            _retention(topic),
            "broker" if topic.stamped else "producer",
            ", ".join(topic.producers),
            ", ".join(topic.consumers),
        )
        for topic in TOPICS
    ]
    head = (
        "topic",
        "holds",
        "record",
        "key",
        "partitions",
        "cleanup",
        "retention",
        "time set by",
        "written by",
        "read by",
    )
    return (
        "# Topics\n\n"
        "`trunkline topics` creates these and says where a broker differs from them. `TRUNKLINE_KAFKA__TOPIC_PREFIX` comes before every "
        "name. Co-partitioned topics have `TRUNKLINE_KAFKA__PARTITIONS` partitions, which never changes in place.\n\n"
        + table(head, rows)
        + "\nHow to read them without our code, and what is promised: [Topics for readers](../topics.md).\n"
    )


def _partitions(topic: Topic) -> str:
    return "co-partitioned" if topic.copartitioned else str(topic.partitions)


def _retention(topic: Topic) -> str:
    if topic.cleanup == "compact":
        return "latest per key"
    return "for ever" if topic.retention < 0 else f"{topic.retention // DAY} days"


def _anchor(topic: Topic) -> str:
    """The heading of the topic's section in the catalogue of events."""
    return topic.name.replace(".", "")
