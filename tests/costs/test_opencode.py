"""Sessions of OpenCode: rows that are incomplete, copies, and the newer generation of tables."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import pytest

from tests.costs.stores import NOON, after_noon, commit, place, shown
from tracker.costs import opencode
from tracker.costs.apportion import Apportioned, SessionCommit, apportion
from tracker.costs.events import Forked, Lack, SessionUnreadable
from tracker.costs.read_session import read_session

COMMIT = commit("abcdef1", 2.9)
SESSION: Final = "ses_0001"
COLUMNS: Final = """id TEXT PRIMARY KEY, parent_id TEXT, directory TEXT, time_created INTEGER, time_updated INTEGER,
    tokens_input INTEGER, tokens_output INTEGER, tokens_reasoning INTEGER, tokens_cache_read INTEGER,
    tokens_cache_write INTEGER"""
SCHEMA: Final = f"""
    CREATE TABLE session ({COLUMNS});
    CREATE TABLE message (id TEXT PRIMARY KEY, session_id TEXT, time_created INTEGER, time_updated INTEGER, data TEXT);
    CREATE TABLE part (id TEXT PRIMARY KEY, message_id TEXT, session_id TEXT, time_created INTEGER,
        time_updated INTEGER, data TEXT);"""
NEWER: Final = f"""
    CREATE TABLE session_v2 ({COLUMNS}, fork_session_id TEXT);
    CREATE TABLE session_message (id TEXT PRIMARY KEY, session_id TEXT, type TEXT, seq INTEGER, time_created INTEGER,
        time_updated INTEGER, data TEXT);"""


class Store:
    """A database of OpenCode, filled row by row. Times are seconds after noon."""

    def __init__(self, home: Path, name: str = "opencode.db") -> None:
        self.path = home / ".local/share/opencode" / name
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.run(SCHEMA + NEWER)
        self.rows = 0

    def run(self, script: str, *values: Any) -> None:
        with closing(sqlite3.connect(self.path, isolation_level=None)) as connection:
            if values:
                connection.execute(script, values)
            else:
                connection.executescript(script)

    def session(
        self, one: str = SESSION, parent: str | None = None, born: float = 0, tokens: int = 0, *, is_newer: bool = False
    ) -> None:
        values = (one, parent, "/home/dev/one", after_noon(born), NOON * 2, tokens, 0, 0, 0, 0)
        if is_newer:
            self.run("INSERT INTO session_v2 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)", *values)
        else:
            self.run("INSERT INTO session VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", *values)

    def message(self, seconds: float, session: str = SESSION, **data: Any) -> None:
        self.rows += 1
        value = {"role": "assistant", "time": {"created": after_noon(seconds)}, **data}
        values = (f"msg_{self.rows}", session, after_noon(seconds), 0, json.dumps(value))
        self.run("INSERT INTO message VALUES (?, ?, ?, ?, ?)", *values)

    def call(self, seconds: float, session: str = SESSION, cost: float = 0.5) -> None:
        times = {"created": after_noon(seconds), "completed": after_noon(seconds + 1)}
        self.message(seconds, session, modelID="model-one", tokens=tokens(), cost=cost, time=times)

    def tool(self, begun: float, ended: float, text: str, session: str = SESSION) -> None:
        self.rows += 1
        times = {"start": after_noon(begun), "end": after_noon(ended)}
        value = {"type": "tool", "state": {"metadata": {"output": text}, "time": times}}
        values = (f"prt_{self.rows}", "msg_1", session, after_noon(begun), 0, json.dumps(value))
        self.run("INSERT INTO part VALUES (?, ?, ?, ?, ?, ?)", *values)

    def newer(self, seconds: float, kind: str, session: str = SESSION, **data: Any) -> None:
        self.rows += 1
        value = {"time": {"created": after_noon(seconds), "completed": after_noon(seconds + 1)}, **data}
        values = (f"new_{self.rows}", session, kind, self.rows, after_noon(seconds), 0, json.dumps(value))
        self.run("INSERT INTO session_message VALUES (?, ?, ?, ?, ?, ?, ?)", *values)


def tokens(number: int = 1) -> dict[str, Any]:
    cache = {"read": 60 * number, "write": 7 * number}
    return {"input": 40 * number, "output": 5 * number, "reasoning": 2 * number, "cache": cache}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


def divided(home: Path, *commits: SessionCommit) -> Apportioned:
    return apportion(read_session("opencode", place(home), SESSION), commits, 0)


def test_message_is_taken_apart(store: Store, tmp_path: Path) -> None:
    store.session()
    store.call(1)
    store.call(2)
    session = divided(tmp_path).session
    assert (session.calls, session.input, session.cache_read, session.cache_write) == (2, 80, 120, 14)
    assert (session.output, session.reasoning, session.usd) == (14, 4, 1_000_000)


def test_cost_of_zero_is_unknown(store: Store, tmp_path: Path) -> None:
    store.session()
    store.call(1)
    store.call(2, cost=0)
    assert divided(tmp_path).session.usd is None


def test_row_of_zeros_is_no_call_and_one_without_an_end_is_pending(store: Store, tmp_path: Path) -> None:
    store.session()
    store.call(1)
    store.message(2, tokens=tokens(0))
    store.message(3, tokens=tokens(0), time={"created": after_noon(3), "completed": after_noon(4)})
    store.message(5, time={"created": after_noon(5), "completed": after_noon(6)})
    events = read_session("opencode", place(tmp_path), SESSION)
    assert divided(tmp_path).session.calls == 1
    lacks = [event for event in events if isinstance(event, Lack) and event.time != after_noon(0)]
    assert lacks == [Lack(after_noon(2), is_pending=True), Lack(after_noon(5))]


def test_sessions_below_at_any_depth_are_subagents(store: Store, tmp_path: Path) -> None:
    store.session()
    store.session("ses_0002", SESSION, 2)
    store.session("ses_0003", "ses_0002", 3)
    for seconds, one in ((1, SESSION), (2, "ses_0002"), (3, "ses_0003")):
        store.call(seconds, one)
    session = divided(tmp_path).session
    assert (session.calls, session.subagent_calls) == (3, 2)


def test_sessions_in_a_ring_end(store: Store, tmp_path: Path) -> None:
    store.session(SESSION, "ses_0002")
    store.session("ses_0002", SESSION)
    with pytest.raises(SessionUnreadable):
        divided(tmp_path)


def test_session_whose_parent_is_gone_is_its_own_root(store: Store, tmp_path: Path) -> None:
    store.session(SESSION, "ses_0000")
    store.call(1)
    assert divided(tmp_path).session.calls == 1


def test_rows_older_than_their_session_are_copies(store: Store, tmp_path: Path) -> None:
    store.session(born=10, tokens=10**6)
    store.call(1)
    store.tool(2, 3, shown("abcdef1"))
    store.call(11)
    events = read_session("opencode", place(tmp_path), SESSION)
    assert Forked() in events
    found = apportion(events, [commit("b", 12)], 0).commits[commit("b", 0).oid]
    assert (found.calls, found.flags) == (1, ("first", "forked"))


def test_own_sums_of_the_sessions_are_for_checking(store: Store, tmp_path: Path) -> None:
    store.session(tokens=114)
    store.call(1)
    store.tool(2, 3, shown("abcdef1"))
    store.call(4)
    assert divided(tmp_path, COMMIT, commit("b", 5)).commits[commit("b", 0).oid].flags == ()
    store.session("ses_0002", SESSION, tokens=10**6)
    assert divided(tmp_path, COMMIT, commit("b", 5)).commits[commit("b", 0).oid].flags == ("at_least",)


def test_newer_tables_are_read_instead_of_the_older_ones(store: Store, tmp_path: Path) -> None:
    """The older rows stay, and would count twice."""
    store.session()
    store.call(1)
    store.session(is_newer=True)
    assert divided(tmp_path).session.calls == 1  # nothing has moved yet
    text = [{"type": "text", "text": shown("abcdef1")}, "dummy", {"type": "file"}]
    times = {"created": after_noon(2), "completed": after_noon(3)}
    tool = {"type": "tool", "state": {"status": "completed", "content": text}, "time": times}
    more: dict[str, Any] = {"model": {"id": "model-two"}, "tokens": tokens(), "cost": 0.25}
    store.newer(0, "user", text="dummy")
    store.newer(1, "assistant", content=["dummy", {"type": "text", "text": "dummy"}, tool], **more)
    store.newer(4, "assistant", content=[], **more)
    found = divided(tmp_path, COMMIT)
    record = found.commits[COMMIT.oid]
    assert (record.calls, record.found_by, record.models, record.usd) == (1, "id", (("model-two", 1),), 250_000)
    assert (record.span_ms, found.rest.calls) == (3000, 1)


def test_copy_in_files_of_the_oldest_versions_is_not_added(store: Store, tmp_path: Path) -> None:
    store.session()
    store.call(1)
    folder = store.path.parent / "storage/message" / SESSION
    folder.mkdir(parents=True)
    (folder / "msg_9.json").write_text(json.dumps({"role": "assistant", "tokens": tokens(), "time": {"created": NOON}}))
    assert divided(tmp_path).session.calls == 1


def test_session_is_looked_for_in_every_database(store: Store, tmp_path: Path) -> None:
    other = Store(tmp_path, "opencode-beta.db")
    other.session()
    other.call(1)
    assert divided(tmp_path).session.calls == 1
    chosen = place(tmp_path, OPENCODE_DB=str(store.path))
    with pytest.raises(SessionUnreadable, match="missing"):
        read_session("opencode", chosen, SESSION)
    assert read_session("opencode", place(tmp_path, OPENCODE_DB="opencode-beta.db"), SESSION)


def test_commit_that_several_sessions_show_has_none(store: Store, tmp_path: Path) -> None:
    arguments = (place(tmp_path), "/home/dev/one", COMMIT.oid, COMMIT.time)
    for number, one in enumerate((SESSION, "ses_0009")):
        store.session(one)
        store.tool(2, 3, shown("abcdef1"), one)
        assert opencode.session_of_commit(*arguments) == (None if number else SESSION)
