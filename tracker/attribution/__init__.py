"""Who made a commit: a pure function of the commit, what the hooks saw, and the catalogue of agents.

Attribution is no authentication: every sign can be made by hand. Addresses and marks decide, names alone never do,
and where nothing is known the answer is a human of low confidence.
"""

from tracker.attribution.capture_policy import keeping, kept, process_rule
from tracker.attribution.catalogue import Agent, Catalogue
from tracker.attribution.commit_evidence import evidence_from_commit
from tracker.attribution.model_names import model_id, model_name
from tracker.attribution.runtime_evidence import (
    evidence_from_config,
    evidence_from_moment,
    evidence_read_again,
    named_by_user,
    names_an_agent,
    shown,
)
from tracker.attribution.verdict import WORDS, attribute, combine, correction, strength

__all__ = [
    "WORDS",
    "Agent",
    "Catalogue",
    "attribute",
    "combine",
    "correction",
    "evidence_from_commit",
    "evidence_from_config",
    "evidence_from_moment",
    "evidence_read_again",
    "keeping",
    "kept",
    "model_id",
    "model_name",
    "named_by_user",
    "names_an_agent",
    "process_rule",
    "shown",
    "strength",
]
