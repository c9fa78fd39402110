"""The session that made a commit of an agent that names none: found by worktree and time, and none in doubt."""

import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tracker.attribution.gemini_at_work import gemini_at_work
from tracker.attribution.opencode_at_work import opencode_at_work
from tracker.attribution.session_at_work import AtWork, folder_test, the_one_at_work
from tracker.attribution.session_log_files import StoreLocation

NOON = 1_795_000_000
"""The commit's time, in seconds since the epoch."""
SAMPLES = Path(__file__).parent.parent / "costs" / "samples"
SAMPLE = SAMPLES / "opencode"
GEMINI_SAMPLE = SAMPLES / "gemini"
Message = tuple[float, float | None, str]
"""Begin and end in seconds after noon, and the model."""


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., None]:
    """Return a function that writes a session with its messages into the database."""
    path = tmp_path / ".local/share/opencode/opencode.db"
    path.parent.mkdir(parents=True)
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(
            "CREATE TABLE session (id TEXT, directory TEXT, time_created INTEGER, time_updated INTEGER);"
            "CREATE TABLE message (id TEXT, session_id TEXT, time_created INTEGER, data TEXT);"
        )

    def write(session: str, *messages: Message, directory: str = "/home/dev/one", born: float = -1000) -> None:
        with closing(sqlite3.connect(path)) as connection, connection:
            row = (session, directory, ms(born), ms(max((begin for begin, _, _ in messages), default=0)))
            connection.execute("INSERT INTO session VALUES (?, ?, ?, ?)", row)
            for number, (begin, end, model) in enumerate(messages):
                times = {"created": ms(begin)} | ({} if end is None else {"completed": ms(end)})
                data = json.dumps({"role": "assistant", "modelID": model, "time": times})
                values = (f"{session}-{number}", session, ms(begin), data)
                connection.execute("INSERT INTO message VALUES (?, ?, ?, ?)", values)

    return write


def ms(seconds: float) -> int:
    return round((NOON + seconds) * 1000)


def found(home: Path, *worktrees: str) -> AtWork | None:
    is_inside = folder_test(worktrees or ("/home/dev/one",), ["/home/dev/one", "/home/dev/one/.worktrees/two"])
    return the_one_at_work(opencode_at_work(StoreLocation(home, {}), is_inside, NOON))


def test_message_at_work_at_the_time_names_the_model(write: Callable[..., None], tmp_path: Path) -> None:
    write("ses_1", (-90, -60, "glm-4.7"), (-5, 5, "gpt-5.5"), (6, 9, "claude-opus-4-8"))
    assert found(tmp_path) == AtWork("ses_1", "gpt-5.5")


def test_message_that_has_not_ended_yet_counts(write: Callable[..., None], tmp_path: Path) -> None:
    write("ses_1", (-90, None, "glm-4.7"), (-5, None, "gpt-5.5"))
    assert found(tmp_path) == AtWork("ses_1", "gpt-5.5")


def test_session_in_a_folder_of_the_worktree_counts_and_in_another_one_not(
    write: Callable[..., None], tmp_path: Path
) -> None:
    write("ses_1", (-5, 5, "gpt-5.5"), directory="/home/dev/one/docs")
    write("ses_2", (-5, 5, "glm-4.7"), directory="/home/dev/one-more")
    write("ses_3", (-5, 5, "glm-4.7"), directory="/home/dev/one/.worktrees/two")
    assert found(tmp_path) == AtWork("ses_1", "gpt-5.5")
    assert found(tmp_path, "/home/dev/two") is None


@pytest.mark.parametrize(
    "messages",
    [
        pytest.param([(-90, -2, "gpt-5.5")], id="ended before"),
        pytest.param([(2, 5, "gpt-5.5")], id="begun after"),
        pytest.param([(-40_000, None, "gpt-5.5")], id="killed long ago"),
        pytest.param([(-2000, 5, "gpt-5.5")], id="copy of a fork"),
        pytest.param([], id="no message"),
    ],
)
def test_session_that_was_not_at_work_is_not_found(
    messages: list[Message], write: Callable[..., None], tmp_path: Path
) -> None:
    write("ses_1", *messages)
    assert found(tmp_path) is None


