"""Everything down."""


def command(*, dry_run: bool = False) -> None:
    """Stop the processes and servers that `trunkline up` started, in good order. The data stay.

    Parameters
    ----------
    dry_run
        Only say what would be stopped; exit code 3 when anything would be.
    """
    from runtime.errors import ProblemsFound
    from trunkline import environment, installation, lifecycle

    here = installation.Installation(environment.data_folder(), "auto", {})
    running = lifecycle.running(here)
    if not running:
        print(f"nothing of {here.folder} runs")
        return
    if dry_run:
        raise ProblemsFound(f"would stop {', '.join(running)}")
    lifecycle.down(here)
    print(f"stopped {', '.join(running)}; the data stay in {here.folder}")
