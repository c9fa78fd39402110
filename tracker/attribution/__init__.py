"""Attribution: find evidence of who made a commit, and decide by the strongest.

Attribution is not authentication: anybody can forge any evidence. Addresses and variables decide, names alone never do,
and a commit without evidence is a human's, with low confidence.
"""

from tracker.attribution.capture_policy import keeping, kept
from tracker.attribution.catalogue import Catalogue
from tracker.attribution.catalogue_types import Agent
from tracker.attribution.commit_evidence import evidence_from_commit
from tracker.attribution.evidence_values import shown
from tracker.attribution.model_names import model_id, model_name
from tracker.attribution.reread_evidence import evidence_read_again
from tracker.attribution.runtime_evidence import evidence_from_moment, names_an_agent
from tracker.attribution.user_evidence import evidence_from_config, named_by_user
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
    "shown",
    "strength",
]
