"""A checkpoint: an earlier state of the pass, and the outcomes as they were then.

The newest commits of a branch are amended and rebased often. The pass then goes back to the checkpoint instead of over
the whole history. The state is a file of its own; what has changed since is another one, which is written before the
ledger, so it always has the outcomes as they were at the checkpoint, whatever of the later ones reached the ledger.
"""

import zlib
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

import orjson

from tracker.ledger.codec import OUTCOME, UnreadableRecord
from tracker.model import Oid, parse_oid
from tracker.outcome_records import OutcomeRecord
from tracker.project.outcome_files import OutcomeFiles

BEHIND: Final = 30
"""Landings after a new checkpoint, if the run reads so many."""
MOST_LANDINGS: Final = 100
"""Landings after a checkpoint until there is a new one."""
_MOST_CHANGED: Final = 20_000
"""Outcomes that may have changed since a checkpoint; with more of them it is given up."""
_LARGEST: Final = 1 << 26
"""Bytes of the file of changed outcomes."""
_FORMAT: Final = 1


class Checkpoint(NamedTuple):
    """The commit and the ``time`` of landing to which the pass can go back.

    ``tips``: how far outcomes were recorded since then, the checkpoint's own commit first. ``landings``: those since
    then. ``before``: the outcomes at the checkpoint of the commits whose outcome has changed since; None for a commit
    that had none.
    """

    main: Oid
    time: int
    tips: tuple[Oid, ...]
    landings: int
    before: Mapping[Oid, OutcomeRecord | None]

    def after(
        self, tip: Oid, landings: int, changed: Iterable[Oid], outcomes: Mapping[Oid, OutcomeRecord]
    ) -> "Checkpoint":
        """Return the checkpoint when more has been computed.

        ``changed``: the commits whose outcome that changed. ``outcomes``: as they were before.
        """
        fresh = {oid: outcomes.get(oid) for oid in changed if oid not in self.before}
        tips = self.tips if tip in self.tips else (*self.tips, tip)
        return self._replace(tips=tips, landings=self.landings + landings, before={**self.before, **fresh})

    @property
    def is_too_large(self) -> bool:
        """True if it is to be given up."""
        return len(self.before) > _MOST_CHANGED


def write(files: OutcomeFiles, checkpoint: Checkpoint | None, rules: str) -> None:
    """Write what has changed since a checkpoint, or remove the checkpoint. Raises OSError."""
    if checkpoint is None:
        files.remove("outcomes-undo")
        files.remove("outcomes-checkpoint")
        return
    before = {oid: OUTCOME.encode(one).decode() if one else None for oid, one in checkpoint.before.items()}
    text = orjson.dumps({**checkpoint._asdict(), "before": before, "format": _FORMAT, "rules": rules})
    files.write("outcomes-undo", zlib.compress(text, 1))


def read(files: OutcomeFiles, rules: str, tip: Oid) -> Checkpoint | None:
    """Return the checkpoint before some recorded outcomes; None if there is none of these rules.

    ``tip``: how far they are recorded. Whatever is in the file, reading ends.
    """
    try:
        unpacker = zlib.decompressobj()
        found = orjson.loads(unpacker.decompress(files.read("outcomes-undo", _LARGEST), _LARGEST))
        if (found["format"], found["rules"]) != (_FORMAT, rules) or tip not in found["tips"]:
            return None
        before = {_oid(oid): None if text is None else OUTCOME.decode(text) for oid, text in found["before"].items()}
        tips = tuple(map(_oid, found["tips"]))
        return Checkpoint(_oid(found["main"]), int(found["time"]), tips, int(found["landings"]), before)
    except (OSError, zlib.error, ValueError, TypeError, KeyError, AttributeError, UnreadableRecord):
        return None


def _oid(value: object) -> Oid:
    oid = parse_oid(value) if isinstance(value, str) else None
    if oid is None:
        raise ValueError(value)
    return oid
