"""Attribution: find evidence of who made a commit, and decide by the strongest.

Attribution is not authentication: anybody can forge any evidence. Addresses and variables decide, names alone never do,
and a commit without evidence is a human's, with low confidence.
"""

from tracker.attribution.capture_policy import capture_rules, captured_variables
from tracker.attribution.catalogue import Catalogue
from tracker.attribution.catalogue_types import Agent
from tracker.attribution.commit_evidence import evidence_from_commit
from tracker.attribution.evidence_values import REPORT, is_report, stored_value
from tracker.attribution.host_evidence import evidence_of_host
from tracker.attribution.model_names import model_id, model_name
from tracker.attribution.moments import count_told, evidence_of_moments, merge_moments
from tracker.attribution.reread_evidence import kept_evidence, reevaluated_moments
from tracker.attribution.runtime_evidence import evidence_from_circumstances, has_agent_at_work
from tracker.attribution.user_evidence import evidence_from_config, resolve_agent_name
from tracker.attribution.verdict import CORRECTION_SIGNALS, attribute, combine, effective_correction, strength

__all__ = [
    "CORRECTION_SIGNALS",
    "REPORT",
    "Agent",
    "Catalogue",
    "attribute",
    "capture_rules",
    "captured_variables",
    "combine",
    "count_told",
    "effective_correction",
    "evidence_from_circumstances",
    "evidence_from_commit",
    "evidence_from_config",
    "evidence_of_host",
    "evidence_of_moments",
    "has_agent_at_work",
    "is_report",
    "kept_evidence",
    "merge_moments",
    "model_id",
    "model_name",
    "reevaluated_moments",
    "resolve_agent_name",
    "stored_value",
    "strength",
]
