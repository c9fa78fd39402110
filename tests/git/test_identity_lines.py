"""Author and committer lines of any form, read as git reads them."""

import random
from typing import Final

from tests.support import Repo
from tracker.git import Repository, identity_lines
from tracker.model import Oid

MALFORMED: Final = [
    b"Pat Example<pe <Pat Example<pe@example.org>> 1282910542 +0200",
    b"Claude <noreply@anthropic.com>> 1282910542 +0200",
    b"Pat <pat@example.com>, x <y@z> 1282910542 +0200",
    b"Pat <pat@example.com>1282910542\t +0200",
    b"Pat <pat@example.com> (x) 1282910542 +0200",
    b"Pat <pat@example.com> 1282910542",
    b"Pat <pat@example.com> -1282910542 +0200",
    b"Pat <pat@example.com> 1282910542 0200",
    b"Pat <pat@example.com> 12 +0130 more",
    b"Pat <pat@example.com 12 +0200",
    b"Pat pat@example.com> 12 +0200",
    b"<> 12 +0200",
    b"",
    b"<" * 5000,
]
PARTS: Final = [b"<", b">", b" ", b"a@b", b"P", b"12", b"1282910542", b"+0200", b"-", b"+", b"\t", b","]


def lines() -> list[bytes]:
    """Return the malformed lines, and lines made of random parts."""
    chance = random.Random(20_261_129)
    return MALFORMED + [b"".join(chance.choices(PARTS, k=chance.randint(1, 12))) for _ in range(150)]


def store(repo: Repo, line: bytes) -> str:
    """Store a commit with an author line, below no ref."""
    tree = repo.git("hash-object", "-t", "tree", "-w", "--stdin", stdin=b"").strip()
    content = b"tree %s\nauthor %s\ncommitter C <c@example.com> 5 +0000\n\nx\n" % (tree.encode(), line)
    return repo.git("hash-object", "-t", "commit", "-w", "--stdin", "--literally", stdin=content).strip()


def test_parts_are_those_that_git_shows(untracked: Repo) -> None:
    stored = {store(untracked, line): line for line in lines()}
    shown = untracked.git(
        "log", "--no-walk=unsorted", "--stdin", "-z", "--format=%H%x01%an%x01%ae%x01%at", stdin="\n".join(stored)
    )
    rows = [row.split("\1") for row in shown.rstrip("\0").split("\0")]
    assert len(rows) == len(stored)
    for oid, name, email, time in rows:
        found = identity_lines.split(stored[oid])
        assert (found.name.decode(), found.email.decode(), found.time) == (name, email, int(time or 0)), stored[oid]


def test_walk_time_is_the_one_that_git_orders_by(untracked: Repo) -> None:
    values = [b"C <c@x> 90 +0000", b"C <c@x> 70", b"C <c@x>60x +0000", b"C <c@x> x 50 +0000"]
    tree = untracked.git("hash-object", "-t", "tree", "-w", "--stdin", stdin=b"").strip().encode()
    stored = {}
    for value in values:
        content = b"tree %s\nauthor A <a@x> 5 +0000\ncommitter %s\n\nx\n" % (tree, value)
        oid = untracked.git("hash-object", "-t", "commit", "-w", "--stdin", "--literally", stdin=content).strip()
        stored[oid] = value
    ordered = untracked.git("rev-list", "--no-walk=sorted", *stored).split()
    assert [stored[oid] for oid in ordered] == sorted(values, key=identity_lines.walk_time, reverse=True)
    commits = Repository.discover(untracked.path).commits([Oid(oid) for oid in ordered])
    assert [one.committer.time for one in commits] == [90, 70, 60, 0]
