"""One installation on this machine: its folder, its ports, its secret key, and the environment all its processes share.

The folder (TRUNKLINE_DATA, else `.trunkline` here) holds `servers/` and `processes/` with data and logs, `env` for later commands and
shells, `secret_key` and `ports.json`. Removing it removes the installation.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path

from runtime.secrets import VARIABLE as SECRET_KEY
from runtime.secrets import new_key
from trunkline import environment
from trunkline.platform import background
from trunkline.platform.downloads import Downloads
from trunkline.platform.files import locked, read_json, write_atomically
from trunkline.platform.local import LocalPlatform, Ports
from trunkline.platform.ports import free_port

HTTP_PORTS = {
    "TRUNKLINE_API__PORT": 8010,
    "TRUNKLINE_BRIDGE__HTTP_PORT": 8011,
    "TRUNKLINE_STREAMS__HTTP_PORT": 8012,
    "TRUNKLINE_PROJECTIONS__HTTP_PORT": 8013,
    "TRUNKLINE_WEBHOOKS__PORT": 8014,
}
"""Where each process serves health, metrics and views, unless the environment says otherwise."""


class Installation:
    """The installation in `folder`. own: the variables that the user set, without what an earlier `up` left behind."""

    def __init__(
        self,
        folder: Path,
        ports: Ports = "fixed",
        own: Mapping[str, str] = os.environ,
        downloads: Downloads | None = None,
    ) -> None:
        self.folder = folder.expanduser().absolute()
        self.ports: Ports = ports
        self.own = own
        self.platform = LocalPlatform(self.folder / "servers", ports, own, downloads)

    @property
    def processes(self) -> Path:
        """The supervisor's folder."""
        return self.folder / "processes"

    def secret_key(self) -> str:
        """The user's TRUNKLINE_SECRET_KEY, else a random one that is made once and kept for this user alone."""
        if given := self.own.get(SECRET_KEY):
            return given
        path = self.folder / "secret_key"
        with locked(self.folder / "lock"):
            if not path.exists():
                write_atomically(path, new_key(), mode=0o600)
            return path.read_text()

    def http_ports(self) -> dict[str, int]:
        """Variable to port: the user's, else that of the running processes, else the fixed one, or a free one that is the same again
        next time."""
        remembered: dict[str, int] = read_json(self._ports) or {}
        fixed = self.ports == "fixed" and background.status(self.processes).supervisor is None
        given = {"TRUNKLINE_API__PORT": self.own.get("SERVICE_PORT"), **self.own}
        chosen = {
            name: int(given.get(name) or (port if fixed else remembered.get(name) or free_port()))
            for name, port in HTTP_PORTS.items()
        }
        write_atomically(self._ports, json.dumps(chosen))
        return chosen

    def variables(self) -> dict[str, str]:
        """What every process of the installation needs to know. Raises PlatformError before the servers were started."""
        where = {
            "TRUNKLINE_DATA": str(self.folder),
            "TRUNKLINE_STREAMS__DATADIR": str(self.folder / "streams"),
            "TRUNKLINE_BRIDGE__CLAIM_STORE": f"file:{self.folder / 'claims'}",
        }
        return {
            **{name: self.own.get(name) or value for name, value in where.items()},
            **{name: str(port) for name, port in self.http_ports().items()},
            **self.platform.environment(),
            SECRET_KEY: self.secret_key(),
        }

    def take_effect(self) -> dict[str, str]:
        """Makes this process one of the installation, and leaves the variables for later commands; gives them."""
        variables = self.variables()
        for name in environment.left():
            os.environ.pop(name, None)
        os.environ.update(variables)
        environment.leave(variables)
        return variables

    @property
    def _ports(self) -> Path:
        return self.folder / "ports.json"


def here(ports: Ports = "fixed") -> Installation:
    """The installation of the folder that TRUNKLINE_DATA names."""
    return Installation(environment.data_folder(), ports, environment.own())
