"""The order in which commits were made in each worktree, by the reflogs of its HEAD.

A hook names the commit at HEAD, which another process in the same worktree may have made a moment later. The order
shows which other commits a hook could have meant.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Final

from tracker.git import ReflogEntry, Repository
from tracker.git.reflog import COMMITTED
from tracker.model import Commit, Event, Oid

_MOST_BACK: Final = 16
"""Entries before a commit that are searched for the one that a late hook belongs to."""
_SLOWEST_HOOK: Final = 60
"""Seconds after a commit within which its hook is expected to have read HEAD."""


class HeadOrder:
    """The commits that git-commit made in the worktrees of a repository, in order; read when it is first needed.

    ``is_older``: True for a commit from before tracking, whose process ended long ago.
    """

    def __init__(self, repository: Repository, is_older: Callable[[Oid], bool]) -> None:
        self._repository = repository
        self._is_older = is_older

    def rival(self, oid: Oid) -> Oid | None:
        """Return the commit that a hook which names ``oid`` may belong to instead; None if there is none.

        It was made directly before, by git-commit, with the same author time. Raises RepositoryError.
        """
        before = self._before.get(oid)
        if before is None or self._is_older(before):
            return None
        commits = self._commits([before, oid])
        if len(commits) < 2 or commits[before].author.time != commits[oid].author.time:
            return None
        seconds = abs(commits[before].committer.time - commits[oid].committer.time)
        return before if seconds <= _SLOWEST_HOOK else None

    def follower(self, oid: Oid) -> Oid | None:
        """Return the commit whose ``rival`` is ``oid``; None if there is none. Raises RepositoryError."""
        after = self._after.get(oid)
        return after if after is not None and self.rival(after) == oid else None

    def commit_made_before(self, event: Event) -> Oid | None:
        """Return the one commit before the event's HEAD that has the event's author time; None if it is not certain.

        Raises RepositoryError.
        """
        date = (event.author_date or "").split(" ", 1)[0]
        if event.head is None or not date.startswith("@"):
            return None
        for made in self._made:
            if event.head in made:
                position = made.index(event.head)
                back = self._commits(made[position + 1 : position + 1 + _MOST_BACK])
                found = [oid for oid, commit in back.items() if f"@{commit.author.time}" == date]
                return found[0] if len(found) == 1 else None
        return None

    def _commits(self, oids: Iterable[Oid]) -> dict[Oid, Commit]:
        return {commit.oid: commit for commit in self._repository.commits([*oids])}

    @cached_property
    def _logs(self) -> Sequence[Sequence[ReflogEntry]]:
        return self._repository.reflogs.of_every_head()

    @cached_property
    def _made(self) -> list[list[Oid]]:
        """The commits that git-commit made in each worktree, newest first."""
        return [[entry.new for entry in entries if entry.action in COMMITTED] for entries in self._logs]

    @cached_property
    def _after(self) -> Mapping[Oid, Oid]:
        """The commit that git-commit made directly after another one in the same worktree."""
        return {before: after for after, before in self._before.items()}

    @cached_property
    def _before(self) -> Mapping[Oid, Oid]:
        """The commit that git-commit made directly before another one in the same worktree."""
        found: dict[Oid, Oid] = {}
        for entries in self._logs:
            made = {entry.new for entry in entries if entry.action in COMMITTED}
            for entry in entries:
                if entry.action in COMMITTED and entry.old in made:
                    found.setdefault(entry.new, entry.old)
        return found
