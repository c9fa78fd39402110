"""Decide if an agent may grade a commit as its own work. Pure."""

from tracker.attribution.catalogue import Catalogue
from tracker.model import UNKNOWN_AGENT
from tracker.records import CommitStanding


def is_own_work(agent: str, commit: CommitStanding, rules: Catalogue) -> bool:
    """Return True if an agent may grade a commit: a commit of its family, or one without evidence of any maker.

    Agents of one family (the catalogue's ``family``) may grade each other's commits. The commit of an unknown agent may
    be any agent's.
    """
    if commit.kind != "agent":
        return commit.kind == "human" and commit.confidence == "low"
    families = {rules.by_name[name].family if name in rules.by_name else name for name in (agent, commit.agent)}
    return len(families) == 1 or UNKNOWN_AGENT in families
