"""How everything that `trunkline up` started is doing."""


def command(*, json: bool = False) -> None:
    """Show servers and processes: state, port, readiness, uptime, restarts and how they ended last.

    Exit code 3 when one of them does not run or is not ready.

    Parameters
    ----------
    json
        Print JSON instead of a table.
    """
    from runtime.errors import ProblemsFound
    from trunkline import environment, installation, lifecycle
    from trunkline.output import show

    here = installation.here()
    rows = lifecycle.status(here)
    columns = ("name", "state", "ready", "pid", "at", "uptime", "restarts", "last_exit", "why")
    show(rows, columns, as_json=json, empty=f"nothing was started in {here.folder} yet")
    if all(row["state"] == "stopped" for row in rows):
        raise ProblemsFound("nothing runs; `trunkline up` starts everything")
    if waiting := [row["name"] for row in rows if not row["ready"]]:
        raise ProblemsFound(
            f"not ready: {', '.join(waiting)}; logs are in {here.processes / 'logs'} (data: {environment.data_folder()})"
        )
