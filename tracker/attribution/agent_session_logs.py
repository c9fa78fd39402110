"""Look up the model of a session in the store that the agent itself keeps of its sessions on this machine.

Only the model is read, only for a session id that the commit's own environment held, or of an agent that names none for
the session that was at work in the worktree, and never while git waits. A store that is missing, huge, locked or of an
unknown form has no model; all but a missing one are named by ``doctor``.
"""

import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from tracker.attribution.gemini_at_work import gemini_at_work
from tracker.attribution.model_names import model_name
from tracker.attribution.opencode_at_work import opencode_at_work
from tracker.attribution.runtime_evidence import NAMELESS
from tracker.attribution.session_at_work import AtWork, IsInside, folder_test, the_one_at_work
from tracker.attribution.session_log_files import StoreLocation
from tracker.attribution.session_log_formats import READERS
from tracker.attribution.unread_sources import UnreadSources
from tracker.lazy_regex import LazyRegex
from tracker.model import Evidence

_ID: Final = LazyRegex(r"[A-Za-z0-9][A-Za-z0-9_-]{3,127}\Z")
"""A session id that may become part of a file's name: no separators, no dots."""
Worktrees = tuple[Collection[str], Collection[str]]
"""The worktrees in which a commit may have been made, and the other ones of the repository."""
_AT_WORK: Final[Mapping[str, tuple[str, Callable[[StoreLocation, IsInside, int], Iterator[AtWork]]]]] = {
    "opencode": ("opencode.db", opencode_at_work),
    "gemini-cli": ("chats", gemini_at_work),
}
"""The store of each agent that names its session to no shell, and how to find the session at work in it."""
_SLACK: Final = 5
"""Seconds after its commit that a turn may be dated, because the agent writes its log a moment later."""


def user_stores() -> StoreLocation:
    """Return the place of the stores of the user who runs this process; one without any if no home is known."""
    try:
        return StoreLocation(Path.home(), os.environ)
    except RuntimeError:
        return StoreLocation(Path(os.devnull), os.environ)


def complete_models(
    evidence: Sequence[Evidence], time: int, worktrees: Worktrees, place: StoreLocation, unread: UnreadSources
) -> tuple[Evidence, ...]:
    """Return the evidence with the model of each session at a time, in seconds since the epoch.

    ``worktrees``: where the commit may have been made, and the other ones. A store that cannot be read has no model and
    is added to ``unread``.
    """

    def completed(one: Evidence) -> Evidence:
        if one.signal != "session" or one.model or not one.agent:
            return one
        with unread.reading(f"session log of {one.agent}"):
            return one._replace(model=_model_of(one.agent, one.value, time, place))
        return one

    with_models = tuple(completed(one) for one in evidence)
    signals = {(one.agent, one.signal) for one in evidence}
    # A plugin or a hook of such an agent names its session all the same.
    nameless = [
        agent for agent in sorted(NAMELESS) if (agent, "environment") in signals and (agent, "session") not in signals
    ]
    return (
        *with_models,
        *(one for agent in nameless for one in _session_at_work(agent, time, worktrees, place, unread)),
    )


def _session_at_work(
    agent: str, time: int, worktrees: Worktrees, place: StoreLocation, unread: UnreadSources
) -> Iterator[Evidence]:
    """Yield the evidence of the session of an agent that names none, if one was at work."""
    store, find = _AT_WORK[agent]
    with unread.reading(f"session log of {agent}"):
        found = the_one_at_work(find(place, folder_test(*worktrees), time))
        if found is not None:
            yield Evidence("session", store, found.session, agent, "agent", found.model, "low", version=found.version)


def _model_of(agent: str, session: str, time: int, place: StoreLocation) -> str | None:
    """Return the model that an agent's session used at a time, in seconds since the epoch; None when it is unknown.

    Raises anything for a store of another form: it is another program's private file.
    """
    read = READERS.get(agent)
    if read is None or not _ID.match(session):
        return None
    try:
        turns = [(turn, name) for turn in read(place, session) if (name := model_name(turn.model))]
    except FileNotFoundError:  # there is no such session on this machine
        return None
    models = [name for turn, name in turns if turn.time is None or turn.time <= time + _SLACK]
    return models[-1] if models else None
