"""The events of one session put together: each call once, in order of time, and what else happened when. Pure."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from typing import NamedTuple, Self

from tracker.costs.events import Call, Cut, Event, Forked, Lack, Prompt, Step, Total, merged


class Timeline(NamedTuple):
    """A session in order of time; all times in milliseconds since the epoch.

    ``calls``: each once, at its first time. ``marks``: the times of all that happened, with True for a person's prompt.
    ``shown``: the ids of commits that tools showed, each with the first time. ``lacks``: the times at which something
    is missing; ``pending``: those of them at which it is still to come. ``has_lack_anywhere``: something is missing at
    an unknown time. ``is_short``: the store's own sum is larger than that of the calls. ``usd``: what the store says
    that the whole session cost, in millionths of a dollar.
    """

    calls: tuple[Call, ...]
    marks: tuple[tuple[int, bool], ...]
    shown: tuple[tuple[str, int], ...]
    lacks: tuple[int, ...]
    pending: tuple[int, ...]
    has_lack_anywhere: bool
    is_forked: bool
    is_short: bool
    usd: int | None

    @classmethod
    def of(cls, events: Iterable[Event]) -> Self:
        """Return the timeline of a session's events, which may come in any order."""
        calls: dict[str, Call] = {}
        marks: list[tuple[int, bool]] = []
        shown: dict[str, int] = {}
        lacks: list[Lack] = []
        is_forked, total = False, Total(0)
        for event in events:
            match event:
                case Call():
                    calls[event.key] = merged(calls[event.key], event) if event.key in calls else merged(event, event)
                case Cut(time, ids):
                    shown |= {one: min(time, shown.get(one, time)) for one in ids}
                case Lack():
                    lacks.append(event)
                case Forked():
                    is_forked = True
                case Total():
                    total = event
                case Step() | Prompt():
                    pass
            if isinstance(event, (Call, Cut, Step, Prompt)):
                marks.append((event.time, isinstance(event, Prompt)))
        return cls(
            tuple(sorted(calls.values(), key=lambda call: call.time)),
            tuple(sorted(marks)),
            tuple(sorted(shown.items(), key=lambda one: one[1])),
            tuple(sorted({lack.time for lack in lacks if lack.time is not None})),
            tuple(sorted({lack.time for lack in lacks if lack.time is not None and lack.is_pending})),
            any(lack.time is None for lack in lacks),
            is_forked,
            total.tokens > sum(call.tokens for call in calls.values()),
            total.usd,
        )

    def calls_within(self, after: int | None, until: int | None) -> tuple[Call, ...]:
        """Return the calls later than one time and not later than another; None is no limit."""
        first = 0 if after is None else bisect_right(self.calls, after, key=lambda call: call.time)
        last = len(self.calls) if until is None else bisect_right(self.calls, until, key=lambda call: call.time)
        return self.calls[first:last]

    def has_lack(self, after: int | None, until: int) -> bool:
        """Return True if something may be missing from one time to another; None is the beginning."""
        first = 0 if after is None else bisect_left(self.lacks, after)
        return self.has_lack_anywhere or bisect_right(self.lacks, until) > first

    def duration(self, after: int | None, until: int) -> tuple[int, int] | None:
        """Return the milliseconds between two times, and those without the gaps that end in a person's prompt.

        ``after``: None for the beginning of the session. None when nothing happened before ``until``.
        """
        begin = after if after is not None else next((time for time, _ in self.marks), None)
        if begin is None or begin > until:
            return None
        first = bisect_right(self.marks, begin, key=lambda mark: mark[0])
        last = bisect_right(self.marks, until, key=lambda mark: mark[0])
        waited, before = 0, begin
        for time, is_person in self.marks[first:last]:
            waited += time - before if is_person else 0
            before = time
        return until - begin, until - begin - waited
