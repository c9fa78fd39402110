"""Objects that are missing or damaged: everything else is recorded, and doctor names them."""

import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from tests.hanging import not_hanging
from tests.program import WHOLE
from tests.support import Repo

pytestmark = pytest.mark.recorded_later


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


DAMAGES: Final[dict[str, Callable[[Path], object]]] = {
    "missing": Path.unlink,
    "cut": lambda path: path.write_bytes(path.read_bytes()[:20]),
    "empty": lambda path: path.write_bytes(b""),
    "garbage": lambda path: path.write_bytes(b"garbage" * 9),
    "another object": lambda path: path.write_bytes(zlib.compress(b"blob 5\0hello")),
    "folder": _folder,
}
OBJECTS: Final = (
    "HEAD^{tree}", "HEAD:b.txt", "HEAD:folder", "HEAD~1", "HEAD~1^{tree}", "HEAD~2", "HEAD~2^{tree}", "HEAD~2:a.txt",
    "HEAD~3", "side", "side^{tree}", "refs/notes/ai", "refs/notes/ai^{tree}",
)  # fmt: skip
CASES: Final = [(name, damage) for name in OBJECTS for damage in DAMAGES] if WHOLE else [
    ("HEAD:b.txt", "empty"), ("HEAD^{tree}", "cut"), ("HEAD~1", "missing"), ("HEAD~2", "folder"), ("side", "garbage"),
    ("refs/notes/ai", "missing"), ("HEAD~1^{tree}", "another object"), ("HEAD~3", "cut"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "damage"), CASES)
def test_everything_else_is_recorded_and_the_object_is_named(repo: Repo, name: str, damage: str) -> None:
    repo.commit("feat: a", file="a.txt", env={"CLAUDECODE": "1"})
    repo.commit("feat: b", file="folder/b.txt")
    repo.git("notes", "--ref=refs/notes/ai", "add", "-m", "x")
    repo.git("checkout", "-q", "-b", "side")
    repo.commit("feat: s", file="s.txt")
    repo.git("checkout", "-q", "main")
    others = {repo.commit("feat: c", file="b.txt"), repo.commit("feat: mine", env={"CLAUDECODE": "1"})}
    oid = repo.head(name)
    path = repo.folder.parent / "objects" / oid[:2] / oid[2:]
    path.chmod(0o644)
    DAMAGES[damage](path)
    with not_hanging():
        agents = {line["oid"]: line["agent"] for line in repo.log()}
        found = " ".join(one["what"] for one in repo.json("doctor", code=1)["findings"])
    assert others - {oid} <= agents.keys()
    assert agents[repo.head()] == "claude-code"
    assert oid in found or (damage == "folder" and "git cannot check the objects" in found)
