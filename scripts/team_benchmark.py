"""Measures a team on a PostgreSQL of its own (tests/team/local_postgres.py): pushes, failure of the primary, figures.

    .venv/bin/python scripts/team_benchmark.py [--events 3650000] [--clients 16]

The events are those of a year (tests/team/year_of_events.py).
"""

import argparse
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.team.local_postgres import Postgres, running
from tests.team.made_events import made_event, waiting_of
from tests.team.year_of_events import fill
from tracker.reports.set_ups.recommendation import recommend
from tracker.team.figures import Asked, TeamFigures, read_figures
from tracker.team.schema import INDEX
from tracker.team.server import Server
from tracker.team.team_file import Team, as_toml

SECRET: Final = "s" * 43


def main() -> None:
    """Run the measurements and print them."""
    parser = argparse.ArgumentParser(description="Measure a team on PostgreSQL.")
    parser.add_argument("--events", type=int, default=3_650_000)
    parser.add_argument("--clients", type=int, default=16)
    chosen = parser.parse_args()
    with running("shared_buffers = 1GB\nmax_wal_size = 8GB\n") as server:
        server.add_member("me")
        team = Team("acme", server.address("me"), SECRET, ("git.example/acme",))
        _measure_pushes(team, chosen.clients)
        _measure_figures(server, team, chosen.events)


def _measure_pushes(team: Team, clients: int) -> None:
    """Print how fast clients connect, push 50 events and close."""
    times = 10
    with ProcessPoolExecutor(clients, get_context("fork")) as pool:
        begin = time.monotonic()
        took = [*pool.map(_push, [team] * clients * times, range(clients * times))]
        whole = time.monotonic() - begin
    took.sort()
    print(
        f"{clients} clients, each connect + 50 events + close: {len(took) / whole:.0f} pushes/s ="
        f" {50 * len(took) / whole:.0f} events/s, median {statistics.median(took) * 1000:.0f} ms,"
        f" 99 of 100 within {took[len(took) * 99 // 100] * 1000:.0f} ms"
    )


def _push(team: Team, client: int) -> float:
    begin = time.monotonic()
    with Server(team) as server:
        server.store(waiting_of(made_event(10_000_000 + client * 50 + number) for number in range(50)))
    return time.monotonic() - begin


def _measure_figures(server: Postgres, team: Team, events: int) -> None:
    """Fill the table, and print how long the comparison of all commits takes."""
    with server.connect() as connection:
        connection.execute("DELETE FROM agent_tracker.events")
        connection.execute("DROP INDEX agent_tracker.events_by_commit")  # made again below: much faster than row by row
        begin = time.monotonic()
        fill(connection, "acme", events)
        print(f"{events} events inserted in {time.monotonic() - begin:.0f} s")
        connection.execute(INDEX)
        connection.execute("VACUUM ANALYZE agent_tracker.events")
        connection.execute("ALTER ROLE me SET work_mem = '64MB'")
        connection.execute("ALTER ROLE me SET jit = off")
        sizes = connection.execute(
            "SELECT pg_size_pretty(pg_table_size('agent_tracker.events')),"
            " pg_size_pretty(pg_indexes_size('agent_tracker.events'))"
        ).fetchone()
    print(f"table and indexes: {sizes}; load of the machine: {os.getloadavg()[0]:.1f}")
    _repeat("the two queries", lambda: _read(team))
    figures = _read(team)
    _repeat("the comparison of their result", lambda: recommend(figures.rows, None, figures.cells))
    _repeat("agent-tracker team recommend, whole command", lambda: _command(server, team))


def _read(team: Team) -> TeamFigures:
    with Server(team) as server:
        return read_figures(server, Asked())


def _command(server: Postgres, team: Team) -> None:
    home = server.folder.parent / "home"
    path = home / "agent-tracker" / "team.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(as_toml(team), encoding="utf-8")
    path.chmod(0o600)
    environment = {**os.environ, "XDG_CONFIG_HOME": str(home), "HOME": str(home)}
    subprocess.run(
        [sys.executable, "-I", "-m", "tracker", "team", "recommend"],
        env=environment, stdout=subprocess.DEVNULL, check=True,
    )  # fmt: skip


def _repeat(name: str, work: Callable[[], object], times: int = 5) -> None:
    """Print the fastest and the median time of some work, and the processor time of this process and its children."""
    took, used = [], []
    for _ in range(times):
        before, begin = _used(), time.monotonic()
        work()
        took.append(time.monotonic() - begin)
        used.append(_used() - before)
    print(f"{name}: fastest {min(took):.2f} s, median {statistics.median(took):.2f} s; of the client {min(used):.2f} s")


def _used() -> float:
    each = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in each)


if __name__ == "__main__":
    main()
