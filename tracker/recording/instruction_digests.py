"""What instructed an agent: which instruction files a commit's own tree holds, and of what content, as digests.

Never the content itself. The record is of all files that any agent of the catalogue reads, so that it does not depend
on who the commit turns out to be made by; what an agent's set-up is follows from it (``digest``).
"""

from collections.abc import Sequence
from hashlib import blake2b

from tracker.attribution import Catalogue
from tracker.git import Repository
from tracker.ledger.entries import SetupEntry
from tracker.model import Oid
from tracker.records import SetupRecord

COMMON = ("AGENTS.md",)
"""What agents read whoever they are (agents.md, the convention)."""


def paths(rules: Catalogue) -> list[str]:
    """All files and folders that agents read instructions from."""
    return sorted({*COMMON, *(path for agent in rules for path in agent.instructions)})


def find(repository: Repository, oids: Sequence[Oid], rules: Catalogue) -> dict[Oid, SetupEntry]:
    """The instruction files of commits, those alone that have any."""
    held = repository.holding(oids, paths(rules)) if oids else {}
    return {oid: _entry(tuple(sorted(files.items()))) for oid, files in held.items()}


def _entry(files: tuple[tuple[str, str], ...]) -> SetupEntry:
    text = "".join(f"{path}\0{held}\n" for path, held in files)
    return SetupEntry(blake2b(text.encode(), digest_size=16).hexdigest(), files)


def read_by(record: SetupRecord, agent: str, rules: Catalogue) -> list[tuple[str, str]]:
    """The files that an agent reads of those that were there, each with the digest of its content."""
    known = rules.by_name.get(agent)
    read = {*COMMON, *(known.instructions if known else ())}
    return [(path, held) for path, held in record.files if path in read]


def digest(record: SetupRecord, agent: str, rules: Catalogue) -> str | None:
    """One digest for all that instructed an agent; None where nothing did."""
    files = read_by(record, agent, rules)
    text = "".join(f"{path}\0{held}\n" for path, held in files)
    return blake2b(text.encode(), digest_size=8).hexdigest() if files else None
