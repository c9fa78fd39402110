"""The spool: reading and writing events, and equality of the events that the shell and Python write."""

import os
import random
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support import Repo, one
from tracker.attribution import capture_rules, captured_variables, catalogue_file
from tracker.model import Event, Oid
from tracker.project.set_aside import SetAside
from tracker.project.spool import Spool

LINE = st.text(st.characters(codec="utf-8", exclude_characters="\n\0"), max_size=30)
OID = st.text("0123456789abcdef", min_size=40, max_size=40).map(Oid)
EVENTS = st.builds(
    Event,
    name=st.just(""), hook=st.sampled_from(["post-commit", "post-rewrite"]),
    arguments=st.lists(LINE, max_size=3).map(tuple), time=st.just(0), work_tree=LINE, head=st.none() | OID,
    author_date=st.none() | LINE.filter(bool), picking=st.booleans(), merging=st.booleans(), terminal=st.booleans(),
    environment=st.lists(st.tuples(st.sampled_from(["CLAUDECODE", "AI_AGENT"]), LINE), max_size=2).map(tuple),
    pairs=st.lists(st.tuples(OID, OID), max_size=2).map(tuple),
    picked=st.none() | OID, process=st.none() | LINE.filter(bool), branch=st.none() | LINE.filter(bool),
)  # fmt: skip


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    (tmp_path / "spool").mkdir()
    return Spool(tmp_path / "spool", SetAside(tmp_path / "set-aside"))


@settings(max_examples=60, deadline=None)
@given(EVENTS)
def test_event_is_read_as_it_was_written(tmp_path_factory: pytest.TempPathFactory, event: Event) -> None:
    directory = tmp_path_factory.mktemp("spool")
    spool = Spool(directory, SetAside(directory.parent / "set-aside"))
    spool.write(event)
    events, refused = spool.read()
    assert refused == []
    assert [read._replace(name="", time=0) for read in events] == [event]
    spool.remove(events)
    assert spool.count() == 0


def test_incomplete_event_of_a_clock_that_was_wrong_does_not_wait_for_that_time(spool: Spool) -> None:
    place = spool.directory / "7.0"
    place.write_text("agent-tracker-event=1\nhook=post-commit\nenv.CLAUDECODE=1\n")
    years_ahead = time.time() + 1e8
    os.utime(place, (years_ahead, years_ahead))
    assert one(spool.read()[0]).environment == (("CLAUDECODE", "1"),)


def test_incomplete_event_waits_until_it_is_old_and_then_counts_without_its_last_line(spool: Spool) -> None:
    place = spool.directory / "7.0"
    place.write_text("agent-tracker-event=1\nhook=post-commit\nenv.CLAUDECODE=1\nenv.AI_AGENT=clau")
    assert spool.read() == ([], [])
    assert spool.count() == 1
    long_ago = time.time() - 3600
    os.utime(place, (long_ago, long_ago))
    events, refused = spool.read()
    assert refused == []
    assert one(events).environment == (("CLAUDECODE", "1"),)


def test_old_empty_event_is_removed(spool: Spool) -> None:
    place = spool.directory / "7.0"
    place.write_bytes(b"")
    os.utime(place, (1, 1))
    assert spool.read() == ([], [])
    assert spool.count() == 0


@pytest.mark.parametrize(
    "content",
    [
        b"agent-tracker-event=2\nhook=x\nend=1\n",
        b"nonsense\nend=1\n",
        b"agent-tracker-event=1\nend=1\n",
        b"\xff" * 100 + b"\nend=1\n",
        b"x" * (1 << 21),
    ],
    ids=["other-version", "no-event", "no-hook", "not-utf-8", "too-large"],
)
def test_invalid_event_is_set_aside_with_a_reason(spool: Spool, content: bytes) -> None:
    place = spool.directory / "7.0"
    place.write_bytes(content)
    os.utime(place, (1, 1))
    events, refused = spool.read()
    assert events == []
    assert [path.read_bytes() for path in refused] == [content]
    name, reason = one(SetAside(spool.directory.parent / "set-aside").entries())
    assert name.startswith("7.0")
    assert reason


