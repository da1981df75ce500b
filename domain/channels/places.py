"""Places as messengers send them."""

from typing import Any

from schemas.values import Location


def place(latitude: Any, longitude: Any, name: str | None = None, address: str | None = None) -> Location | None:
    """A place on Earth; None for what is none."""
    if _within(latitude, 90) and _within(longitude, 180):
        return Location(float(latitude), float(longitude), name, address)
    return None


def _within(degrees: Any, most: int) -> bool:
    return (type(degrees) is float or type(degrees) is int) and -most <= degrees <= most
