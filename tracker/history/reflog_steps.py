"""Turn the entries of one reflog into steps: what its ref gained, left behind or had replaced. Pure.

The steps depend on the entries alone and not on how they are cut into readings, so that links between commits do not
depend on when somebody looked.
"""

from collections.abc import Sequence
from typing import Final, Literal, NamedTuple

from tracker.git import ReflogEntry
from tracker.git.reflog import COMMITTED, MADE_HERE, ReflogAction
from tracker.lazy_regex import LazyRegex
from tracker.model import Oid, parse_oid

StepKind = Literal["grown", "amended", "moved", "reset"]
"""``grown``: a commit was put on top. ``amended``: the commit on top was replaced. ``moved``: the ref moved to ``new``,
which may have been made to replace what ``old`` held. ``reset``: the ref moved to a commit that existed already."""

_GROWN: Final[frozenset[ReflogAction]] = (COMMITTED - {"amend"}) | {"cherry-pick", "revert", "am", "merge"}
_VISITS: Final = ("checkout:", "clone:", "rebase (abort)", "rebase: checkout", "pull: checkout", "switch:")
"""Beginnings of messages of a HEAD that was moved to another branch, or back to where it was."""
_LEFT_PLACE: Final = LazyRegex(r"checkout: moving from (\S+) to ")
"""A visit, and the branch or the commit of a detached HEAD that it began at."""
_ON_A_BRANCH: Final = ": returning to refs/heads/"


class Step(NamedTuple):
    """One step of a ref from ``old`` to ``new``. ``time``: seconds, as in the reflog.

    A rebase that ended without an entry of its own has the time of its last entry or of the next one.
    """

    kind: StepKind
    old: Oid
    new: Oid
    time: int


class Steps(NamedTuple):
    """The steps of some entries, and where HEAD was before a rebase that the last entry is still a part of."""

    steps: Sequence[Step]
    rebase_from: Oid | None


def steps_of_branch(entries: Sequence[ReflogEntry]) -> list[Step]:
    """Return the steps of a branch, oldest first."""
    return [_step(entry) for entry in entries if _is_move(entry)]


def steps_of_head(entries: Sequence[ReflogEntry], rebase_from: Oid | None, *, is_replaying: bool) -> Steps:
    """Return the steps of a worktree's HEAD, oldest first.

    A rebase of a branch is a step of that branch. Of a detached HEAD it is one step of HEAD, from where it was before.
    ``rebase_from``: where HEAD was when a rebase began whose entries are not complete. ``is_replaying``: a rebase is in
    progress in this worktree now.
    """
    steps: list[Step] = []
    for entry, goes_on in zip(entries, _in_rebase(entries, is_replaying=is_replaying), strict=True):
        action = entry.action
        # git writes no entry at the end of a rebase of a detached HEAD, or of one that 'rebase --quit' left.
        if rebase_from and not goes_on:
            steps.append(Step("moved", rebase_from, entry.old, entry.time))
            rebase_from = None
        if action == "rebase-start":
            rebase_from = entry.old
        elif action == "rebase-finish":
            if rebase_from and _ON_A_BRANCH not in entry.message:
                steps.append(Step("moved", rebase_from, entry.new, entry.time))
            rebase_from = None
        elif rebase_from is None:
            steps += [_step(entry)] if _is_move(entry) and not entry.message.startswith(_VISITS) else []
        elif action == "amend":
            steps.append(_step(entry))
        elif _is_abort(entry):
            rebase_from = None
    # The last entry is that of the start for a moment before git marks the rebase as in progress.
    if rebase_from and entries and not is_replaying and entries[-1].action != "rebase-start":
        steps.append(Step("moved", rebase_from, entries[-1].new, entries[-1].time))
        rebase_from = None
    return Steps([step for step in steps if step.old != step.new], rebase_from)


def _in_rebase(entries: Sequence[ReflogEntry], *, is_replaying: bool) -> list[bool]:
    """Return for each entry True if a rebase that began before it goes on, as the entries after it show.

    ``is_replaying``: a rebase is in progress after the last entry.
    """
    found: list[bool] = []
    goes_on = is_replaying
    for entry in reversed(entries):
        if entry.action == "rebase-start" or (entry.message.startswith(_VISITS) and not _is_abort(entry)):
            goes_on = False
        elif _is_of_rebase(entry):
            goes_on = True
        found.append(goes_on)
    return found[::-1]


def began_detached(entries: Sequence[ReflogEntry]) -> bool | None:
    """Return True if HEAD was detached before the entries, by the first visit of another place; None if unknown."""
    visits = (match for entry in entries if (match := _LEFT_PLACE.match(entry.message)))
    first = next(visits, None)
    return None if first is None else parse_oid(first[1]) is not None


def makings(entries: Sequence[ReflogEntry]) -> dict[Oid, ReflogAction]:
    """Return the first action by which each commit was made here, as the entries of a HEAD, oldest first, show it."""
    found: dict[Oid, ReflogAction] = {}
    for entry in entries:
        if entry.action in MADE_HERE:
            found.setdefault(entry.new, entry.action)
    return found


def _step(entry: ReflogEntry) -> Step:
    """Return an entry as a step."""
    action = entry.action
    kind: StepKind = "moved"
    if action in _GROWN:
        kind = "grown"
    elif action == "amend":
        kind = "amended"
    elif entry.message.startswith("reset:"):
        kind = "reset"
    return Step(kind, entry.old, entry.new, entry.time)


def _is_move(entry: ReflogEntry) -> bool:
    """Return True if a ref that existed points elsewhere after the entry, or a first commit was made."""
    exists = any(digit != "0" for digit in entry.new)
    existed = any(digit != "0" for digit in entry.old)
    return exists and entry.old != entry.new and (existed or entry.action in _GROWN)


def _is_of_rebase(entry: ReflogEntry) -> bool:
    """Return True for an entry that a rebase wrote itself, such as ``rebase (reset)`` or ``pull --rebase (pick)``."""
    command = entry.message.partition(":")[0]
    return command.startswith(("rebase", "pull")) and command.endswith(")")


def _is_abort(entry: ReflogEntry) -> bool:
    return " (abort)" in entry.message.partition(":")[0]
