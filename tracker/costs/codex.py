"""Read a session of Codex: JSON lines of its thread, and of the threads that it spawned.

A ``token_usage_record`` is one call. Older versions have only ``token_count``, which repeats the last call whenever the
rate limits change (ryoppippi/ccusage#1288, #876), and which stands behind the result of the call's tool. Cumulative
numbers are for checking: those of a fork begin with its parent's.
"""

import json
from collections.abc import Iterator
from typing import Final

from tracker.attribution.session_log_files import StoreLocation, text_in
from tracker.costs.codex_rollouts import Rollout, Rollouts
from tracker.costs.commit_ids import commit_ids
from tracker.costs.events import (
    MOST_IN_ALL,
    Call,
    Cut,
    Event,
    Forked,
    Lack,
    Prompt,
    SessionUnreadable,
    Step,
    Total,
    count,
    less,
    milliseconds,
)
from tracker.costs.session_files import Record, SessionFiles

_USAGE: Final = (b'"token_usage_record"', b'"token_count"')
_NEEDLES: Final = (
    *_USAGE, b'"turn_context"', b'_call"', b'_call_output"', b'"reasoning"', b'"assistant"', b'"item_completed"',
    b'"user_message"',
)  # fmt: skip
_CALLS: Final = frozenset({"function_call", "custom_tool_call", "local_shell_call", "reasoning"})
_OUTPUTS: Final = frozenset({"function_call_output", "custom_tool_call_output"})


def read(place: StoreLocation, session: str) -> Iterator[Event]:
    """Yield the events of the session that a thread belongs to, those of each thread in order.

    Raises FileNotFoundError when there is no such thread, SessionUnreadable when it is compressed or too large, or
    begins with the history of a thread that is gone, and whatever a store of another form makes it raise.
    """
    session_files = SessionFiles()
    rollouts = Rollouts(place)
    root = rollouts.root(session)
    subagents, hidden = rollouts.subagents(root)
    yield from (Lack(time) for time in hidden)
    sum_of_threads = 0
    is_forked = False
    for rollout in (root, *subagents):
        copied = _copied(rollouts, rollout, session_files.beside())
        if rollout.fork_of:
            is_forked = True
            yield Forked()
        thread = _Thread(rollout, copied)
        yield from thread.events(session_files)
        sum_of_threads += thread.stated
    if not is_forked:
        yield Total(sum_of_threads)


def root_session(place: StoreLocation, session: str) -> str:
    """Return the id of the session that a thread belongs to. Raises as ``read`` does."""
    return Rollouts(place).root(session).thread


def _copied(rollouts: Rollouts, rollout: Rollout, session_files: SessionFiles) -> frozenset[str]:
    """Return what identifies the calls of a fork's parent, which the fork may have repeated.

    Older forks repeat them with new times (ryoppippi/ccusage#897, #1349). Without the parent nobody can tell them from
    the fork's own.
    """
    if not rollout.fork_of:
        return frozenset()
    try:
        parent = rollouts.find(rollout.fork_of)
    except (FileNotFoundError, SessionUnreadable):
        if rollout.copies_history:
            raise SessionUnreadable("missing") from None
        return frozenset()
    records = session_files.records(parent.path, _USAGE)
    return frozenset(identity for record in records if record and (identity := _identity(record)))


def _identity(record: Record) -> str:
    """Return the id of a record's call, or the totals after it; empty if the record has neither."""
    payload = record.get("payload")
    if not isinstance(payload, dict):
        return ""
    info = payload.get("info")
    total = info.get("total_token_usage") if isinstance(info, dict) else None
    return text_in(payload, "response_id") or (json.dumps(total, sort_keys=True) if total else "")


class _Thread:
    """The events of one thread. ``stated``: the tokens that the thread itself says it used."""

    def __init__(self, rollout: Rollout, copied: frozenset[str]) -> None:
        self.stated = 0
        self._rollout = rollout
        self._copied = copied
        self._model = ""
        self._last: int | None = None
        self._answered: int | None = None
        self._totals = ""
        self._counts = 0
        self._has_records = False

    def events(self, session_files: SessionFiles) -> Iterator[Event]:
        for record in session_files.records(self._rollout.path, _NEEDLES):
            payload = record.get("payload") if record else None
            time = milliseconds(record.get("timestamp")) if record else None
            if record is None or not isinstance(payload, dict) or time is None:
                yield Lack(self._last)
                continue
            kind = text_in(record, "type")
            if kind == "turn_context":
                self._model = text_in(payload, "model") or self._model
            elif kind == "token_usage_record":
                yield self._of_record(time, payload)
            elif kind == "response_item":
                yield from self._of_item(time, payload)
            elif kind == "event_msg":
                yield from self._of_message(time, payload, _identity(record))
            self._last = time

    def _of_record(self, time: int, payload: Record) -> Event:
        self._has_records = True
        key = text_in(payload, "response_id")
        if key in self._copied:
            return Step(time)
        return self._call(key, time, payload.get("usage")) if key else Lack(time)

    def _call(self, key: str, time: int, usage: object) -> Event:
        if not isinstance(usage, dict):
            return Lack(time)
        whole, cached = count(usage.get("input_tokens")), count(usage.get("cached_input_tokens"))
        written = count(usage.get("cache_write_input_tokens"))
        return Call(
            key,
            time,
            self._model,
            less(whole, cached, written or 0),
            cached,
            written,
            count(usage.get("output_tokens")),
            count(usage.get("reasoning_output_tokens")),
            self._rollout.is_subagent,
        )

    def _of_item(self, time: int, payload: Record) -> Iterator[Event]:
        kind = text_in(payload, "type")
        if kind in _OUTPUTS:
            ids = commit_ids(payload.get("output"))
            yield Cut(time, ids) if ids else Step(time)
        elif self._answered is None and (kind in _CALLS or text_in(payload, "role") == "assistant"):
            self._answered = time

    def _of_message(self, time: int, payload: Record, totals: str) -> Iterator[Event]:
        kind, item = text_in(payload, "type"), text_in(payload, "item", "type")
        if kind == "token_count" and totals:
            yield from self._of_count(time, payload["info"], totals)
        elif kind == "item_completed" and item == "CommandExecution":
            ids = commit_ids(text_in(payload, "item", "aggregated_output"))
            ended = milliseconds(payload.get("completed_at_ms")) or time
            yield Cut(ended, ids) if ids else Step(ended)
        elif kind == "user_message" or item == "UserMessage":
            yield Step(time) if self._rollout.is_subagent else Prompt(time)

    def _of_count(self, time: int, info: Record, totals: str) -> Iterator[Event]:
        """Take a count whose totals changed as a call of the time at which the answer began to arrive."""
        total = info.get("total_token_usage")
        self.stated = (count(total.get("total_tokens"), MOST_IN_ALL) or 0) if isinstance(total, dict) else 0
        usage = info.get("last_token_usage")
        is_new = totals != self._totals and totals not in self._copied and not self._has_records
        if is_new and isinstance(usage, dict) and any(usage.values()):
            self._counts += 1
            yield self._call(f"{self._rollout.thread}/{self._counts}", self._answered or time, usage)
        self._totals, self._answered = totals, None
