"""Make a rule from one commit's author address, trailer or branch, and add it to the user's catalogue of agents."""

import re
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Final

from tracker.attribution import Catalogue, catalogue_text, evidence_from_commit
from tracker.errors import TrackerError, UsageError, reason_of
from tracker.files import read_regular, replace_users_file
from tracker.model import Commit, Evidence, Kind

KINDS: Final = ("address", "branch", "trailer:KEY")
"""The parts of a commit from which a rule can be made, as the command line names them."""


def rule_for_commit(
    rule: str,
    commit: Commit,
    evidence: Iterable[Evidence],
    agent: str,
    kind: Kind,
    own: Collection[str],
    rules: Catalogue,
) -> str:
    """Return a catalogue entry, as TOML, that recognises ``agent`` by a part of this commit.

    ``rule``: one of ``KINDS``. ``own``: the user's addresses, from which no rule can be made. ``evidence``: of the
    commit, which names the branch. Raises UsageError when the commit does not have that part, or no rule can be made
    from it.
    """
    if rule == "address":
        row = _address(commit, own)
    elif rule == "branch":
        row = _branch(evidence)
    elif rule.startswith("trailer:"):
        row = _trailer(commit, rule.removeprefix("trailer:").strip().lower(), own)
    else:
        raise UsageError(f"a rule is made of one of {', '.join(KINDS)}, not of '{rule}'.")
    extends = "extends = true\n" if agent in rules.by_name else ""
    return f"[[agent]]\nname = {_quoted(agent)}\nkind = {_quoted(kind)}\n{extends}{row}"


def catalogue_with(path: Path, text: str) -> str:
    """Return the user's catalogue with an entry added. Raises TrackerError when it cannot be read or gets invalid."""
    try:
        before = read_regular(path).decode("utf-8")
    except FileNotFoundError:
        before = ""
    except (OSError, UnicodeDecodeError) as error:
        raise TrackerError(f"{path} cannot be read: {reason_of(error)}; nothing was changed.") from error
    after = f"{before.rstrip()}\n\n{text}" if before.strip() else text
    faults = catalogue_text.check(after)[1]
    if faults:
        raise TrackerError(f"{path}, line {faults[0].line}: {faults[0].reason}: nothing was changed.")
    return after


def check_rule(text: str, commit: Commit, agent: str) -> None:
    """Check that a catalogue recognises the agent in the commit from which its rule was made. Raises UsageError."""
    rules = Catalogue(catalogue_text.check(text)[0])
    if not any(one.agent == agent for one in evidence_from_commit(commit, rules)):
        raise UsageError(f"no rule can be made of that part of {commit.oid[:12]}: it would not find the commit again.")


def write_catalogue(path: Path, text: str) -> None:
    """Write the user's catalogue. Raises TrackerError when it cannot be written."""
    try:
        replace_users_file(path, text.encode(), mode=0o600, makes_folder=True)
    except OSError as error:
        raise TrackerError(
            f"the commit is corrected, but {path} cannot be written, so no rule was added: {reason_of(error)}."
        ) from error


def _address(commit: Commit, own: Collection[str]) -> str:
    """Return a rule for the author's address. Raises UsageError."""
    email = commit.author.email.strip().lower()
    if "@" not in email or email.startswith("*"):
        raise UsageError(f"the author of {commit.oid[:12]} has no address that a rule could be made of.")
    if email in own:
        raise UsageError(f"{email} is your own address: a rule for it would name every commit of yours.")
    return f'addresses = [{{ email = {_quoted(email)}, confidence = "high" }}]\n'


def _branch(evidence: Iterable[Evidence]) -> str:
    """Return a rule for the prefix of the branch that a hook saw. Raises UsageError."""
    names = [one.value for one in evidence if one.signal == "branch" and "/" in one.value]
    if not names:
        raise UsageError("no hook saw a branch with a / in its name around that commit, so no rule can be made of it.")
    prefix = names[0].split("/", 1)[0] + "/"
    return f'branches = [{{ prefix = {_quoted(prefix)}, confidence = "low" }}]\n'


def _trailer(commit: Commit, key: str, own: Collection[str]) -> str:
    """Return a rule for the last trailer with ``key``. Raises UsageError."""
    found = re.findall(rf"^{re.escape(key)}[ \t]*:[ \t]*(\S.*?)[ \t\r]*$", commit.message, re.IGNORECASE | re.MULTILINE)
    if not key or not found:
        raise UsageError(f"{commit.oid[:12]} has no trailer '{key}'.")
    if any(email in found[-1].lower() for email in own):
        raise UsageError("that trailer holds your own address: a rule for it would name commits of yours.")
    value = f"{re.escape(found[-1])}$"
    return f'trailers = [{{ key = {_quoted(key)}, value = {_quoted(value)}, confidence = "high" }}]\n'


def _quoted(text: str) -> str:
    """Return a TOML basic string (toml.io, v1.0.0): quotes, backslashes and control characters are escaped."""

    def escaped(character: str) -> str:
        if character in '"\\':
            return f"\\{character}"
        return character if character.isprintable() else f"\\U{ord(character):08x}"

    return f'"{"".join(map(escaped, text))}"'
