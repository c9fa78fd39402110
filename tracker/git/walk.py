"""Walking history: which commits some tips reach and others do not, also where clocks were wrong."""

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from tracker.git import process
from tracker.model import Oid, Signature

_MOST_CHECKED: Final = 16
"""Ends of a walk that are checked one by one; with more of them, or more exclusions, it is cheaper to walk it all."""

_MOST_EXCLUDED: Final = 5000


def walk(common_dir: Path, include: Sequence[Oid], exclude: Sequence[Oid], since: str | None = None) -> list[Oid]:
    """Commits reachable from ``include`` and not from ``exclude``, parents before children.

    rev-list stops looking for excluded commits a few steps after the dates say that none can follow (SLOP in git's
    revision.c), so commits of a wrong clock can make it list what is excluded. merge-base knows no such limit: when an
    end of the list is excluded after all, everything that is gets subtracted.
    """
    return [Oid(row[0]) for row in _walked(common_dir, include, exclude, since)]


def beyond(common_dir: Path, tips: Sequence[Oid], exclude: Sequence[Oid]) -> dict[Oid, list[Oid]]:
    """For each tip what it reaches and the excluded commits do not, parents before children; found in one walk."""
    rows = _walked(common_dir, tips, exclude, None)
    parents = {row[0]: row[1:] for row in rows}
    found: dict[Oid, list[Oid]] = {}
    for tip in tips:
        reached, waiting = set[str](), [str(tip)]
        while waiting:
            oid = waiting.pop()
            if oid in parents and oid not in reached:
                reached.add(oid)
                waiting += parents[oid]
        found[tip] = [Oid(row[0]) for row in rows if row[0] in reached] if reached else []
    return found


def _walked(common_dir: Path, include: Sequence[Oid], exclude: Sequence[Oid], since: str | None) -> list[list[str]]:
    """The commits of a walk, each with its parents after it."""
    arguments = ["rev-list", "--topo-order", "--reverse", "--ignore-missing", "--parents", "--stdin"]
    if since is not None:
        arguments.append(f"--since={since}")
    rows = _rows(common_dir, arguments, [*include, *(f"^{oid}" for oid in exclude)])
    listed = {row[0] for row in rows}
    ends = [row[0] for row in rows if listed.isdisjoint(row[1:])]
    if exclude and ends and not _are_outside(common_dir, ends, exclude):
        listed -= {row[0] for row in _rows(common_dir, arguments, exclude)}
    return [row for row in rows if row[0] in listed]


def _rows(common_dir: Path, arguments: Sequence[str], lines: Sequence[str]) -> list[list[str]]:
    answer = process.run(common_dir, arguments, lines=lines).decode("ascii", "replace")
    return [line.split() for line in answer.split("\n") if line]


def _are_outside(common_dir: Path, ends: Sequence[str], exclude: Sequence[Oid]) -> bool:
    """Whether none of some commits is reachable from the excluded ones; False where telling would cost too much."""
    if len(ends) > _MOST_CHECKED or len(exclude) > _MOST_EXCLUDED:
        return False
    there = sorted(existing(common_dir, exclude))
    # A commit that another one reaches is their merge base (git-merge-base(1)).
    return not there or all(
        end not in process.run(common_dir, ["merge-base", "--all", end, *there], accept=(0, 1)).decode("ascii").split()
        for end in ends
    )


def existing(common_dir: Path, oids: Iterable[Oid]) -> set[Oid]:
    """Those of the oids that are commits and are here."""
    wanted = [*oids]
    if not wanted:
        return set()
    answer = process.run(common_dir, ["cat-file", "--batch-check=%(objectname) %(objecttype)"], lines=wanted)
    words = (line.split() for line in answer.decode("ascii", "replace").splitlines())
    return {Oid(word[0]) for word in words if word[1:] == ["commit"]}


def expanded(common_dir: Path, names: Iterable[str]) -> dict[str, Oid]:
    """The commits that shortened object names stand for; those that are not here, or not unique, are left out."""
    wanted = [*names]
    if not wanted:
        return {}
    answer = process.run(common_dir, ["cat-file", "--batch-check=%(objectname) %(objecttype)"], lines=wanted)
    rows = (line.split() for line in answer.decode("ascii", "replace").splitlines())
    return {name: Oid(row[0]) for name, row in zip(wanted, rows, strict=False) if row[1:] == ["commit"]}


def authored(common_dir: Path, author: Signature, most: int = 20_000) -> list[Oid]:
    """Commits of any branch, remote or HEAD with this very author and date, the newest first.

    A copy is committed after it was authored, so that what was committed before that is not looked at.
    """
    arguments = ["rev-list", "--all", "HEAD", f"--since={author.time - 1}", f"--max-count={most}", "--no-commit-header"]
    answer = process.run(common_dir, [*arguments, "--format=%H%x00%an%x00%ae%x00%at", "--"], accept=(0, 128))
    rows = (line.split("\0") for line in answer.decode("utf-8", "replace").split("\n"))
    return [Oid(row[0]) for row in rows if row[1:] == [author.name, author.email, str(author.time)]]


def marks(common_dir: Path) -> str:
    """A digest of what changes reachability without moving a tip: ``shallow``, ``info/grafts``, ``refs/replace``."""
    digest = hashlib.blake2b(digest_size=8)
    found = False
    for name in ("shallow", "info/grafts"):
        try:
            digest.update(name.encode() + (common_dir / name).read_bytes())
            found = True
        except FileNotFoundError:
            continue
    replaced = process.run(common_dir, ["for-each-ref", "--format=%(refname) %(objectname)", "refs/replace"])
    digest.update(replaced)
    return digest.hexdigest() if found or replaced else ""
