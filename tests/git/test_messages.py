"""Subjects, kinds of task, reverts and cherry-picks read from messages; subjects are compared with git's."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.program import sized
from tests.support import Repo
from tracker.git import messages, task_kinds

LINES = st.sampled_from(
    ["", "", "subject", "  indented", "Key: value", "Signed-off-by: A <a@x>", "Co-authored-by: B <b@x>", "a: b: c",
     " folded on", "\tfolded too", "(cherry picked from commit abc)", "not a trailer", "Key:", "K e y: no", "key : v",
     "x" * 50, "Tést: ümlaut", "- list", "---", "# hash"]
)  # fmt: skip
MESSAGES = st.lists(LINES, min_size=1, max_size=12).map("\n".join)


@settings(max_examples=sized(100, 30), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(MESSAGES)
def test_subject_equals_that_of_git(untracked: Repo, message: str) -> None:
    tree = untracked.git("hash-object", "-t", "tree", "-w", "--stdin", stdin="").strip()
    raw = f"tree {tree}\nauthor A <a@x> 1 +0000\ncommitter A <a@x> 1 +0000\n\n{message}"
    oid = untracked.git("hash-object", "-t", "commit", "-w", "--stdin", "--literally", stdin=raw).strip()
    assert messages.subject(message) == untracked.git("log", "-1", "--format=%s", oid).rstrip("\n")


@pytest.mark.parametrize(
    ("subject", "paths", "kind"),
    [
        ("feat: x", [], "feat"),
        ("fix(scope)!: x", [], "fix"),
        ("Docs: x", [], "docs"),
        ("fixup! test: x", [], "test"),
        ("ci: x", [], "build"),
        ("style: x", [], "chore"),
        ("wip", ["tests/test_a.py", "src/b.spec.ts"], "test"),
        ("wip", ["README.md", "docs/a.png"], "docs"),
        ("wip", ["package.json", ".github/workflows/a.yml"], "build"),
        ("wip", ["src/a.py", "README.md"], "other"),
        ("feature request: not a type", [], "other"),
        ("", [], "other"),
        ("Fixed a race in the writer", ["src/a.py"], "fix"),
        ("Add tests of the writer", ["tests/test_a.py"], "test"),
        ("add: a flag", ["src/a.py"], "feat"),
        ("squash! Rename the writer", ["src/a.py"], "refactor"),
        ("Fixtures for the writer", ["src/a.py"], "other"),
        ("Update the writer", ["src/a.py"], "other"),
    ],
    ids=[
        "type",
        "type with scope",
        "type in capitals",
        "type after fixup",
        "type ci",
        "type style",
        "paths of tests",
        "paths of documents",
        "paths of build",
        "mixed paths",
        "colon without type",
        "empty",
        "first word fix",
        "paths before the first word",
        "first word add",
        "first word after squash",
        "longer word",
        "word that leaves doubt",
    ],
)
def test_kind_of_task(subject: str, paths: list[str], kind: str) -> None:
    assert task_kinds.task_kind(subject, task_kinds.kind_of_paths(paths)) == kind


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (f'Revert "x"\n\nThis reverts commit {"a" * 40}.', ["a" * 40]),
        (f"x\n\nThis reverts commit {'a' * 64}, reversing\nchanges made to {'b' * 64}.", ["a" * 64]),
        ("Revert\n\nThis reverts commit 0123abc (feat: x, 2026-01-01).", ["0123abc"]),
        (f"x\n\nThis reverts commit {'a' * 40}.\nThis reverts commit {'b' * 40}.\nThis reverts commit {'a' * 40}.",
         ["a" * 40, "b" * 40]),
        ("This reverts commit abc. This reverts commit XYZ1234. reverts commit 0123abc", []),
        ("", []),
    ],
    ids=["commit", "merge", "reference", "several", "no oid", "empty"],
)  # fmt: skip
def test_reverted_commits_named_in_message(message: str, expected: list[str]) -> None:
    assert messages.reverted_names(message) == expected


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (f"x\n\n(cherry picked from commit {'a' * 40})", "a" * 40),
        (
            f"x\n\n(cherry picked from commit {'a' * 40})\n(cherry picked from commit {'b' * 40})\nSigned-off-by: A",
            "b" * 40,
        ),
        (f"x\r\n\r\n(cherry picked from commit {'a' * 40})\r\n", "a" * 40),
        (f"x\n\n> (cherry picked from commit {'a' * 40})", None),
        ("x\n\n(cherry picked from commit 0123abc)", None),
    ],
    ids=["one line", "last of two lines", "carriage returns", "quoted", "abbreviated oid"],
)
def test_original_named_in_message(message: str, expected: str | None) -> None:
    assert messages.cherry_picked_from(message) == expected


@given(st.text(max_size=2000))
def test_any_message_is_read_without_error(message: str) -> None:
    assert all(len(name) >= 7 for name in messages.reverted_names(message))
    messages.cherry_picked_from(message)
