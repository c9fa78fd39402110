"""Evidence from the records that other tools keep of commits, in the formats that they write."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support import Repo


def git_ai(*sessions: tuple[str, str, str | None, bool], human: bool = False) -> str:
    """Return a note of git-ai; each session is (key, tool, model, True if any line is attributed to it)."""
    attested = "".join(f"  s_{key}::t_1 1-3\n" for key, _, _, has_lines in sessions if has_lines)
    table = {
        f"s_{key}": {"agent_id": {"tool": tool, "id": "x", "model": model}, "human_author": "Ada <a@x>"}
        for key, tool, model, _ in sessions
    }
    metadata = {"schema_version": "authorship/3.0.0", "base_commit_sha": "", "prompts": {}, "sessions": table}
    people = "  h_99 4-5\n" if human else ""
    return f"src/a.py\n{attested}{people}---\n{json.dumps(metadata, indent=2)}\n"


def agentblame(provider: str, model: str) -> str:
    return json.dumps({"version": 2, "attributions": [{"path": "a", "provider": provider, "model": model}]})


def qwen_code(share: int) -> str:
    files = {"1.txt": {"aiContribution": share}}
    return json.dumps({"version": 1, "generator": "Qwen-Coder", "files": files, "summary": {"aiPercent": share}})


def blameprompt(provider: str, model: str) -> str:
    return json.dumps({"receipts": [{"provider": provider, "model": model}]})


def whogitit(kind: str) -> str:
    files = [{"path": "a", "lines": [{"source": {"type": kind}}]}]
    return json.dumps({"version": 3, "session": {"model": {"id": "made-up"}}, "files": files})


pytestmark = pytest.mark.recorded_later

PROMPTS = "a.py\n  abcdef01 1-2\n---\n" + json.dumps(
    {"prompts": {"abcdef01": {"agent_id": {"tool": "cursor", "id": "c", "model": "gpt-5"}, "accepted_lines": 2}}}
)


def trace(revision: str, *, kind: str = "ai", tool: str = "codex", path: str = "1.txt", id_: str = "t1") -> str:
    conversation = {"contributor": {"type": kind, "model_id": "openai/gpt-5.2"}, "ranges": [{"start_line": 1}]}
    return json.dumps(
        {"version": "0.1.0", "id": id_, "vcs": {"type": "git", "revision": revision}, "tool": {"name": tool},
         "files": [{"path": path, "conversations": [conversation]}]}
    ) + "\n"  # fmt: skip


def actor(repo: Repo, oid: str | None = None) -> tuple[str, str | None, str, list[str]]:
    """Return agent, model, signal and further agents of a commit, HEAD by default."""
    line = repo.line(oid)
    return line["agent"], line["model"], line["signal"], line["also"]


def note(repo: Repo, ref: str, text: str, oid: str = "HEAD") -> None:
    repo.git("notes", f"--ref={ref}", "add", "-f", "-F", "-", oid, stdin=text)


@pytest.fixture
def committed(repo: Repo) -> Repo:
    """A repository with one commit, which is recorded."""
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
        ("ai-attribution", qwen_code(100), ("qwen-code", None)),
        ("ai-attribution", qwen_code(0), ("human", None)),
    ],
    ids=[
        "git-ai session", "git-ai prompts", "git-ai without model", "git-ai unknown tool", "git-ai no attested line",
        "git-ai person", "git-ai human as tool", "agentblame without model", "agentblame", "blameprompt",
        "blameprompt default model", "whogitit", "whogitit person", "Qwen Code", "Qwen Code, all by a person",
    ],
)  # fmt: skip
def test_note_written_after_commit_was_recorded(
    committed: Repo, ref: str, text: str, expected: tuple[str, str | None]
) -> None:
    note(committed, ref, text)
    committed.tracker("sync")
    assert actor(committed)[:2] == expected
    assert actor(committed)[2] == ("record" if expected[0] != "human" else "none")
    committed.assert_recorded()


@pytest.mark.whole
def test_only_changed_notes_are_read_again(committed: Repo) -> None:
    first = committed.head()
    note(committed, "ai", git_ai(("aa", "claude", None, True)))
    committed.commit("feat: two", file="2.txt")
    note(committed, "ai", git_ai(("bb", "codex", "gpt-5.2", True)))
    committed.tracker("sync")
    assert (actor(committed, first)[0], actor(committed)[:2]) == ("claude-code", ("codex", "gpt-5.2"))
    assert committed.json("sync")["recorded"] == 0
    note(committed, "ai", git_ai(("aa", "cursor", "gpt-5", True)), first)
    committed.tracker("sync")
    assert actor(committed, first)[:2] == ("cursor", "gpt-5")
    committed.git("notes", "--ref=ai", "remove", first)
    committed.tracker("sync")
    assert actor(committed, first)[0] == "human"
    committed.assert_recorded()


def test_sync_mode_leaves_notes_to_next_command(committed: Repo) -> None:
    committed.git("config", "agent-tracker.mode", "sync")
    committed.commit("feat: two", file="2.txt")
    note(committed, "ai", git_ai(("aa", "codex", None, True)))
    committed.commit("feat: three", file="3.txt")
    assert {json.loads(line)["agent"] for line in committed.tracker("log", "--json").splitlines()} == {"human", "codex"}


def test_unknown_tool_in_note_yields_to_co_author(committed: Repo) -> None:
    message = "feat: x\n\nCo-authored-by: Claude <noreply@anthropic.com>"
    committed.git("commit", "-q", "--allow-empty", "-m", message)
    note(committed, "ai", git_ai(("aa", "some-new-tool", None, True)))
    committed.tracker("sync")
    assert actor(committed)[0] == "claude-code"


def test_backfill_and_new_ledger_read_notes(untracked: Repo) -> None:
    for number in range(3):
        untracked.commit(f"feat: {number}", file=f"{number}.txt")
        note(untracked, "ai", git_ai(("aa", "codex", "gpt-5.2", True)))
    untracked.tracker("init")
    untracked.tracker("backfill")
    assert [line["agent"] for line in untracked.log()] == ["codex"] * 3
    (Path((untracked.folder / "ledger").read_text().strip()) / "data.mdb").unlink()
    untracked.tracker("sync")
    assert [line["agent"] for line in untracked.log()] == ["codex"] * 3


def test_environment_goes_before_note_and_note_before_co_author(committed: Repo) -> None:
    message = "feat: x\n\nCo-authored-by: Cursor <cursoragent@cursor.com>"
    committed.git("commit", "-q", "--allow-empty", "-m", message)
    note(committed, "ai", git_ai(("aa", "codex", "gpt-5.2", True)))
    committed.tracker("sync")
    assert actor(committed) == ("codex", "gpt-5.2", "record", ["cursor"])
    committed.git("commit", "-q", "--allow-empty", "-m", message, env={"OPENCODE": "1"})
    note(committed, "ai", git_ai(("aa", "codex", "gpt-5.2", True)))
    committed.tracker("sync")
    assert actor(committed)[0::2] == ("opencode", "environment")


def agentdiff(repo: Repo, name: str, text: str) -> None:
    """Write a ref of agentdiff: a commit whose tree has traces.jsonl."""
    blob = repo.git("hash-object", "-w", "--stdin", stdin=text).strip()
    tree = repo.git("mktree", stdin=f"100644 blob {blob}\ttraces.jsonl\n").strip()
    repo.git("update-ref", f"refs/agentdiff/{name}", repo.git("commit-tree", "-m", "x", tree).strip())


@pytest.mark.whole
def test_traces_in_agentdiff_refs(committed: Repo) -> None:
    committed.git("-c", "core.hooksPath=/nowhere", "commit", "-q", "--allow-empty", "-m", "two")
    human = committed.head()
    committed.git("-c", "core.hooksPath=/nowhere", "commit", "-q", "--allow-empty", "-m", "three")
    agentdiff(committed, "meta", trace(human, kind="human", tool="Ada"))
    agentdiff(committed, "traces/main", "nonsense\n" + trace(committed.head()))
    committed.tracker("sync")
    assert (actor(committed)[:3], actor(committed, human)[0]) == (("codex", "openai/gpt-5.2", "record"), "human")


@pytest.mark.parametrize(("path", "agent"), [("2.txt", "codex"), ("other.txt", "human")])
def test_trace_in_worktree_applies_to_next_commit_of_its_path(committed: Repo, path: str, agent: str) -> None:
    committed.write(".agent-trace/traces.jsonl", trace(committed.head(), path=path))
    committed.write("2.txt", "x")
    committed.git("add", "2.txt")
    committed.git("-c", "core.hooksPath=/nowhere", "commit", "-q", "-m", "two")
    committed.tracker("sync")
    assert actor(committed)[0] == agent


def test_trace_with_commit_link(committed: Repo) -> None:
    committed.git("-c", "core.hooksPath=/nowhere", "commit", "-q", "--allow-empty", "-m", "two")
    committed.write(".agent-trace/traces.jsonl", trace("f" * 40, id_="t7"))
    committed.write(
        ".agent-trace/commit-links.jsonl", json.dumps({"commit_sha": committed.head(), "trace_ids": ["t7"]}) + "\n"
    )
    committed.tracker("sync")
    assert actor(committed)[0] == "codex"


def entire(repo: Repo, ref: str, folder: str, sessions: list[dict[str, Any]]) -> None:
    """Write a checkpoint of Entire."""
    rows = [{"metadata": f"/{folder}{number}/metadata.json"} for number in range(len(sessions))]
    files = {f"{folder}metadata.json": {"checkpoint_id": "x", "sessions": rows}}
    files |= {f"{folder}{number}/metadata.json": session for number, session in enumerate(sessions)}
    store(repo, ref, {path: json.dumps(content) for path, content in files.items()})


def store(repo: Repo, ref: str, files: dict[str, str]) -> None:
    """Write a ref of a commit with these files."""
    index = {"GIT_INDEX_FILE": str(repo.path / ".git" / "entire-index")}
    repo.git("read-tree", "--empty", env=index)
    for path, content in files.items():
        blob = repo.git("hash-object", "-w", "--stdin", stdin=content).strip()
        repo.git("update-index", "--add", "--cacheinfo", f"100644,{blob},{path}", env=index)
    tree = repo.git("write-tree", env=index).strip()
    repo.git("update-ref", ref, repo.git("commit-tree", "-m", "x", tree).strip())


@pytest.mark.parametrize(
    ("ref", "folder", "checkpoint"),
    [
        ("refs/remotes/origin/entire/checkpoints/v1", "a3/b2c4d5e6f7/", "a3b2c4d5e6f7"),
        ("refs/entire/checkpoints/ZN/01KVBXYZABCDEFGHJKMNPQRSZN", "", "01KVBXYZABCDEFGHJKMNPQRSZN"),
    ],
    ids=["branch of all checkpoints", "ref of one checkpoint"],
)
def test_entire_checkpoint_named_in_trailer(committed: Repo, ref: str, folder: str, checkpoint: str) -> None:
    sessions = [
        {"agent": "Factory AI Droid", "model": "", "session_id": "x"},
        {"agent": "Codex", "model": "gpt-5", "kind": "agent_review"},
    ]
    entire(committed, ref, folder, sessions)
    for _ in range(2):  # several commits may name one checkpoint
        committed.git("commit", "-q", "--allow-empty", "-m", f"feat: two\n\nEntire-Checkpoint: {checkpoint}")
    committed.settle()
    assert actor(committed) == actor(committed, committed.head("HEAD~1")) == ("factory-droid", None, "record", [])


@pytest.mark.parametrize(
    "text",
    [
        "", "---", "---\n", "---\n[]", "---\nnull", '---\n{"prompts": 7}', '---\n{"sessions": {"s": {"agent_id": 3}}}',
        "\0\0", "x" * 300_000, "---\n" + "[" * 100_000, '{"attributions": [1, 2]}', '{"receipts": {"a": 1}}',
        git_ai(("aa", "\x1b[31m$(touch pwned)", "m", True)),
        '{"sessions": [{"metadata": "a3/b2c4d5e6f7/\\ud800.json"}]}',
        trace("f" * 40, path="SURROGATE", tool="SURROGATE").replace("SURROGATE", "\\ud800"),
        git_ai(("aa", "SURROGATE", "SURROGATE", True)).replace("SURROGATE", "\\ud800"),
    ],
    ids=[
        "empty", "separator", "separator line", "list", "null", "number of prompts", "number of agent", "null bytes",
        "long line", "deep lists", "numbers of attributions", "table of receipts", "control characters",
        "surrogate in a path", "surrogate in a trace", "surrogate in a name",
    ],
)  # fmt: skip
def test_malformed_records_name_no_agent_and_cause_no_error(committed: Repo, text: str) -> None:
    for ref in ("ai", "agentblame", "blameprompt", "whogitit"):
        blob = committed.git("hash-object", "-w", "--stdin", stdin=text).strip()
        committed.git("notes", f"--ref={ref}", "add", "-f", "-C", blob, "HEAD")
    agentdiff(committed, "meta", text)
    committed.write(".agent-trace/traces.jsonl", text)
    store(committed, "refs/remotes/origin/entire/checkpoints/v1", {"a3/b2c4d5e6f7/metadata.json": text})
    committed.git("commit", "-q", "--allow-empty", "-m", "feat: two\n\nEntire-Checkpoint: a3b2c4d5e6f7")
    committed.settle()
    committed.tracker("sync")
    assert {line["agent"] for line in committed.log()} <= {"human", "unknown-agent"}
    assert "\x1b" not in committed.tracker("explain", "HEAD~1")
    assert committed.json("doctor")["findings"] == []
    committed.assert_recorded()
