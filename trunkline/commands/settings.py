"""The settings that hold now."""


def command(*, json: bool = False) -> None:
    """Show every setting in effect and where its value came from; secrets are masked.

    Parameters
    ----------
    json
        Print JSON instead of a table.
    """
    from trunkline.effective import effective
    from trunkline.output import show

    rows = [setting._asdict() for setting in effective()]
    show(rows, ("name", "value", "source", "description"), as_json=json, empty="")
