"""Messages read as git reads them: compared with the real git."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support import Repo
from tracker import messages

LINES = st.sampled_from(
    ["", "", "subject", "  indented", "Key: value", "Signed-off-by: A <a@x>", "Co-authored-by: B <b@x>", "a: b: c",
     " folded on", "\tfolded too", "(cherry picked from commit abc)", "not a trailer", "Key:", "K e y: no", "key : v",
     "x" * 50, "Tést: ümlaut", "- list", "---", "# hash"]
)  # fmt: skip
MESSAGES = st.lists(LINES, min_size=1, max_size=12).map("\n".join)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(MESSAGES)
def test_the_subject_is_git_s(untracked: Repo, message: str) -> None:
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
    ],
)
def test_the_kind_of_task(subject: str, paths: list[str], kind: str) -> None:
    assert messages.task_kind(subject, paths) == kind
