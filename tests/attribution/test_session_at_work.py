"""The session of OpenCode that made a commit: found by worktree and time, and none in doubt."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tracker.attribution.session_at_work import AtWork, opencode_at_work
from tracker.attribution.session_log_files import StoreLocation

NOON = 1_795_000_000
"""The commit's time, in seconds since the epoch."""
SAMPLE = Path(__file__).parent.parent / "costs" / "samples" / "opencode"
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
    return opencode_at_work(
        StoreLocation(home, {}),
        worktrees or ("/home/dev/one",),
        ["/home/dev/one", "/home/dev/one/.worktrees/two"],
        NOON,
    )


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
        at_work = opencode_at_work(StoreLocation(tmp_path, {}), [said["repository"]], [], one["committer_time"])
        assert at_work == AtWork(said["session_id"], "fake-model-1")
        assert (
            opencode_at_work(StoreLocation(tmp_path, {}), [said["repository"]], [], one["committer_time"] + 30) is None
        )
