"""The topics: what schemas.topics declares, and what the broker has."""

import asyncio

from cyclopts import App

command = App(name="topics", help="List, create and compare the topics.")


@command.command(name="list")
def list_(*, json: bool = False) -> None:
    """List the topics as they are declared, whether the broker has them or not.

    Parameters
    ----------
    json
        Print JSON instead of a table.
    """
    from runtime.kafka import partitions_of, topic_name
    from runtime.settings import settings
    from schemas.topics import TOPICS
    from trunkline.output import show

    kafka = settings().kafka
    rows = [
        {
            "topic": topic_name(kafka, topic),
            "partitions": partitions_of(kafka, topic),
            "key": topic.key,
            "cleanup": topic.cleanup,
            "retention": "for ever" if topic.retention < 0 else f"{topic.retention // 86_400_000} days",
            "written by": ", ".join(topic.producers),
            "read by": ", ".join(topic.consumers),
            "holds": topic.holds,
        }
        for topic in TOPICS
    ]
    show(rows, tuple(rows[0]), as_json=json, empty="")


@command.command
def create(*, dry_run: bool = False, json: bool = False) -> None:
    """Create the topics that are missing; topics that are there are never changed.

    Parameters
    ----------
    dry_run
        Only say what would be created; exit code 3 when that is anything.
    json
        Print JSON instead of sentences.
    """
    from runtime import topics
    from runtime.errors import ProblemsFound
    from runtime.settings import settings
    from trunkline.output import print_json

    kafka = settings().kafka
    names = asyncio.run(topics.missing(kafka) if dry_run else topics.create(kafka))
    if json:
        print_json({"missing" if dry_run else "created": names})
    elif not dry_run:
        print(f"created {', '.join(names)}" if names else "all topics are there")
    if dry_run and names:
        raise ProblemsFound(f"would create {', '.join(names)}")


@command.command
def diff(*, json: bool = False) -> None:
    """Compare the broker with the declaration; exit code 3 when they differ.

    Parameters
    ----------
    json
        Print JSON instead of sentences.
    """
    from runtime import topics
    from runtime.errors import ProblemsFound
    from runtime.settings import settings
    from trunkline.output import print_json

    found = asyncio.run(topics.problems(settings().kafka))
    if json:
        print_json({"problems": found})
    if found:
        raise ProblemsFound("\n".join(found))
    if not json:
        print("the broker has every topic as declared")