def test_link_in_the_spool_is_not_followed(spool: Spool, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("agent-tracker-event=1\nhook=post-commit\nend=1\n")
    (spool.directory / "7.0").symlink_to(tmp_path / "secret")
    events, refused = spool.read()
    assert (events, len(refused)) == ([], 1)
    assert (tmp_path / "secret").exists()


def test_values_with_line_breaks_cannot_forge_fields(spool: Spool) -> None:
    event = Event("", "post-commit", ("a\nhook=x",), 0, "w\nhead=" + "a" * 40, None, None, False, False, False,
                  (("AI_AGENT", "x\nenv.CLAUDECODE=1"),), ())  # fmt: skip
    spool.write(event)
    read = one(spool.read()[0])
    assert (read.arguments, read.work_tree, read.head, read.environment) == (("a",), "w", None, (("AI_AGENT", "x"),))


HOSTILE_VALUES = {
    "AI_AGENT": "codex\nenv.CLAUDECODE=1\nend=1",
    "AGENT": "$(touch pwned) `touch pwned` %s %n \\n ' \" ;",
    "OPENCODE_SESSION_ID": "x" * 100_000,
    "CLAUDE_CODE_SESSION_ID": "-n -e *",
}


def test_program_reads_an_event_that_the_shell_wrote(repo: Repo) -> None:
    repo.record_later()
    oid = repo.commit("feat: one", env=HOSTILE_VALUES | {"SECRET_TOKEN": "hunter2"})
    events, refused = Spool(repo.folder / "spool", SetAside(repo.folder / "set-aside")).read()
    assert refused == []
    event = one(events)
    assert (event.hook, event.head, event.work_tree) == ("post-commit", oid, str(repo.path))
    assert event.author_date is not None
    assert dict(event.environment) == {
        "AI_AGENT": "codex",
        "OPENCODE_SESSION_ID": "1",
        "CLAUDE_CODE_SESSION_ID": "1",
    }
    assert event.branch == "main"
    assert not list(repo.path.rglob("pwned"))
    assert (repo.folder / "spool" / event.name).stat().st_mode & 0o777 == 0o600


SHELLS = [["dash"], ["bash"], ["bash", "--posix"], ["busybox", "sh"], ["mksh"], ["zsh", "--emulate", "sh"]]


@pytest.mark.parametrize("shell", [shell for shell in SHELLS if shutil.which(shell[0])], ids=" ".join)
@pytest.mark.parametrize("date", ["@1700000000 +0100", ""], ids=["author-date", "no-author-date"])
@pytest.mark.parametrize("state", ["commit", "rebase-merge", "rebase-apply/rebasing"])
def test_every_shell_writes_the_same_event(repo: Repo, shell: list[str], state: str, date: str) -> None:
    """A process with the same id left a file with the event's first name, so it gets the next one.

    A commit that git's sequencer copies has no author date in the environment, and tells nothing about who works here.
    """
    head = repo.commit("feat: one")
    repo.settle()
    repo.git("switch", "-q", "--detach")
    repo.record_later()
    repo.settle()
    if state == "rebase-merge":
        (repo.path / ".git" / state).mkdir()
    elif state != "commit":
        repo.write(f".git/{state}", "")
    spool = Spool(repo.folder / "spool", SetAside(repo.folder / "set-aside"))
    hook = repo.path / ".git" / "hooks" / "post-commit"
    script = f'echo left >"{spool.directory}/$$.0"; . "{hook}"; echo reached'
    variables = {"GIT_AUTHOR_DATE": date, "CLAUDECODE": "yes", "AI_AGENT": HOSTILE_VALUES["AGENT"]}
    done = subprocess.run(
        [*shell, "-c", script], cwd=repo.path, env=repo.environment | variables, capture_output=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"reached\n", b"")
    left = one(spool.directory.glob("*.0"))
    assert left.read_text() == "left\n"
    left.unlink()
    events, refused = spool.read()
    assert refused == []
    event = one(events)
    assert event.name == f"{left.stem}.1"
    assert (spool.directory / event.name).stat().st_mode & 0o777 == 0o600
    assert event._replace(name="", time=0, environment=tuple(sorted(event.environment))) == Event(
        name="", hook="post-commit", arguments=(), time=0, work_tree=str(repo.path), head=Oid(head),
        author_date=date or None, picking=state != "commit", merging=False, terminal=False,
        environment=() if state != "commit" and not date else (("AI_AGENT", "1"), ("CLAUDECODE", "1")), pairs=(),
    )  # fmt: skip


VALUES = (
    "", "0", "false", "No", "1", "true", "yes", "TRUE", "amp", "crush", "claude-code_2-1-263_agent", "codex_web_agent",
    "agent-exec", "cursor", "zed", "vscode", "cat", "head -n 10000 | cat", "/home/jules", "swebot", "assistant",
    "AmazonQ-For-CLI Version/1.0", "/bin/jsh", "github_copilot_vscode_agent", "sk-ant-0123", "ghp_0123456789",
    "eyJhbGciOi", "00000000-0000-4000-8000-000000000000", "T-1:a/b@c",
    "abcdefgh", "abcdefg1", "1.0.80", "two words", "x" * 129, "x" * 128, "a\nb",
    "$(touch pwned)", "`touch pwned`", "'; touch pwned", "*", "~", "\\n", "%s", "-n", "ä", "\u202e",
)  # fmt: skip


def kept_by_shell(repo: Repo, variables: dict[str, str], shell: str = "sh") -> dict[str, str]:
    """Return the variables of an environment that the native hook writes into its event."""
    spool = Spool(repo.folder / "spool", SetAside(repo.folder / "set-aside"))
    hook = repo.path / ".git" / "hooks" / "post-commit"
    subprocess.run([shell, hook], cwd=repo.path, env=variables | {"PATH": os.environ["PATH"]}, check=True)
    events, refused = spool.read()
    spool.remove(events)
    assert refused == []
    event = one(events)
    assert len(event.environment) == len(dict(event.environment))
    return dict(event.environment)


@pytest.mark.parametrize("shell", ["dash", "bash"])
@pytest.mark.whole
def test_shell_keeps_the_same_variables_as_python(repo: Repo, shell: str) -> None:
    """Neither keeps a secret, for any values of the variables."""
    if not shutil.which(shell):
        pytest.skip(f"{shell} is not installed")
    repo.commit("feat: one")
    repo.settle()
    repo.record_later()
    rules = catalogue_file.load()
    names, chance = sorted(capture_rules(rules).variables), random.Random(1)
    for _ in range(60):
        variables = {name: chance.choice(VALUES) for name in chance.sample(names, 25)} | {"COPILOT_GITHUB_TOKEN": "x"}
        found = kept_by_shell(repo, variables, shell)
        assert found == dict(captured_variables(variables, rules))
        assert captured_variables(found, rules) == tuple(sorted(found.items()))
        assert not {"sk-ant-0123", "ghp_0123456789", "eyJhbGciOi", "x"} & set(found.values())
    assert not list(repo.path.rglob("pwned"))


def test_only_variables_on_the_allow_list_reach_the_disk(repo: Repo, tmp_path: Path) -> None:
    secrets = {
        f"{word}_{n}": f"s3cr3t-{word}-{n}" for word in ("API_KEY", "TOKEN", "CLAUDE", "PASSWORD") for n in range(5)
    }
    for mode in ("detached", "sync"):
        repo.git("config", "agent-tracker.mode", mode)
        repo.commit("feat: one", env=secrets | {"CLAUDECODE": "1"})
        repo.settle()
    repo.assert_recorded()
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert b"s3cr3t" not in path.read_bytes(), path
