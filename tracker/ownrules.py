"""Rules of the user's own, made of one commit's address, trailer or branch, for the user's catalogue of agents."""

import re
from collections.abc import Collection
from pathlib import Path
from typing import Final

from tracker import catalogue
from tracker.attribution import Catalogue
from tracker.errors import TrackerError, UsageError
from tracker.fileio import atomic_write
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
        row = _trailer(commit, rule.removeprefix("trailer:").strip().lower())
    else:
        raise UsageError(f"a rule is made of one of {', '.join(KINDS)}, not of '{rule}'.")
    extends = "extends = true\n" if agent in rules.by_name else ""
    return f"[[agent]]\nname = {_quoted(agent)}\nkind = {_quoted(kind)}\n{extends}{row}"


def append(place: Path, text: str) -> None:
    """Add an entry to the user's catalogue. Raises TrackerError, and leaves the file as it was, if that cannot be."""
    try:
        before = place.read_text(encoding="utf-8") if place.exists() else ""
        after = f"{before.rstrip()}\n\n{text}" if before.strip() else text
        faults = catalogue.check(after)[1]
        if faults:
            raise TrackerError(
                f"{place}, line {faults[0].line}: {faults[0].reason}: mend it first; nothing was changed."
            )
        place.parent.mkdir(parents=True, exist_ok=True)
        atomic_write(place, after.encode())
    except (OSError, UnicodeDecodeError) as error:
        raise TrackerError(f"{place} cannot be written: {error}; nothing was changed.") from error


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


def _trailer(commit: Commit, key: str) -> str:
    found = re.findall(rf"^{re.escape(key)}[ \t]*:[ \t]*(\S.*?)[ \t\r]*$", commit.message, re.IGNORECASE | re.MULTILINE)
    if not key or not found:
        raise UsageError(f"{commit.oid[:12]} has no trailer '{key}'.")
    value = f"{re.escape(found[-1])}$"
    return f'trailers = [{{ key = {_quoted(key)}, value = {_quoted(value)}, confidence = "high" }}]\n'


def _quoted(text: str) -> str:
    """A TOML basic string (toml.io, v1.0.0): quotes, backslashes and control characters are escaped."""
    escaped = "".join(
        f"\\{character}" if character in '"\\' else f"\\u{ord(character):04x}" if ord(character) < 32 else character
        for character in text
    )
    return f'"{escaped}"'
