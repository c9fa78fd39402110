"""Fixtures: one PostgreSQL for the tests of a process, and an organisation of its own in it for each test."""

import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest

from tests.support import Repo, sealed_home
from tests.team.local_postgres import Postgres, running
from tracker.team.team_file import Team, as_toml, team_path

SECRET: Final = "a-secret-for-tests-that-has-43-characters-x"
_NUMBERS: Final = itertools.count()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with running() as server:
        yield server


class Organisation(NamedTuple):
    """An organisation with two members on the server."""

    postgres: Postgres
    name: str

    @property
    def member(self) -> str:
        """The role of its first member."""
        return f"{self.name}-member"

    def team(self, role: str | None = None) -> Team:
        """Return the team as a member's file has it."""
        return Team(self.name, self.postgres.address(role or self.member), SECRET, ("git.example/acme",))

    def rows(self, columns: str = "count(*)", condition: str = "true") -> list[tuple[Any, ...]]:
        """Return what the server holds of the organisation, superseded events too, as its superuser sees it."""
        with self.postgres.connect() as connection:
            statement = f"SELECT {columns} FROM agent_tracker.events WHERE org = %s AND {condition}"  # noqa: S608
            return connection.execute(statement, (self.name,)).fetchall()

    def facts(self, columns: str = "*", role: str | None = None) -> list[tuple[Any, ...]]:
        """Return what a member reads."""
        with self.postgres.connect(role or self.member) as connection:
            return connection.execute(f"SELECT {columns} FROM agent_tracker.facts").fetchall()  # noqa: S608


@pytest.fixture
def acme(postgres: Postgres) -> Organisation:
    found = Organisation(postgres, f"acme{next(_NUMBERS)}")
    postgres.add_member(found.member, found.name)
    return found


class Member:
    """A member's machine: a home, and repositories in it."""

    def __init__(self, place: Path, team: Team) -> None:
        self.place = place
        self.environment = sealed_home(place / "home")
        self.write_team(team)

    def write_team(self, team: Team) -> None:
        path = team_path(self.environment)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(as_toml(team), encoding="utf-8")
        path.chmod(0o600)

    def repository(self, name: str = "shop", remote: str | None = "git@git.example:acme/shop.git") -> Repo:
        repo = Repo.make(self.place / name, self.environment)
        if remote is not None:
            repo.git("remote", "add", "origin", remote)
        return repo


@pytest.fixture
def member(tmp_path: Path, acme: Organisation) -> Member:
    return Member(tmp_path, acme.team())


def as_json(text: str) -> Any:
    return json.loads(text)
