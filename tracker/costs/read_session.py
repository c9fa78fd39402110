"""Read the events of a session from the store of its agent; whatever the store holds, the result is events or a reason.

A store is another program's private file. One that is missing, huge, locked, damaged or of a newer form gives no
numbers, and never an error.
"""

import contextlib
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from tracker.attribution.session_log_files import StoreLocation
from tracker.costs import claude_code, codex, copilot_cli, gemini_cli, opencode, qwen_code
from tracker.costs.events import Event, SessionUnreadable
from tracker.lazy_regex import LazyRegex

READERS: Final[Mapping[str, Callable[[StoreLocation, str], Iterator[Event]]]] = {
    "claude-code": claude_code.read,
    "claude-cowork": claude_code.read,
    "codex": codex.read,
    "copilot-cli": copilot_cli.read,
    "gemini-cli": gemini_cli.read,
    "opencode": opencode.read,
    "qwen-code": qwen_code.read,
}
"""The reader of each agent's store, by the agent's name in the catalogue."""
_ROOTS: Final[Mapping[str, Callable[[StoreLocation, str], str]]] = {
    "codex": codex.root_session,
    "copilot-cli": copilot_cli.root_session,
    "opencode": opencode.root_session,
}
_ID: Final = LazyRegex(r"[A-Za-z0-9][A-Za-z0-9_-]{3,127}\Z")
"""A session id that may become part of a file's name: no separators, no dots."""
_MOST_EVENTS: Final = 50_000
"""Events of a session; to put more into order would take longer than to read them."""


def read_session(agent: str, place: StoreLocation, session: str) -> tuple[Event, ...]:
    """Return the events of an agent's session, with those of its subagents; not in order of time.

    Raises SessionUnreadable, and nothing else, with the reason why there are none.
    """
    read = READERS.get(agent)
    if read is None:
        raise SessionUnreadable("no_reader")
    events = []
    with _reasons(session):
        for event in read(place, session):
            events.append(event)
            if len(events) > _MOST_EVENTS:
                raise SessionUnreadable("too_large")
    return tuple(events)


def root_session(agent: str, place: StoreLocation, session: str) -> str:
    """Return the session whose events contain those of the given one: the id in a subagent's shell may be its own.

    Commits with the same root are parts of one session (``apportion``). Raises SessionUnreadable, and nothing else.
    """
    find = _ROOTS.get(agent)
    if find is None:
        return session
    with _reasons(session):
        return find(place, session)


def session_showing(place: StoreLocation, directory: str, oid: str, time: int) -> str | None:
    """Return the session of OpenCode whose tool shows a commit's id; see ``opencode.session_of_commit``.

    Raises SessionUnreadable, and nothing else.
    """
    with _reasons(oid):
        return opencode.session_of_commit(place, directory, oid, time)


@contextlib.contextmanager
def _reasons(session: str) -> Iterator[None]:
    """Turn whatever the block raises into a reason; raise one at once for an impossible id."""
    if not _ID.match(session):
        raise SessionUnreadable("missing")
    try:
        yield
    except SessionUnreadable:
        raise
    except FileNotFoundError as error:
        raise SessionUnreadable("missing") from error
    except Exception as error:
        raise SessionUnreadable("unreadable") from error
