"""What other tools recorded of commits, in the forms that they write, read as evidence."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support import Repo


def git_ai(*sessions: tuple[str, str, str | None, bool], human: bool = False) -> str:
    """A note of git-ai: tool, model and whether any line is attested, for each session."""
    attested = "".join(f"  s_{key}::t_1 1-3\n" for key, _, _, seen in sessions if seen)
    table = {
        f"s_{key}": {"agent_id": {"tool": tool, "id": "x", "model": model}, "human_author": "Ada <a@x>"}
        for key, tool, model, _ in sessions
    }
    metadata = {"schema_version": "authorship/3.0.0", "base_commit_sha": "", "prompts": {}, "sessions": table}
    people = "  h_99 4-5\n" if human else ""
    return f"src/a.py\n{attested}{people}---\n{json.dumps(metadata, indent=2)}\n"


def agentblame(provider: str, model: str) -> str:
    return json.dumps({"version": 2, "attributions": [{"path": "a", "provider": provider, "model": model}]})


def blameprompt(provider: str, model: str) -> str:
    return json.dumps({"receipts": [{"provider": provider, "model": model}]})


def whogitit(kind: str) -> str:
    files = [{"path": "a", "lines": [{"source": {"type": kind}}]}]
    return json.dumps({"version": 3, "session": {"model": {"id": "made-up"}}, "files": files})


PROMPTS = "a.py\n  abcdef01 1-2\n---\n" + json.dumps(
    {"prompts": {"abcdef01": {"agent_id": {"tool": "cursor", "id": "c", "model": "gpt-5"}, "accepted_lines": 2}}}
)

pytestmark = pytest.mark.recorded_later


def trace(revision: str, *, kind: str = "ai", tool: str = "codex", path: str = "1.txt", id_: str = "t1") -> str:
    conversation = {"contributor": {"type": kind, "model_id": "openai/gpt-5.2"}, "ranges": [{"start_line": 1}]}
    return json.dumps(
        {"version": "0.1.0", "id": id_, "vcs": {"type": "git", "revision": revision}, "tool": {"name": tool},
         "files": [{"path": path, "conversations": [conversation]}]}
    ) + "\n"  # fmt: skip


def who(repo: Repo, oid: str | None = None) -> tuple[str, str | None, str, list[str]]:
    wanted = oid or repo.head()
    (line,) = [line for line in repo.log() if line["oid"] == wanted]
    return line["agent"], line["model"], line["signal"], line["also"]


def note(repo: Repo, ref: str, text: str, oid: str = "HEAD") -> None:
    repo.git("notes", f"--ref={ref}", "add", "-f", "-F", "-", oid, stdin=text)


@pytest.fixture
def one(repo: Repo) -> Repo:
    repo.commit("feat: one", file="1.txt")
    repo.settle()
    return repo


@pytest.mark.parametrize(
    ("ref", "text", "expected"),
    [
        ("ai", git_ai(("aa", "claude", "claude-opus-4-6", True)), ("claude-code", "claude-opus-4-6")),
        ("ai", PROMPTS, ("cursor", "gpt-5")),
        ("ai", git_ai(("aa", "github-copilot-cli", "unknown", True)), ("copilot-cli", None)),
        ("ai", git_ai(("aa", "some-new-tool", "m-1", True)), ("unknown-agent", "m-1")),
        ("ai", git_ai(("aa", "claude", "m", False)), ("human", None)),
        ("ai", git_ai(human=True), ("human", None)),
        ("ai", git_ai(("aa", "human", "m", True)), ("human", None)),
        ("agentblame", agentblame("claudeCode", "claude"), ("claude-code", None)),
        ("agentblame", agentblame("opencode", "gpt-5"), ("opencode", "gpt-5")),
        ("blameprompt", blameprompt("codex", "gpt-5.2"), ("codex", "gpt-5.2")),
        ("blameprompt", blameprompt("gemini", "gemini-2.5-flash"), ("gemini-cli", None)),
        ("whogitit", whogitit("AI"), ("claude-code", None)),
        ("whogitit", whogitit("Human"), ("human", None)),
    ],
)  # fmt: skip
def test_notes_that_were_written_after_the_commit_was_recorded(
    one: Repo, ref: str, text: str, expected: tuple[str, str | None]
) -> None:
    note(one, ref, text)
    one.tracker("sync")
    assert who(one)[:2] == expected
    assert who(one)[2] == ("record" if expected[0] != "human" else "none")
    one.assert_recorded()


def test_a_note_that_changes_is_read_again_and_the_rest_is_not(one: Repo) -> None:
    first = one.head()
    note(one, "ai", git_ai(("aa", "claude", None, True)))
    one.commit("feat: two", file="2.txt")
    note(one, "ai", git_ai(("bb", "codex", "gpt-5.2", True)))
    one.tracker("sync")
    assert (who(one, first)[0], who(one)[:2]) == ("claude-code", ("codex", "gpt-5.2"))
    assert one.json("sync")["recorded"] == 0
    note(one, "ai", git_ai(("aa", "cursor", "gpt-5", True)), first)
    one.tracker("sync")
    assert who(one, first)[:2] == ("cursor", "gpt-5")
    one.git("notes", "--ref=ai", "remove", first)
    one.tracker("sync")
    assert who(one, first)[0] == "human"
    one.assert_recorded()


def test_git_does_not_wait_for_them(one: Repo) -> None:
    one.git("config", "agent-tracker.mode", "sync")
    one.commit("feat: two", file="2.txt")
    note(one, "ai", git_ai(("aa", "codex", None, True)))
    one.commit("feat: three", file="3.txt")
    assert {json.loads(line)["agent"] for line in one.tracker("log", "--json").splitlines()} == {"human", "codex"}


def test_a_tool_that_nobody_knows_yields_to_a_co_author(one: Repo) -> None:
    message = "feat: x\n\nCo-authored-by: Claude <noreply@anthropic.com>"
    one.git("commit", "-q", "--allow-empty", "-m", message)
    note(one, "ai", git_ai(("aa", "some-new-tool", None, True)))
    one.tracker("sync")
    assert who(one)[0] == "claude-code"


def test_a_backfill_and_a_new_ledger_read_them(untracked: Repo) -> None:
    for number in range(3):
        untracked.commit(f"feat: {number}", file=f"{number}.txt")
        note(untracked, "ai", git_ai(("aa", "codex", "gpt-5.2", True)))
    untracked.tracker("init")
    untracked.tracker("backfill")
    assert [line["agent"] for line in untracked.log()] == ["codex"] * 3
    (Path((untracked.folder / "ledger").read_text().strip()) / "data.mdb").unlink()
    untracked.tracker("sync")
    assert [line["agent"] for line in untracked.log()] == ["codex"] * 3


def test_what_was_seen_at_the_moment_beats_a_record_and_that_beats_a_co_author(one: Repo) -> None:
    message = "feat: x\n\nCo-authored-by: Cursor <cursoragent@cursor.com>"
    one.git("commit", "-q", "--allow-empty", "-m", message)
    note(one, "ai", git_ai(("aa", "codex", "gpt-5.2", True)))
    one.tracker("sync")
    assert who(one) == ("codex", "gpt-5.2", "record", ["cursor"])
    one.git("commit", "-q", "--allow-empty", "-m", message, env={"OPENCODE": "1"})
    note(one, "ai", git_ai(("aa", "codex", "gpt-5.2", True)))
    one.tracker("sync")
    assert who(one)[0::2] == ("opencode", "environment")


def agentdiff(repo: Repo, name: str, text: str) -> None:
    """A ref of agentdiff: a commit whose tree has traces.jsonl."""
    blob = repo.git("hash-object", "-w", "--stdin", stdin=text).strip()
    tree = repo.git("mktree", stdin=f"100644 blob {blob}\ttraces.jsonl\n").strip()
    repo.git("update-ref", f"refs/agentdiff/{name}", repo.git("commit-tree", "-m", "x", tree).strip())


def test_traces_in_refs_of_agentdiff(one: Repo) -> None:
    one.git("-c", "core.hooksPath=/nowhere", "commit", "-q", "--allow-empty", "-m", "two")
    human = one.head()
    one.git("-c", "core.hooksPath=/nowhere", "commit", "-q", "--allow-empty", "-m", "three")
    agentdiff(one, "meta", trace(human, kind="human", tool="Ada"))
    agentdiff(one, "traces/main", "nonsense\n" + trace(one.head()))
    one.tracker("sync")
    assert (who(one)[:3], who(one, human)[0]) == (("codex", "openai/gpt-5.2", "record"), "human")


@pytest.mark.parametrize(("path", "agent"), [("2.txt", "codex"), ("other.txt", "human")])
def test_traces_in_the_work_tree_name_the_commit_before(one: Repo, path: str, agent: str) -> None:
    one.write(".agent-trace/traces.jsonl", trace(one.head(), path=path))
    one.write("2.txt", "x")
    one.git("add", "2.txt")
    one.git("-c", "core.hooksPath=/nowhere", "commit", "-q", "-m", "two")
    one.tracker("sync")
    assert who(one)[0] == agent


def test_links_of_traces(one: Repo) -> None:
    one.git("-c", "core.hooksPath=/nowhere", "commit", "-q", "--allow-empty", "-m", "two")
    one.write(".agent-trace/traces.jsonl", trace("f" * 40, id_="t7"))
    one.write(".agent-trace/commit-links.jsonl", json.dumps({"commit_sha": one.head(), "trace_ids": ["t7"]}) + "\n")
    one.tracker("sync")
    assert who(one)[0] == "codex"


def entire(repo: Repo, ref: str, folder: str, sessions: list[dict[str, Any]]) -> None:
    """A checkpoint of Entire."""
    rows = [{"metadata": f"/{folder}{number}/metadata.json"} for number in range(len(sessions))]
    files = {f"{folder}metadata.json": {"checkpoint_id": "x", "sessions": rows}}
    files |= {f"{folder}{number}/metadata.json": session for number, session in enumerate(sessions)}
    index = {"GIT_INDEX_FILE": str(repo.path / ".git" / "entire-index")}
    repo.git("read-tree", "--empty", env=index)
    for path, content in files.items():
        blob = repo.git("hash-object", "-w", "--stdin", stdin=json.dumps(content)).strip()
        repo.git("update-index", "--add", "--cacheinfo", f"100644,{blob},{path}", env=index)
    tree = repo.git("write-tree", env=index).strip()
    repo.git("update-ref", ref, repo.git("commit-tree", "-m", "x", tree).strip())


@pytest.mark.parametrize(
    ("ref", "folder", "checkpoint"),
    [
        ("refs/remotes/origin/entire/checkpoints/v1", "a3/b2c4d5e6f7/", "a3b2c4d5e6f7"),
        ("refs/entire/checkpoints/ZN/01KVBXYZABCDEFGHJKMNPQRSZN", "", "01KVBXYZABCDEFGHJKMNPQRSZN"),
    ],
)
def test_checkpoints_of_entire(one: Repo, ref: str, folder: str, checkpoint: str) -> None:
    sessions = [
        {"agent": "Factory AI Droid", "model": "", "session_id": "x"},
        {"agent": "Codex", "model": "gpt-5", "kind": "agent_review"},
    ]
    entire(one, ref, folder, sessions)
    for _ in range(2):  # one checkpoint may be of several commits
        one.git("commit", "-q", "--allow-empty", "-m", f"feat: two\n\nEntire-Checkpoint: {checkpoint}")
    one.settle()
    assert who(one) == who(one, one.head("HEAD~1")) == ("factory-droid", None, "record", [])


@pytest.mark.parametrize(
    "text",
    [
        "", "---", "---\n", "---\n[]", "---\nnull", '---\n{"prompts": 7}', '---\n{"sessions": {"s": {"agent_id": 3}}}',
        "\0\0", "x" * 300_000, "---\n" + "[" * 100_000, '{"attributions": [1, 2]}', '{"receipts": {"a": 1}}',
        git_ai(("aa", "\x1b[31m$(touch pwned)", "m", True)),
    ],
)  # fmt: skip
def test_hostile_records_break_nothing(one: Repo, text: str) -> None:
    for ref in ("ai", "agentblame", "blameprompt", "whogitit"):
        blob = one.git("hash-object", "-w", "--stdin", stdin=text).strip()
        one.git("notes", f"--ref={ref}", "add", "-f", "-C", blob, "HEAD")
    agentdiff(one, "meta", text)
    one.write(".agent-trace/traces.jsonl", text)
    one.git("commit", "-q", "--allow-empty", "-m", "feat: two\n\nEntire-Checkpoint: a3b2c4d5e6f7")
    one.settle()
    one.tracker("sync")
    assert {line["agent"] for line in one.log()} <= {"human", "unknown-agent"}
    assert "\x1b" not in one.tracker("explain", "HEAD~1")
    assert one.json("doctor")["findings"] == []
    one.assert_recorded()
