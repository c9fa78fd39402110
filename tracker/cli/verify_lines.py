"""The output of ``verify`` for people: differences with short names, and what they mean."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from tracker.model import ProjectId
from tracker.text import listed, number_of, printable

_OID: Final = re.compile(r"\b(?:[0-9a-f]{64}|[0-9a-f]{40})\b")
_PROJECT: Final = re.compile(r"\b[0-9a-f]{32}\b")
_SHOWN: Final = 12
"""Digits of an object name, and of the id of a project whose name is not known."""


def shortened(difference: str, names: Mapping[ProjectId, str]) -> str:
    """Return the sentence with the first digits of object names, and with projects' names in place of their ids."""

    def name_of(found: re.Match[str]) -> str:
        return printable(names.get(ProjectId(found[0]), found[0][:_SHOWN]))

    return _PROJECT.sub(name_of, _OID.sub(lambda found: found[0][:_SHOWN], difference))


def quick_agreement(commits: int, compared: Sequence[str]) -> str:
    """Return the sentence for a ledger in which nothing differs of what was ``compared``: names of that."""
    holds = f"The ledger holds {number_of(commits, 'commit')}"
    return f"{holds}; {listed(compared)} agree. 'agent-tracker verify' compares all."


def agreement(commits: int, *, has_repository: bool) -> str:
    """Return the sentence for a ledger in which nothing differs."""
    holds = f"The ledger holds {number_of(commits, 'commit')}"
    git = " and with git" if has_repository else "; in a project it is compared with git too"
    return f"{holds} and agrees with itself{git}."


def advice(ledger: str) -> str:
    """Return what differences within a ledger, or from git, mean, and what ends them."""
    return (
        "Another program changed the ledger, or agent-tracker has a defect. Scores and reports may be wrong until a"
        f" sound copy of the ledger is put back; or move {ledger} away and run 'agent-tracker sync' in each project,"
        " which records again what git and the spool know: other grades, bugs and reinstatements are lost then."
    )


ACCEPT: Final = "Put the newer ledger back, or go on with this one, at a terminal: agent-tracker init"
"""The step that ends the difference of a ledger of which an older copy was put back."""

SET_ASIDE: Final = "'agent-tracker sync' sets the damaged file aside and records again what git and the spool know."
"""The step that ends the damage of a ledger's file."""
