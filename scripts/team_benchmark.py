"""Measures a team on a PostgreSQL of its own (tests/team/local_postgres.py): pushes, failure of the primary, figures.

    .venv/bin/python scripts/team_benchmark.py [--events 3650000] [--clients 16]

The events are those of a year: each person of 10,000 sends one a day, three about each commit (when it is made, 14 and
30 days later), in 2,000 projects, with five agents and four models.
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
from tracker.reports.set_ups.recommendation import recommend
from tracker.team.figures import Asked, TeamFigures, read_figures
from tracker.team.schema import INDEX
from tracker.team.server import Server
from tracker.team.team_file import Team, as_toml

SECRET: Final = "s" * 43
_TIMES_EACH: Final = 3
_FILL: Final = """
INSERT INTO agent_tracker.events
  (org, event_id, received_at, subject, counted, author, project, agent, kind, model, version, instructions, task_kind,
   month, grades, outcome, added, kept_14, kept_30, kept_90, cost, calls, tokens_in, tokens_cached, tokens_out,
   active_ms, usd)
SELECT 'acme', decode(md5(c || '.' || r), 'hex'),
  timestamptz '2026-01-01' + (c / 3334) * interval '1 day' + (r - 1) * interval '16 days',
  decode(md5('s' || c), 'hex'), true, substr(decode(md5('a' || c % 10000), 'hex'), 1, 8),
  substr(decode(md5('p' || c % 10000 / 5), 'hex'), 1, 8),
  (array['claude-code', 'codex', 'opencode', 'cursor', 'human'])[1 + h % 5], CASE h % 5 WHEN 4 THEN 2 ELSE 0 END,
  CASE h % 5 WHEN 4 THEN NULL ELSE (array['anthropic/claude-opus-4.7', 'openai/gpt-5.2-codex',
    'anthropic/claude-sonnet-4.6', 'google/gemini-3'])[1 + h / 5 % 4] END,
  '1.2.' || h % 5, substr(decode(md5('i' || h % 500), 'hex'), 1, 8), h / 20 % 9, 24300 + c / 3334 / 31,
  CASE WHEN g % 7 = 0 AND h % 5 < 4 THEN 1 << (3 * (g / 7 % 4)) ELSE 0 END,
  CASE r WHEN 1 THEN 1 ELSE 1 | ((r - 1) << 1) | (1 << 15) | ((g % 3) << 9)
    | CASE WHEN g / 28 % 100 < 72 + h % 20 THEN (1 << 11) | (1 << 12) | (1 << 13)
      ELSE (1 << 8) | (1 << (5 + g % 3)) END END,
  CASE r WHEN 1 THEN 0 ELSE h % 100 END, CASE r WHEN 1 THEN 0 ELSE h % 90 END, CASE r WHEN 3 THEN h % 80 ELSE 0 END, 0,
  CASE h % 3 WHEN 0 THEN 41 ELSE 0 END, CASE h % 3 WHEN 0 THEN h % 30 END, CASE h % 3 WHEN 0 THEN h END,
  CASE h % 3 WHEN 0 THEN h * 9 END, CASE h % 3 WHEN 0 THEN h / 4 END, NULL, CASE h % 3 WHEN 0 THEN h * 3 END
FROM generate_series(1, %s) c, generate_series(1, %s) r,
  LATERAL (SELECT ('x' || substr(md5(c::text), 1, 5))::bit(20)::int AS h,
    ('x' || substr(md5(c::text), 9, 5))::bit(20)::int AS g) AS chance
"""


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
        connection.execute(_FILL.replace("%", "%%").replace("%%s", "%s"), (events // _TIMES_EACH, _TIMES_EACH))
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
