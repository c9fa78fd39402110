"""The places from which agent-tracker reads what others wrote, and how bytes get there."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tests.support import Repo

AGENT: Final = {"CLAUDECODE": "1", "CLAUDE_CODE_SESSION_ID": "11111111-2222-3333-4444-555555555555"}
"""The environment of the user's own commits."""
CHECKPOINT: Final = "abcdef012345"


def _git_file(name: str) -> Callable[[Repo, bytes], None]:
    """Return a function that writes a file of the git directory."""

    def plant(repo: Repo, data: bytes) -> None:
        path = repo.folder.parent / name
        if path.is_dir():
            shutil.rmtree(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    return plant


def _ours(name: str) -> Callable[[Repo, bytes], None]:
    """Return a function that writes a file of ours in the git directory."""
    return _git_file(f"agent-tracker/{name}")


def _in_worktree(name: str) -> Callable[[Repo, bytes], None]:
    return lambda repo, data: _write(repo.path / name, data)


def _in_home(name: str) -> Callable[[Repo, bytes], None]:
    return lambda repo, data: _write(Path(repo.environment["HOME"]) / name, data)


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    path.write_bytes(data)


def _object(repo: Repo, kind: str, data: bytes) -> str:
    return repo.git("hash-object", "-t", kind, "-w", "--literally", "--stdin", stdin=data).strip()


def _commit(repo: Repo, head: bytes, message: bytes) -> None:
    """Make a commit with these headers and message, and let a remote branch name it, as a fetch would."""
    oid = _object(repo, "commit", head + b"\n" + message)
    repo.git("update-ref", "refs/remotes/origin/fuzz", oid, code=None)
    repo.git("update-ref", "refs/heads/fuzz", oid, code=None)


def _headers(repo: Repo, author: bytes, committer: bytes, more: bytes = b"") -> bytes:
    parent = repo.head().encode()
    tree = repo.head("HEAD^{tree}").encode()
    return b"tree %s\nparent %s\nauthor %s\ncommitter %s\n%s" % (tree, parent, author, committer, more)


_IDENTITY: Final = b"A <a@example.com> 1700000000 +0000"


def _message(repo: Repo, data: bytes) -> None:
    _commit(repo, _headers(repo, _IDENTITY, _IDENTITY), data)


def _author(repo: Repo, data: bytes) -> None:
    line = data.replace(b"\n", b" ").replace(b"\0", b" ")
    _commit(repo, _headers(repo, line, _IDENTITY), b"feat: fuzz\n")


def _committer(repo: Repo, data: bytes) -> None:
    line = data.replace(b"\n", b" ").replace(b"\0", b" ")
    _commit(repo, _headers(repo, _IDENTITY, line), b"feat: fuzz\n")


def _more_headers(repo: Repo, data: bytes) -> None:
    _commit(repo, _headers(repo, _IDENTITY, _IDENTITY, data.replace(b"\0", b"") + b"\n"), b"feat: fuzz\n")


def _tree(repo: Repo, data: bytes) -> None:
    """Make a commit whose tree has a file of this name: it is part of every diff."""
    blob = bytes.fromhex(_object(repo, "blob", b"x\n"))
    name = data.replace(b"\0", b"")[:4000] or b"x"
    tree = _object(repo, "tree", b"100644 " + name + b"\0" + blob).encode()
    head = b"tree %s\nparent %s\nauthor %s\ncommitter %s\n" % (tree, repo.head().encode(), _IDENTITY, _IDENTITY)
    _commit(repo, head, b"feat: a path\n")


def _note(ref: str) -> Callable[[Repo, bytes], None]:
    """Return a function that writes a note of HEAD."""

    def plant(repo: Repo, data: bytes) -> None:
        blob = _object(repo, "blob", data)
        repo.git("notes", f"--ref={ref}", "add", "-f", "-C", blob, "HEAD", code=None)

    return plant


def _ref_to_blob(ref: str) -> Callable[[Repo, bytes], None]:
    return lambda repo, data: _write(repo.folder.parent / ref, _object(repo, "blob", data).encode() + b"\n")


def _file_at_ref(ref: str, *path: str) -> Callable[[Repo, bytes], None]:
    """Return a function that makes a ref name a commit with one file."""

    def plant(repo: Repo, data: bytes) -> None:
        kind, oid = "blob", _object(repo, "blob", data)
        for name in reversed(path):
            mode = b"100644 " if kind == "blob" else b"40000 "
            kind, oid = "tree", _object(repo, "tree", mode + name.encode() + b"\0" + bytes.fromhex(oid))
        repo.git("update-ref", ref, repo.git("commit-tree", "-m", "x", oid).strip())

    return plant


def _reflog(name: str) -> Callable[[Repo, bytes], None]:
    """Return a function that adds lines to a reflog."""

    def plant(repo: Repo, data: bytes) -> None:
        with (repo.folder.parent / "logs" / name).open("ab") as file:
            file.write(data + b"\n")

    return plant


def _event(repo: Repo, data: bytes) -> None:
    """Add an event that was forged or damaged; the second one is written to its end."""
    _ours("spool/1.1")(repo, data)
    _ours("spool/1.2")(repo, b"agent-tracker-event=1\nhook=post-commit\n" + data + b"\nend=1\n")


def _stdin_of_hook(repo: Repo, data: bytes) -> None:
    """Let git's list of rewritten commits hold these bytes."""
    hook = repo.folder.parent / "hooks" / "post-rewrite"
    repo.git("-c", f"alias.rewritten=!'{hook}' amend", "rewritten", stdin=data, code=None)


PLACES: Final[dict[str, Callable[[Repo, bytes], None]]] = {
    "message": _message,
    "author": _author,
    "committer": _committer,
    "headers": _more_headers,
    "path": _tree,
    **{f"note in {ref}": _note(ref) for ref in ("refs/notes/ai", "refs/notes/agentblame", "refs/notes/whogitit")},
    "notes ref": _ref_to_blob("refs/notes/ai"),
    "Agent Trace ref": _file_at_ref("refs/agentdiff/traces/x", "traces.jsonl"),
    "Agent Trace ref to a blob": _ref_to_blob("refs/agentdiff/meta"),
    "Entire summary": _file_at_ref("refs/heads/entire/checkpoints/v1", "ab", "cdef012345", "metadata.json"),
    "Entire ref to a blob": _ref_to_blob("refs/heads/entire/checkpoints/v1"),
    "traces": _in_worktree(".agent-trace/traces.jsonl"),
    "trace links": _in_worktree(".agent-trace/commit-links.jsonl"),
    "status file": _in_worktree(".agent/status.json"),
    "session log": _in_home(f".claude/projects/p/{AGENT['CLAUDE_CODE_SESSION_ID']}.jsonl"),
    "user's agents": _in_home("config/agent-tracker/agents.toml"),
    "reflog of HEAD": _reflog("HEAD"),
    "reflog of a branch": _reflog("refs/heads/main"),
    "branch": _git_file("refs/heads/broken"),
    "remote branch": _git_file("refs/remotes/origin/broken"),
    "FETCH_HEAD": _git_file("FETCH_HEAD"),
    "commit map": _git_file("filter-repo/commit-map"),
    "worktree": _git_file("worktrees/x/gitdir"),
    "worktree's HEAD": _git_file("worktrees/x/HEAD"),
    "event": _event,
    "list of a hook": _stdin_of_hook,
    **{
        f"{name} of ours": _ours(name)
        for name in (
            "pending/1.json", "project-id", "ledger-place", "baseline", "reflogs", "read-map", "no-costs-due",
            "record-refs", "remote-refs", "deferred-commits", "unread-sources", "recorder.log", "defects.log",
            "guard-blind",
        )
    },
}  # fmt: skip
"""A function for each place that puts bytes there."""