def test_two_sessions_at_work_name_a_model_only_if_it_is_the_same(write: Callable[..., None], tmp_path: Path) -> None:
    write("ses_1", (-5, 5, "gpt-5.5"))
    write("ses_2", (-3, 5, "gpt-5.5"))
    same = found(tmp_path)
    assert same is not None
    assert same.model == "gpt-5.5"
    write("ses_3", (-4, 5, "glm-4.7"))
    assert found(tmp_path) is None


def test_commits_of_a_real_store_are_given_to_its_session(tmp_path: Path) -> None:
    path = tmp_path / ".local/share/opencode/opencode.db"
    path.parent.mkdir(parents=True)
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript((SAMPLE / "opencode.sql").read_text())
    said = json.loads((SAMPLE / "expected.json").read_text())
    for one in said["commits"]:
        is_inside = folder_test([said["repository"]], [])
        time = one["committer_time"]
        at_work = the_one_at_work(opencode_at_work(StoreLocation(tmp_path, {}), is_inside, time))
        assert at_work == AtWork(said["session_id"], "fake-model-1", "1.18.33")
        assert not [*opencode_at_work(StoreLocation(tmp_path, {}), is_inside, time + 30)]


def test_newer_tables_count_where_they_hold_messages(tmp_path: Path) -> None:
    path = tmp_path / ".local/share/opencode/opencode.db"
    path.parent.mkdir(parents=True)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript(
            "CREATE TABLE session (id TEXT, directory TEXT, time_created INTEGER, time_updated INTEGER, version TEXT);"
            "CREATE TABLE message (id TEXT, session_id TEXT, time_created INTEGER, data TEXT);"
            "CREATE TABLE session_v2 AS SELECT * FROM session;"
            "CREATE TABLE session_message (id TEXT, session_id TEXT, type TEXT, time_created INTEGER, data TEXT);"
        )
        values = ("ses_1", "/home/dev/one", ms(-900), ms(9))
        connection.execute("INSERT INTO session VALUES (?, ?, ?, ?, '1.18.33')", values)
        connection.execute("INSERT INTO session_v2 VALUES (?, ?, ?, ?, '2.0.3')", values)
        old = json.dumps({"role": "assistant", "modelID": "glm-4.7", "time": {"completed": ms(5)}})
        connection.execute("INSERT INTO message VALUES ('m', 'ses_1', ?, ?)", (ms(-5), old))
        new = json.dumps({"model": {"id": "gpt-5.5"}, "time": {"created": ms(-5), "completed": ms(5)}})
    assert found(tmp_path) == AtWork("ses_1", "glm-4.7", "1.18.33")
    with closing(sqlite3.connect(path)) as connection, connection:
        for kind in ("user", "assistant"):
            connection.execute("INSERT INTO session_message VALUES ('n', 'ses_1', ?, ?, ?)", (kind, ms(-5), new))
    assert found(tmp_path) == AtWork("ses_1", "gpt-5.5", "2.0.3")


# -- Gemini CLI --------------------------------------------------------------------------------------------------


