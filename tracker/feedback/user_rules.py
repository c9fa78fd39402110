"""Rules of the user's own, made of one commit's address, trailer or branch, for the user's catalogue of agents."""

import re
from collections.abc import Collection
from pathlib import Path
from typing import Final

from tracker.attribution import Catalogue, catalogue_file, evidence_from_commit
from tracker.errors import TrackerError, UsageError
from tracker.files import atomic_write
from tracker.model import Commit, Kind
from tracker.records import CommitRecord

KINDS: Final = ("address", "branch", "trailer:KEY")
"""What a rule can be made of."""


def of(
    rule: str, commit: Commit, record: CommitRecord, agent: str, kind: Kind, own: Collection[str], rules: Catalogue
) -> str:
    """The entry for the catalogue that names ``agent`` by a sign of this commit, as TOML.

    ``own``: the user's addresses, which no rule can be made of. Raises UsageError where the commit has no such sign.
    """
    if rule == "address":
        row = _address(commit, own)
    elif rule == "branch":
        row = _branch(record)
    elif rule.startswith("trailer:"):
        row = _trailer(commit, rule.removeprefix("trailer:").strip().lower(), own)
    else:
        raise UsageError(f"a rule is made of one of {', '.join(KINDS)}, not of '{rule}'.")
    extends = "extends = true\n" if agent in rules.by_name else ""
    return f"[[agent]]\nname = {_quoted(agent)}\nkind = {_quoted(kind)}\n{extends}{row}"


def joined(place: Path, text: str) -> str:
    """The user's catalogue with an entry added. Raises TrackerError where it cannot be read, or would be wrong."""
    try:
        before = place.read_text(encoding="utf-8") if place.exists() else ""
    except (OSError, UnicodeDecodeError) as error:
        raise TrackerError(f"{place} cannot be read: {error}; nothing was changed.") from error
    after = f"{before.rstrip()}\n\n{text}" if before.strip() else text
    faults = catalogue_file.check(after)[1]
    if faults:
        raise TrackerError(f"{place}, line {faults[0].line}: {faults[0].reason}: nothing was changed.")
    return after


def check(text: str, commit: Commit, agent: str) -> None:
    """Raises UsageError when the rules of a catalogue do not find this agent in the commit that they were made of."""
    rules = Catalogue(catalogue_file.check(text)[0])
    if not any(one.agent == agent for one in evidence_from_commit(commit, rules)):
        raise UsageError(f"no rule can be made of that sign of {commit.oid[:12]}: it would not find the commit again.")


def write(place: Path, text: str) -> None:
    """Write the user's catalogue. Raises TrackerError."""
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        atomic_write(place, text.encode())
    except OSError as error:
        raise TrackerError(f"the commit is corrected, but {place} cannot be written: {error}.") from error


def _address(commit: Commit, own: Collection[str]) -> str:
    email = commit.author.email.strip().lower()
    if "@" not in email or email.startswith("*"):
        raise UsageError(f"the author of {commit.oid[:12]} has no address that a rule could be made of.")
    if email in own:
        raise UsageError(f"{email} is your own address: a rule for it would name every commit of yours.")
    return f'addresses = [{{ email = {_quoted(email)}, confidence = "high" }}]\n'


def _branch(record: CommitRecord) -> str:
    names = [one.value for one in record.evidence if one.signal == "branch" and "/" in one.value]
    if not names:
        raise UsageError("no hook saw a branch with a / in its name around that commit, so no rule can be made of it.")
    prefix = names[0].split("/", 1)[0] + "/"
    return f'branches = [{{ prefix = {_quoted(prefix)}, confidence = "low" }}]\n'


def _trailer(commit: Commit, key: str, own: Collection[str]) -> str:
    found = re.findall(rf"^{re.escape(key)}[ \t]*:[ \t]*(\S.*?)[ \t\r]*$", commit.message, re.IGNORECASE | re.MULTILINE)
    if not key or not found:
        raise UsageError(f"{commit.oid[:12]} has no trailer '{key}'.")
    if any(email in found[-1].lower() for email in own):
        raise UsageError("that trailer holds your own address: a rule for it would name commits of yours.")
    value = f"{re.escape(found[-1])}$"
    return f'trailers = [{{ key = {_quoted(key)}, value = {_quoted(value)}, confidence = "high" }}]\n'


def _quoted(text: str) -> str:
    """A TOML basic string (toml.io, v1.0.0): quotes, backslashes and control characters are escaped."""

    def escaped(character: str) -> str:
        if character in '"\\':
            return f"\\{character}"
        return character if character.isprintable() else f"\\U{ord(character):08x}"

    return f'"{"".join(map(escaped, text))}"'
