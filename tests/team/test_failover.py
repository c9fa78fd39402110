"""Many clients at once, a primary that is killed, a standby that takes over, and a client that was offline."""

import threading
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

from tests.program import sized, surroundings
from tests.set_ups.made_work import CLAUDE, Work, make
from tests.team.conftest import SECRET, Member, Organisation
from tests.team.local_postgres import DATABASE, Postgres, temporary_folder
from tests.team.made_events import made_event, waiting_of
from tracker.cli.team_facts import open_outbox
from tracker.team.server import Server, ServerUnavailable
from tracker.team.team_file import Team

_CLIENTS = 16
_EVENTS = 50


def push_as(team: Team, client: int) -> int:
    """Connect, store the events of one client, and close."""
    with Server(team) as server:
        return server.store(waiting_of(made_event(client * _EVENTS + number) for number in range(_EVENTS)))


def test_sixteen_clients_that_connect_push_and_close(acme: Organisation) -> None:
    pushes = sized(20, 2)
    with ProcessPoolExecutor(_CLIENTS, get_context("fork")) as pool:
        each = [[*pool.map(push_as, [acme.team()] * _CLIENTS, range(_CLIENTS))] for _ in range(pushes)]
    assert each == [[_EVENTS] * _CLIENTS] + [[0] * _CLIENTS] * (pushes - 1)  # later ones send what is there already
    assert acme.rows() == [(_CLIENTS * _EVENTS,)]
    assert len(acme.facts()) == _CLIENTS * _EVENTS


class Pair:
    """A primary and a standby that every commit waits for (``synchronous_standby_names``)."""

    def __init__(self, folder: Path) -> None:
        self.primary = Postgres(folder / "1")
        self.standby = Postgres(folder / "2")
        self.primary.make()
        self.primary.start()
        self.primary.install()
        self.primary.add_member("me")
        self.standby.copy_of(self.primary, "two")
        self.standby.start()
        with self.primary.connect() as connection:
            connection.execute("ALTER SYSTEM SET synchronous_standby_names = 'two'")
            connection.execute("SELECT pg_reload_conf()")
        with self.primary.connect() as connection:
            connection.execute("CREATE TABLE waited (i int)")  # returns when the standby has it

    @property
    def team(self) -> Team:
        hosts = f"{self.primary.folder},{self.standby.folder}"
        server = f"host={hosts} dbname={DATABASE} user=me target_session_attrs=read-write"
        return Team("acme", server, SECRET, ())

    def fail_over(self) -> None:
        """Kill the primary, and promote the standby, which waits for no other then."""
        self.primary.kill()
        self.standby.promote()
        with self.standby.connect() as connection:
            connection.execute("ALTER SYSTEM SET synchronous_standby_names = ''")
            connection.execute("SELECT pg_reload_conf()")


@pytest.fixture
def pair() -> Iterator[Pair]:
    with temporary_folder() as folder:
        found = Pair(folder)
        try:
            yield found
        finally:
            found.primary.stop()
            found.standby.stop()


def test_what_no_standby_has_is_not_confirmed(pair: Pair, tmp_path: Path) -> None:
    """The standby is gone, and the wait for it ends with a warning of the server."""
    pair.standby.kill()
    member = Member(tmp_path, pair.team._replace(server=pair.primary.address("me"), repositories=("git.example/acme",)))
    repo = member.repository()
    make(repo, [Work(CLAUDE, "feat", 1)])
    done = repo.run("team", "push", "--wait", "0")
    assert done.returncode == 1
    assert "with a warning" in done.stderr
    assert repo.json("team", "status")["waiting"] == 1


@pytest.mark.slow
def test_what_was_acknowledged_is_stored_once_when_the_primary_is_killed(pair: Pair) -> None:
    pushes, clients = sized(10_000, 400), 4
    acknowledged: list[int] = []
    half = threading.Event()

    def work(client: int) -> None:
        with Server(pair.team, patience=60) as server:
            for number in range(client, pushes, clients):
                server.store(waiting_of([made_event(number)]))
                acknowledged.append(number)
                if len(acknowledged) >= pushes // 2:
                    half.set()

    with ThreadPoolExecutor(clients) as pool:
        running = [pool.submit(work, client) for client in range(clients)]
        assert half.wait(300)
        pair.fail_over()
        for one in running:
            one.result()
    with pair.standby.connect() as connection:
        found = connection.execute("SELECT subject FROM agent_tracker.events").fetchall()
    stored = [subject.int for (subject,) in found]
    assert sorted(stored) == sorted(acknowledged) == [*range(pushes)]


def test_a_push_whose_confirmation_is_lost_adds_nothing_twice(member: Member, acme: Organisation) -> None:
    """The server has stored a batch, and the process ends before the ledger says so."""
    repo = member.repository()
    make(repo, [Work(CLAUDE, "feat", 5)], outcomes=False)
    with surroundings(repo.path, repo.environment):
        opened = open_outbox(".", None)
        with Server(opened.team) as server:
            assert server.store(opened.outbox.waiting(opened.sources.addresses)) == 5
    assert repo.tracker("team", "push").endswith("the server had 5 of them already.\n")
    assert acme.rows() == [(5,)]


def test_a_client_that_was_offline_catches_up(member: Member, acme: Organisation) -> None:
    commits = sized(1_000, 150)
    repo = member.repository()
    member.write_team(acme.team()._replace(server=f"host={member.place}/nowhere dbname=team user=me"))
    make(repo, [Work(CLAUDE, "feat", commits)], outcomes=False)
    done = repo.run("team", "push", "--wait", "0")
    assert done.returncode == 1
    assert "nothing is lost: the next push sends what waits" in done.stderr
    assert repo.json("team", "status")["waiting"] == commits
    member.write_team(acme.team())
    assert repo.tracker("team", "push") == f"The server has confirmed {commits} events.\n"
    assert acme.rows() == [(commits,)]


def test_a_server_that_stops_is_waited_for_no_longer_than_said(acme: Organisation) -> None:
    team = acme.team()._replace(server="host=127.0.0.1 port=9 dbname=team user=me password=hunter2")
    with Server(team, patience=0) as server, pytest.raises(ServerUnavailable) as raised:
        server.store(waiting_of([made_event(1)]))
    assert "hunter2" not in str(raised.value)
    assert SECRET not in str(raised.value)


def test_a_refused_role_is_not_tried_again(acme: Organisation) -> None:
    """Were it tried again, this would wait for an hour."""
    with (
        Server(acme.team("nobody-knows"), patience=3600) as server,
        pytest.raises(ServerUnavailable, match="not exist"),
    ):
        server.store(waiting_of([made_event(1)]))


def test_rows_without_end_are_not_read(acme: Organisation) -> None:
    with Server(acme.team()) as server, pytest.raises(ServerUnavailable, match="more than 10 rows"):
        server.read("SELECT generate_series(1, 1000000000)", (), 10)
