"""The mark of a ledger in a project, by which an older copy that is put back shows, or another ledger in its place.

Each write to the ledger by a process of this project stores the ledger's identity and sequence number in the git
directory. A ledger that is found before that number was put back: feedback that it held is gone. That is stored until
the user accepts the ledger with ``agent-tracker init``.
"""

import contextlib
import time
from pathlib import Path
from typing import Final, NamedTuple

from tracker.ledger.tables import LedgerState, Snapshot
from tracker.project.small_files import SmallFiles

_SEEN: Final = "ledger-seen"
_LOST: Final = "ledger-lost"
_MOST_KEPT: Final = 20
"""Losses that are kept, the first ones."""


class Loss(NamedTuple):
    """A ledger that was found behind what the project had seen, or with another identity, at ``time`` (seconds)."""

    time: int
    seen: LedgerState
    found: LedgerState

    @property
    def is_same_ledger(self) -> bool:
        """True if it is an older state of the ledger; False if it is another ledger, or was begun again."""
        return self.found.identity in {self.seen.identity, ""}


class LedgerMark:
    """The mark in one project of the ledger at ``ledger``. ``small``: the small files of the project.

    Files that cannot be read count as absent, and write errors are ignored: this is a check and nothing depends on it.
    """

    def __init__(self, small: SmallFiles, ledger: Path) -> None:
        self._small = small
        self._ledger = ledger

    def seen(self) -> LedgerState | None:
        """Return the state in which this project left the ledger last; None if that is not known."""
        row = self._read(_SEEN).rstrip("\n").split(" ", 3)
        return _state(*row[:3]) if len(row) == 4 and row[3] == str(self._ledger) else None

    def store(self, state: LedgerState) -> None:
        """Store the state in which this project left the ledger.

        Another ledger than before is a loss. A smaller number is none here: two processes may store in any order.
        """
        before = self.seen()
        if before is not None and before.identity != state.identity:
            self._add(_loss(before, state))
        self._write(_SEEN, self._row(state))

    def check(self, seen: LedgerState | None, snapshot: Snapshot) -> None:
        """Store a loss if the ledger is not at least in the state ``seen``, which was read before it was opened."""
        found = snapshot.state()
        now = self.seen()
        if seen is not None and (now is None or now.identity == seen.identity) and _loss(seen, found) is not None:
            self._add(_loss(seen, found))
            self._write(_SEEN, self._row(found))

    def losses(self) -> list[Loss]:
        """Return the losses that the user has not accepted yet, oldest first."""
        found: list[Loss] = []
        for line in self._read(_LOST).splitlines():
            words = line.split(" ")
            if len(words) == 7 and words[0].isdecimal():
                seen, now = _state(*words[1:4]), _state(*words[4:7])
                if seen and now:
                    found.append(Loss(int(words[0]), seen, now))
        return found

    def accept(self) -> None:
        """Forget all losses: the user goes on with the ledger as it is."""
        with contextlib.suppress(OSError):
            self._small.remove(_LOST)

    def _add(self, loss: Loss | None) -> None:
        """Store a loss, if it is one, beside those that are not accepted yet."""
        if loss is not None:
            self._write(_LOST, "".join(map(_row, [*self.losses(), loss][:_MOST_KEPT])))

    def _row(self, state: LedgerState) -> str:
        return f"{_words(state)} {self._ledger}\n"

    def _read(self, name: str) -> str:
        try:
            return self._small.read(name)
        except OSError:
            return ""

    def _write(self, name: str, text: str) -> None:
        with contextlib.suppress(OSError):
            self._small.write(name, text)


def sentence(loss: Loss, ledger: Path) -> str:
    """Return a loss as a sentence."""
    when = time.strftime("%Y-%m-%d %H:%M", time.localtime(loss.time))
    if loss.is_same_ledger:
        return (
            f"an older copy of the ledger {ledger} was put back before {when}: feedback given after that copy was made"
            " is gone."
        )
    return (
        f"the ledger {ledger} was replaced or begun again before {when}: {loss.seen.feedback} grades, bugs and"
        " reinstatements of the earlier ledger of this project are gone."
    )


def _loss(seen: LedgerState | None, found: LedgerState) -> Loss | None:
    """Return what is lost between two states of a ledger, or None."""
    if seen is None or (found.identity == seen.identity and found.sequence >= seen.sequence):
        return None
    loss = Loss(int(time.time()), seen, found)
    # What a ledger without feedback held is recorded again from git.
    return loss if loss.is_same_ledger or seen.feedback else None


def _state(sequence: str, identity: str, feedback: str) -> LedgerState | None:
    if not (sequence.isdecimal() and feedback.isdecimal()):
        return None
    return LedgerState(identity.replace("-", ""), int(sequence), int(feedback))


def _words(state: LedgerState) -> str:
    return f"{state.sequence} {state.identity or '-'} {state.feedback}"


def _row(loss: Loss) -> str:
    return f"{loss.time} {_words(loss.seen)} {_words(loss.found)}\n"
