"""Run the projections: Kafka to PostgreSQL."""

from cyclopts import App

command = App(name="projections", help="Project views from Kafka into PostgreSQL until told to stop.")


@command.default
def projections(*, views: str | None = None) -> int:
    """Project views from Kafka into PostgreSQL until told to stop (SIGTERM, Ctrl-C).

    Parameters
    ----------
    views
        Names of views separated by commas, or `all`; the setting TRUNKLINE_PROJECTIONS__VIEWS when not given.
    """
    from projections import main
    from projections.worker import wanted
    from runtime.settings import settings
    from trunkline.rooms import give_way

    give_way("projections")
    found = settings()
    return main(found, wanted(views or found.projections.views))
