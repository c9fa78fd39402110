"""The meaning of rewrites, copies and reverts: which commit of a family counts, inherits and contributes what.

Pure, and a function of the facts alone: links, liveness, each commit's own evidence and grades. So the order in which
entries arrive never matters, and ``reports.verify`` can prove what ``ledger`` wrote.
"""

from tracker.lineage.derive import derive_standings, lone_standing, standing_by_evidence
from tracker.lineage.graph import FamilyView, Holding, family_of, reach
from tracker.lineage.inherited_evidence import all_evidence
from tracker.lineage.links import resolve
from tracker.lineage.rater_grades import RaterGrade, has_feedback, last_grade, with_grade
from tracker.lineage.units import context_of, dependents_of, reverted_by, versions_of

__all__ = [
    "FamilyView",
    "Holding",
    "RaterGrade",
    "all_evidence",
    "context_of",
    "dependents_of",
    "derive_standings",
    "family_of",
    "has_feedback",
    "last_grade",
    "lone_standing",
    "reach",
    "resolve",
    "reverted_by",
    "standing_by_evidence",
    "versions_of",
    "with_grade",
]
