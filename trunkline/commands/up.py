"""Everything up, in the background."""

from typing import Literal


def command(*, ports: Literal["fixed", "auto"] = "fixed", dry_run: bool = False, json: bool = False) -> None:
    """Start servers, create topics, queues and tables, and run bridge, streams, projections, API and webhooks under a supervisor.

    What is up already is left alone, so it can be run at any time. KAFKA_BROKERS, DATABASE_URL, AWS_ENDPOINT_URL or AWS credentials
    name servers of your own, which are used instead of local ones.

    Parameters
    ----------
    ports
        "fixed": 9092, 9324, 5432 and 8010 to 8014; "auto": free ones, the same again next time.
    dry_run
        Only say what would be started and where; exit code 3 when anything would be.
    json
        Print what runs as JSON at the end, and nothing else on stdout.
    """
    import os
    import sys

    from runtime.errors import ProblemsFound
    from trunkline import environment, installation, lifecycle
    from trunkline.output import print_json

    here = installation.here(ports)
    if dry_run:
        if plan := lifecycle.plan(here):
            raise ProblemsFound("\n".join(plan))
        print("everything is up")
        return
    lifecycle.up(here, lambda sentence: print(sentence, file=sys.stderr))
    if json:
        print_json({"folder": str(here.folder), "processes": lifecycle.status(here)})
        return
    print(f"up; data, logs and settings are in {here.folder}")
    print(f"API and its documentation: http://127.0.0.1:{os.environ['TRUNKLINE_API__PORT']}/docs")
    print(f"webhooks: http://127.0.0.1:{os.environ['TRUNKLINE_WEBHOOKS__PORT']}/webhooks/<channel>/<provider>")
    print(f"`trunkline status` shows how it goes; `. {environment.left_behind()}` points a shell at the servers")
