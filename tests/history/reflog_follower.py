"""Somebody who follows the reflogs of a repository from reading to reading, without a ledger and without hooks."""

from collections.abc import Callable

from tests.support import Repo
from tracker.git import Repository
from tracker.history import reflogs
from tracker.history.recorded_state import RecordedState
from tracker.model import Oid, ProjectId
from tracker.rewrite_records import ReflogRecord

PairBySubject = tuple[str, str, str]
"""Subjects of the old and the new commit, and the source of their pair."""


class ReflogFollower:
    """A reader of reflogs that begins at their present end. ``foreign``: commits that came from elsewhere."""

    def __init__(self, repo: Repo) -> None:
        self._repo = repo
        self._repository = Repository.discover(repo.path)
        self._positions = self._repository.reflogs.end_positions()
        self._known = RecordedState(ProjectId("aa" * 16), None, self._repository.tips())
        self._found: set[PairBySubject] = set()
        self.foreign: frozenset[Oid] = frozenset()

    @property
    def logs(self) -> dict[str, ReflogRecord]:
        """The records of the reflogs, by name."""
        return dict(self._known.logs)

    def look(
        self, before_reading: Callable[[], object] | None = None, before_following: Callable[[], object] | None = None
    ) -> None:
        """Read what the reflogs gained, and remember it; with what git does during the look.

        ``before_reading``: when the tips are known. ``before_following``: when the reflogs are read.
        """
        repository = self._repository = Repository.discover(self._repo.path)
        tips = repository.tips()
        if before_reading:
            before_reading()
        news = reflogs.read_news(repository, self._known, self._positions, tips)
        if before_following:
            before_following()
        followed = reflogs.follow(repository, self._known, news, tips, self.foreign, frozenset())
        logs = {name: record for name, record in self._known.logs.items() if name not in news.gone}
        self._known = self._known._replace(tips=tips, logs=logs | {one.name: one for one in followed.records})
        self._found |= {(self._subject(pair.old), self._subject(pair.new), pair.source) for pair, _ in followed.pairs}

    def pairs(self) -> set[PairBySubject]:
        """Look; return all pairs that any look found, by the subjects of their commits."""
        self.look()
        return self._found

    def _subject(self, oid: Oid) -> str:
        return self._repo.git("show", "-s", "--format=%s", oid).strip()
