"""The ledger's entries of events. Pure."""

from typing import Any

from tracker.balance_records import BalanceRecord
from tracker.cost_records import CostRecord
from tracker.exchange import events
from tracker.exchange.computed_events import CostEvent, OutcomeEvent, OutcomesEvent, ProfileEvent
from tracker.exchange.events import Event
from tracker.feedback_records import ActivityRecord, BugRecord, GradeRecord, ReinstatementRecord, RetrospectiveRecord
from tracker.ledger import joined_entries as joins
from tracker.ledger.entries import ClaimEntry, Entry, SetupEntry
from tracker.model import Evidence
from tracker.outcome_records import OutcomeRecord, OutcomesRunRecord
from tracker.profile_records import ProfileRecord
from tracker.records import CommitFacts, ProjectRecord
from tracker.rewrite_records import Claim


def entry_of(event: Event) -> Entry:  # noqa: C901 - one case for each type of event
    """Return the entry that joins an event with what the ledger knows."""
    match event:
        case events.ProjectEvent():
            record = ProjectRecord(generation=0, **_fields(event, ProjectRecord))
            return joins.JoinProjectEntry(event.project, record)
        case events.InstructionsEvent():
            return SetupEntry(event.setup, event.files)
        case events.CommitEvent():
            return joins.JoinCommitEntry(event.project, event.oid, _facts(event))
        case events.CorrectionEvent():
            return joins.JoinEvidenceEntry(event.project, event.oid, Evidence(**_fields(event, Evidence)))
        case events.RewriteEvent():
            return ClaimEntry(event.old, Claim(**_fields(event, Claim)))
        case events.GradeEvent():
            grade = GradeRecord(agent="", **_fields(event, GradeRecord))
            return joins.JoinGradeEntry(event.project, event.oid, grade)
        case events.BugEvent():
            bug = BugRecord(**{**_fields(event, BugRecord), "agent": event.agent or ""})
            return joins.JoinBugEntry(event.project, event.oid, bug)
        case events.ReinstatementEvent():
            return joins.JoinReinstatementEntry(ReinstatementRecord(*event))
        case events.RetrospectiveEvent():
            return joins.JoinRetrospectiveEntry(RetrospectiveRecord(**_fields(event, RetrospectiveRecord)))
        case events.ActivityEvent():
            return joins.JoinActivityEntry(ActivityRecord(**_fields(event, ActivityRecord)))
        case events.BalanceEvent():
            return joins.JoinBalanceEntry(BalanceRecord(*event))
        case OutcomesEvent():
            return joins.JoinOutcomesEntry(event.project, OutcomesRunRecord(**_fields(event, OutcomesRunRecord)))
        case OutcomeEvent():
            outcome = OutcomeRecord(**_fields(event, OutcomeRecord))
            return joins.JoinOutcomeEntry(event.project, event.oid, event.run, outcome)
        case CostEvent():
            return joins.JoinCostEntry(event.oid, CostRecord(**_fields(event, CostRecord)))
        case ProfileEvent():
            return joins.JoinProfileEntry(event.project, ProfileRecord(**_fields(event, ProfileRecord)))


def _fields(event: Event, record: type[Any]) -> dict[str, Any]:
    """Return the fields of an event that a record has too."""
    return {name: value for name, value in zip(event._fields, event, strict=True) if name in record._fields}


def _facts(event: events.CommitEvent) -> CommitFacts:
    author, committer = event.author, event.committer
    return CommitFacts(
        author_name=author.name,
        author_email=author.email,
        authored_at=author.time,
        author_offset=author.offset,
        committer_name=committer.name,
        committer_email=committer.email,
        committed_at=committer.time,
        committer_offset=committer.offset,
        **_fields(event, CommitFacts),
    )
