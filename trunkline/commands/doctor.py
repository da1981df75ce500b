"""What is wrong, in words."""


def command(*, json: bool = False) -> None:
    """Look at broker, topics, database, tables, tenants, queues, lag, parked aggregates and dead letters, and say what is wrong.

    Each finding is a sentence with its remedy; exit code 3 when one is a problem. Nothing is changed, but a look into a queue counts as
    a receive there.

    Parameters
    ----------
    json
        Print JSON instead of a table.
    """
    import asyncio

    from runtime.errors import ProblemsFound
    from runtime.settings import settings
    from trunkline.doctor.examination import examine
    from trunkline.output import show

    found = asyncio.run(examine(settings()))
    show([finding._asdict() for finding in found], ("about", "state", "sentence", "remedy"), as_json=json, empty="")
    problems = [finding for finding in found if finding.state == "problem"]
    if problems:
        raise ProblemsFound(f"{len(problems)} of {len(found)} findings are problems")
