"""A PostgreSQL of Debian's package in a temporary folder, unprivileged, reached through a socket in that folder.

    scripts/local-postgres     starts one with the tables of agent-tracker, says how to reach it, removes it at the end

root runs it as ``nobody``, since PostgreSQL refuses to run as root.
"""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

import psycopg

from tracker.team.schema import statements

PACKAGE: Final = "postgresql"
"""Debian's package."""
_PLACES: Final = "/usr/lib/postgresql"
SUPERUSER: Final = "postgres"
OWNER: Final = "owner"
"""The owner of the database, no superuser: policies hold for its views."""
DATABASE: Final = "team"
_SETTINGS: Final = """
listen_addresses = ''
port = 5432
unix_socket_permissions = 0777
max_connections = 60
log_min_messages = fatal
wal_level = replica
hot_standby = on
"""


def binaries() -> Path | None:
    """Return the folder of the newest installed server's programs; None if there is none."""
    found = sorted(Path(_PLACES).glob("*/bin/initdb"), key=lambda one: int(one.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


class Postgres:
    """A server in a folder. ``settings``: lines for its configuration."""

    def __init__(self, folder: Path, settings: str = "") -> None:
        found = binaries()
        if found is None:
            raise RuntimeError(f"PostgreSQL is not installed: apt-get install {PACKAGE}")
        self._programs = found
        self.folder = folder
        self.data = folder / "data"
        self.settings = settings

    def make(self) -> None:
        """Make a new cluster with the superuser ``postgres``."""
        self._own_folder()
        self._run("initdb", "-D", str(self.data), "-U", SUPERUSER, "-A", "trust", "-E", "UTF8", "--no-locale", "-N")
        self._configure()

    def copy_of(self, primary: "Postgres", name: str) -> None:
        """Make this a standby of another server, which streams from it under a name."""
        self._own_folder()
        origin = f"host={primary.folder} user={SUPERUSER}"
        self._run("pg_basebackup", "-D", str(self.data), "-d", origin, "-R", "-X", "stream", "-c", "fast")
        with (self.data / "postgresql.auto.conf").open("a", encoding="utf-8") as file:
            file.write(f"primary_conninfo = '{origin} application_name={name}'\n")
        self._configure()

    def start(self) -> None:
        """Start the server, and return when it answers."""
        self._run("pg_ctl", "-D", str(self.data), "-l", str(self.folder / "log"), "-w", "-t", "60", "start")

    def stop(self) -> None:
        """Stop the server, if it runs."""
        self._run("pg_ctl", "-D", str(self.data), "-w", "-m", "immediate", "stop", code=None)

    def kill(self) -> None:
        """Kill the server with SIGKILL, the processes of its connections too."""
        main = int((self.data / "postmaster.pid").read_text(encoding="ascii").split()[0])
        listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(main)], capture_output=True, text=True, check=False)
        for one in (main, *map(int, listed.stdout.split())):
            with suppress(ProcessLookupError):  # it has ended by itself
                os.kill(one, signal.SIGKILL)

    def promote(self) -> None:
        """Make a standby the primary."""
        self._run("pg_ctl", "-D", str(self.data), "-w", "promote")

    def address(self, role: str, database: str = DATABASE) -> str:
        """Return the connection string of a role."""
        return f"host={self.folder} dbname={database} user={role}"

    def connect(self, role: str = SUPERUSER, database: str = DATABASE) -> psycopg.Connection[Any]:
        """Return a connection that commits each statement."""
        return psycopg.connect(self.address(role, database), autocommit=True)

    def install(self) -> None:
        """Make the database and its tables, as its owner does."""
        with self.connect(database="postgres") as connection:
            connection.execute(f"CREATE ROLE {OWNER} LOGIN CREATEROLE")
            connection.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER}")
        with self.connect(OWNER) as connection:
            for statement in statements(DATABASE):
                connection.execute(statement)

    def add_member(self, role: str, org: str = "acme", *, reads: bool = True, writes: bool = True) -> None:
        """Make a role that logs in as a member of an organisation."""
        with self.connect(OWNER) as connection:
            connection.execute(f'CREATE ROLE "{role}" LOGIN')
            connection.execute(f'GRANT agent_tracker_writer, agent_tracker_reader TO "{role}"')
            connection.execute("INSERT INTO agent_tracker.members VALUES (%s, %s, %s, %s)", (role, org, reads, writes))

    def _configure(self) -> None:
        text = f"{_SETTINGS}unix_socket_directories = '{self.folder}'\n{self.settings}\n"
        with (self.data / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write(text)

    def _own_folder(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        if not os.geteuid():
            shutil.chown(self.folder, "nobody", "nogroup")

    def _run(self, program: str, *arguments: str, code: int | None = 0) -> None:
        as_nobody: Sequence[str] = ()
        if not os.geteuid():
            as_nobody = ("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "--")
        with (self.folder / f"{program}.out").open("wb") as out:  # no pipe: the server would keep it open
            done = subprocess.run(
                [*as_nobody, str(self._programs / program), *arguments],
                cwd=self.folder, stdin=subprocess.DEVNULL, stdout=out, stderr=out, check=False,
            )  # fmt: skip
        if code is not None and done.returncode != code:
            raise RuntimeError(f"{program}: {(self.folder / f'{program}.out').read_text(encoding='utf-8')}")


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """Make a folder that any user can enter, with a name short enough for sockets in it, and remove it at the end."""
    folder = Path(tempfile.mkdtemp(prefix="at-pg-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def running(settings: str = "") -> Iterator[Postgres]:
    """Run a server with the tables in a temporary folder until the end of the block."""
    with temporary_folder() as folder:
        server = Postgres(folder / "1", settings)
        server.make()
        server.start()
        try:
            server.install()
            yield server
        finally:
            server.stop()


def main() -> None:
    """Run a server with one member until Ctrl-C."""
    with running() as server:
        server.add_member("me")
        print("PostgreSQL runs until Ctrl-C. You are the member 'me' of the organisation 'acme':\n")
        print(f"  agent-tracker team init acme '{server.address('me')}' github.com/YOUR-NAME\n", flush=True)
        signal.sigwait({signal.SIGINT, signal.SIGTERM})


if __name__ == "__main__":
    main()