def gemini_session(
    home: Path, *records: dict[str, object], session: str = "1ff1fb70-9775", root: str = "/home/dev/one"
) -> None:
    """Write a session of Gemini CLI that works in a folder."""
    folder = home / ".gemini/tmp" / root.replace("/", "-")
    (folder / "chats").mkdir(parents=True, exist_ok=True)
    (folder / ".project_root").write_text(root)
    lines = [{"sessionId": session, "kind": "main"}, *records]
    (folder / f"chats/session-{session}.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in lines))


def gemini_message(begun: float, ended: float | None, model: str) -> dict[str, object]:
    """Return a message of the model; with an end it had a tool."""
    tools = {} if ended is None else {"toolCalls": [{"name": "run_shell_command", "timestamp": iso(ended)}]}
    return {"id": f"{begun}", "timestamp": iso(begun), "type": "gemini", "model": model, **tools}


def iso(seconds: float) -> str:
    return datetime.fromtimestamp(NOON + seconds, UTC).isoformat()


def gemini_found(home: Path, *worktrees: str) -> AtWork | None:
    is_inside = folder_test(worktrees or ("/home/dev/one",), ["/home/dev/one", "/home/dev/one/.worktrees/two"])
    return the_one_at_work(gemini_at_work(StoreLocation(home, {}), is_inside, NOON))


def test_message_of_gemini_at_work_names_the_model(tmp_path: Path) -> None:
    gemini_session(
        tmp_path,
        gemini_message(-60, -50, "gemini-2.5-flash"),
        {"timestamp": iso(-3), "type": "user"},
        gemini_message(-2, 2, "gemini-2.5-pro"),
        gemini_message(3, 9, "gemini-3-pro"),
    )
    gemini_session(tmp_path, gemini_message(-2, 2, "gemini-3-pro"), session="2", root="/home/dev/one/.worktrees/two")
    assert gemini_found(tmp_path) == AtWork("1ff1fb70-9775", "gemini-2.5-pro")
    assert gemini_found(tmp_path, "/home/dev/one/.worktrees/two") == AtWork("2", "gemini-3-pro")


def test_message_of_gemini_whose_tools_have_not_ended_yet_is_at_work(tmp_path: Path) -> None:
    gemini_session(tmp_path, gemini_message(-60, -50, "gemini-2.5-flash"), gemini_message(-2, None, "gemini-2.5-pro"))
    path = next((tmp_path / ".gemini").rglob("session-*"))
    os.utime(path, (NOON - 2, NOON - 2))
    assert gemini_found(tmp_path) == AtWork("1ff1fb70-9775", "gemini-2.5-pro")


@pytest.mark.parametrize(
    "records",
    [
        pytest.param([gemini_message(-9, -2, "gemini-2.5-pro")], id="its tools ended before"),
        pytest.param(
            [gemini_message(-9, None, "gemini-2.5-pro"), {"timestamp": iso(-3), "type": "user"}], id="answered"
        ),
        pytest.param([gemini_message(2, 5, "gemini-2.5-pro")], id="begun after"),
        pytest.param([gemini_message(-40_000, None, "gemini-2.5-pro")], id="killed long ago"),
        pytest.param([gemini_message(-2, 2, "")], id="without a model"),
        pytest.param([{"type": "gemini", "timestamp": 7, "toolCalls": "none", "model": ["x"]}], id="of another form"),
        pytest.param([], id="no message"),
    ],
)
def test_session_of_gemini_that_was_not_at_work_is_not_found(records: list[dict[str, object]], tmp_path: Path) -> None:
    gemini_session(tmp_path, *records)
    assert gemini_found(tmp_path) is None


def test_two_sessions_of_gemini_with_different_models_are_none(tmp_path: Path) -> None:
    gemini_session(tmp_path, gemini_message(-2, 2, "gemini-2.5-pro"))
    gemini_session(tmp_path, gemini_message(-1, 2, "gemini-3-pro"), session="another")
    assert gemini_found(tmp_path) is None
    assert the_one_at_work([AtWork("one", "x", "1"), AtWork("two", "x", "2")]) == AtWork("one", "x", None)


def test_commits_of_a_real_session_of_gemini_are_given_to_it(tmp_path: Path) -> None:
    shutil.copytree(GEMINI_SAMPLE / ".gemini", tmp_path / ".gemini")
    said = json.loads((GEMINI_SAMPLE / "expected.json").read_text())
    (tmp_path / ".gemini/tmp/gemini/.project_root").write_text(said["repository"])
    is_inside = folder_test([said["repository"]], [])
    for one in said["commits"]:
        at_work = [*gemini_at_work(StoreLocation(tmp_path, {}), is_inside, one["committer_time"])]
        assert at_work == [AtWork(said["session_id"], "gemini-2.5-pro")]
    assert not [*gemini_at_work(StoreLocation(tmp_path, {}), is_inside, said["commits"][0]["committer_time"] - 600)]


@pytest.mark.parametrize(
    "spoil", ["root with a null byte", "empty root", "relative root", "first line is a list", "no id"]
)
def test_session_of_another_form_hides_no_other(spoil: str, tmp_path: Path) -> None:
    gemini_session(tmp_path, gemini_message(-2, 2, "gemini-2.5-pro"))
    other = tmp_path / ".gemini/tmp/other"
    shutil.copytree(tmp_path / ".gemini/tmp/-home-dev-one", other)
    session = next(other.rglob("session-*"))
    if "root" in spoil:
        roots = {"root with a null byte": "/home\0dev", "empty root": "", "relative root": "."}
        (other / ".project_root").write_text(roots[spoil])
    elif spoil == "no id":
        session.write_text(session.read_text().replace("sessionId", "name"))
    else:
        session.write_text("[]\n" + session.read_text())
    assert gemini_found(tmp_path) == AtWork("1ff1fb70-9775", "gemini-2.5-pro")
