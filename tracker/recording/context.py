"""Facts that all entries of one reconcile or backfill need, read once before the first entry is made."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple

from tracker.attribution import Catalogue
from tracker.attribution.other_tools import ToolEvidence
from tracker.attribution.unread_sources import UnreadSources
from tracker.model import Evidence, Moment, Oid, ProjectId
from tracker.recording.event_evidence import EventEvidence
from tracker.recording.origins import Origins


class RecordingContext(NamedTuple):
    """The facts from outside the commits that their entries need.

    ``events``: evidence of hooks by commit. ``copies``: originals of cherry-picked commits, keyed by copy;
    ``seen_copies``: those that a hook saw made. ``tools``: what other tools recorded. ``branches``: what
    branches and merges of older history say of commits that no hook saw. ``learnt_by``: how a commit is
    learnt that no hook saw. ``now``: in seconds. ``unread``: the sources that could not be read.
    """

    project_id: ProjectId
    catalogue: Catalogue
    events: Mapping[Oid, EventEvidence]
    origins: Origins
    copies: Mapping[Oid, Oid]
    tools: ToolEvidence
    learnt_by: Literal["reconcile", "backfill"]
    now: int
    unread: UnreadSources
    seen_copies: frozenset[Oid] = frozenset()
    branches: Mapping[Oid, Evidence] = MappingProxyType({})

    def commits_with_evidence(self) -> set[Oid]:
        """Return the commits with evidence from outside the commit: hooks, cherry-picks, other tools."""
        return {*self.events, *self.copies, *self.tools.evidence, *self.tools.reread}

    def moments(self, oid: Oid) -> tuple[Moment, ...]:
        """Return the circumstances in which hooks saw a commit made."""
        return self.events[oid].moments if oid in self.events else ()

    def evidence(self, oid: Oid) -> tuple[Evidence, ...]:
        """Return the evidence that hooks, other tools and branches give of a commit."""
        event = self.events.get(oid)
        by_branch = (self.branches[oid],) if event is None and oid in self.branches else ()
        return (*(event.evidence if event else ()), *self.tools.evidence.get(oid, ()), *by_branch)

    def hook(self, oid: Oid) -> str | None:
        """Return the hook that saw a commit made; empty if its event only named a session, None without an event."""
        return self.events[oid].hook if oid in self.events else None
