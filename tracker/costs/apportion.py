"""Divide a session among its commits: what each cost is what was spent since the one before it. Pure.

A commit's part ends with the result of the tool that shows its id, so the call that ordered it is the last in it. A
commit whose id no tool shows ends at its own time. This is a rule of booking: what was spent on reading, on failed
attempts and on talk before a commit is booked to it. Nothing after the last commit is spread over those before.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from tracker.attribution.model_names import model_name
from tracker.cost_records import FLAGS, CostRecord, ModelTokens
from tracker.costs.commit_ids import SHORTEST
from tracker.costs.events import Call, Event
from tracker.costs.timeline import Timeline
from tracker.model import Oid

_SECOND: Final = 1000
_MOST_MODELS: Final = 20


class SessionCommit(NamedTuple):
    """A commit that a session made. ``time``: in milliseconds since the epoch, that of a hook if one saw it made.

    ``is_exact``: the time has fractions of a second; git's own has none.
    """

    oid: Oid
    time: int
    is_exact: bool

    @property
    def end(self) -> int:
        """The last millisecond at which the commit may have been made."""
        return self.time if self.is_exact else self.time + _SECOND


class Apportioned(NamedTuple):
    """A session divided: ``commits`` by oid, ``rest`` after the last commit, and the whole ``session``.

    ``stated_usd``: the store's own sum for the whole session, in millionths of a dollar; None if it has none.
    """

    commits: dict[Oid, CostRecord]
    rest: CostRecord
    session: CostRecord
    stated_usd: int | None


class _Cut(NamedTuple):
    """The end of a commit's part. ``oids``: empty for a commit that is not among those of the session."""

    time: int
    oids: tuple[Oid, ...]
    found_by: str


def apportion(events: Iterable[Event] | Timeline, commits: Sequence[SessionCommit], read_at: int) -> Apportioned:
    """Return what each commit of a session cost.

    ``commits``: those of the session that are known, of all repositories; one that is in several of them counts once,
    at its most exact time. ``read_at``: seconds since the epoch.
    """
    timeline = events if isinstance(events, Timeline) else Timeline.of(events)
    cuts = _cuts(timeline, [*{one.oid: one for one in sorted(commits, key=lambda one: one.is_exact)}.values()])
    found: dict[Oid, CostRecord] = {}
    for place, cut in enumerate(cuts):
        record = _record(timeline, cuts, place)._replace(read_at=read_at)
        found |= dict.fromkeys(cut.oids, record)
    last = cuts[-1].time if cuts else None
    rest = _summed(timeline.calls_within(last, None))._replace(read_at=read_at)
    whole = _summed(timeline.calls)._replace(read_at=read_at)
    return Apportioned(found, rest, whole, timeline.usd)


def _cuts(timeline: Timeline, commits: Sequence[SessionCommit]) -> list[_Cut]:
    """Return where the parts of commits end, in order. Every commit that a tool shows ends one, known or not."""
    cuts: list[_Cut] = []
    placed: set[Oid] = set()
    by_beginning: dict[str, list[Oid]] = defaultdict(list)
    for commit in commits:
        by_beginning[commit.oid[:SHORTEST]].append(commit.oid)
    for shown, time in timeline.shown:
        named = {oid for oid in by_beginning.get(shown[:SHORTEST], ()) if oid.startswith(shown)}
        if not named or not named <= placed:  # a tool may show a commit again
            cuts.append(_Cut(time, tuple(sorted(named - placed)), "id"))
        placed |= named
    unseen = [commit for commit in commits if commit.oid not in placed]
    cuts += [_Cut(commit.end, (commit.oid,), "time") for commit in unseen]
    return sorted(cuts, key=lambda cut: cut.time)


def _record(timeline: Timeline, cuts: Sequence[_Cut], place: int) -> CostRecord:
    cut = cuts[place]
    before = cuts[place - 1] if place else None
    after = before.time if before else None
    calls = timeline.calls_within(after, cut.time)
    if not timeline.calls or (before is None and not calls):
        return CostRecord(found_by=cut.found_by, unknown="no_calls")
    next_cut = cuts[place + 1].time if place + 1 < len(cuts) else None
    shares_next = next_cut is not None and not timeline.calls_within(cut.time, next_cut)
    true = {
        # The commit before may have been shown by a text that merely looks like git's.
        "at_least": timeline.is_short or timeline.has_lack(after, cut.time) or (before is not None and not before.oids),
        "shared": not calls or shares_next or len(cut.oids) > 1,
        "first": before is None,
        "forked": timeline.is_forked,
        "old_output": any(call.is_placeholder for call in calls),
    }
    span, active = timeline.duration(after, cut.time) or (None, None)
    return _summed(calls)._replace(
        span_ms=span, active_ms=active, found_by=cut.found_by, flags=tuple(flag for flag in FLAGS if true[flag])
    )


def _summed(calls: Sequence[Call]) -> CostRecord:
    """Return the sums of calls. A sum is None if one of its numbers is, and money also if there is no call."""
    models: dict[str, int] = {}
    for call in calls:
        if name := model_name(call.model):
            models[name] = models.get(name, 0) + 1
    money = _sum(call.nanodollars for call in calls) if calls else None
    return CostRecord(
        calls=len(calls),
        subagent_calls=sum(call.is_subagent for call in calls),
        input=_sum(call.input for call in calls),
        cache_read=_sum(call.cache_read for call in calls),
        cache_write=_sum(call.cache_write for call in calls),
        output=_sum(None if call.is_placeholder else call.output for call in calls),
        reasoning=_sum(call.reasoning for call in calls),
        models=tuple(models.items())[:_MOST_MODELS],
        usd=None if money is None else round(money / 1000),
        credits=_sum(call.credits for call in calls) if calls else None,
        by_model=_by_model(calls) if len(models) > 1 else (),
    )


def _by_model(calls: Sequence[Call]) -> tuple[ModelTokens, ...]:
    """Return the tokens of each model, in the order of the calls; empty if a number or a model is unknown."""
    found: dict[str, ModelTokens] = {}
    for call in calls:
        model, written = model_name(call.model), call.cache_write or 0  # stores without this number have it in input
        if not model or call.input is None or call.cache_read is None or call.output is None or call.is_placeholder:
            return ()
        old = found.get(model, ModelTokens(model, 0, 0, 0, 0))
        found[model] = ModelTokens(
            model,
            old.input + call.input,
            old.cache_read + call.cache_read,
            old.cache_write + written,
            old.output + call.output,
        )
    return tuple(found.values()) if len(found) <= _MOST_MODELS else ()


def _sum(numbers: Iterable[int | None]) -> int | None:
    known = 0
    for number in numbers:
        if number is None:
            return None
        known += number
    return known
