"""Hypothesis strategies of entries about the commits of ``example_ledger``."""

from hypothesis import strategies as st

from tests.ledger.example_ledger import OIDS, PROJECTS, agent_evidence
from tests.lineage.claims import SOURCES
from tracker.cost_records import CostRecord, ModelTokens
from tracker.ledger import computed_entries, entries
from tracker.model import Moment, Oid, ProjectId
from tracker.outcome_records import OutcomeRecord, OutcomesRunRecord
from tracker.rewrite_records import Claim
from tracker.scoring import DEFAULT

_ORIGINALS = dict(zip(OIDS, (OIDS[3], None, OIDS[1], None, OIDS[0]), strict=True))
"""The original of each commit that is a cherry-pick: fixed, because git gives each copy only one original."""


def _evidence_entry(project: ProjectId, oid: Oid, agent: str | None, picked: bool, seen: bool) -> entries.EvidenceEntry:
    evidence = agent_evidence(agent) if agent else ()
    moments = (Moment(f"{oid[-4:]}{agent}", evidence),) if seen else ()
    original = _ORIGINALS[oid] if picked else None
    return entries.EvidenceEntry(project, oid, evidence, "post-commit", original, moments=moments)


LIVENESS = st.builds(
    entries.LivenessEntry, project=st.sampled_from(PROJECTS), oid=st.sampled_from(OIDS), live=st.booleans()
)
CLAIMS = st.builds(
    entries.ClaimEntry,
    old=st.sampled_from(OIDS),
    claim=st.builds(
        Claim, new=st.sampled_from(OIDS), source=st.sampled_from(SOURCES), is_same=st.booleans(),
        author=st.sampled_from(["one", "another"]), is_authored=st.booleans(), in_rebase=st.booleans(),
        time=st.integers(0, 3),
    ),
).filter(lambda entry: entry.old != entry.claim.new)  # fmt: skip
EVIDENCE = st.builds(
    _evidence_entry,
    project=st.sampled_from(PROJECTS),
    oid=st.sampled_from(OIDS),
    agent=st.sampled_from(["codex", "opencode", None]),
    picked=st.booleans(),
    seen=st.booleans(),
)
GRADES = st.builds(
    entries.GradeEntry,
    project=st.sampled_from(PROJECTS), oid=st.sampled_from(OIDS), rater=st.sampled_from(["agent", "user"]),
    grade=st.sampled_from([-1, 1, 2, 5, None]), note=st.just(""), task=st.just(""), time=st.integers(0, 10_000),
    source=st.just("test"), speaker=st.just(""), event=st.just(""),
)  # fmt: skip
PUSHES = st.builds(entries.PushEntry, project=st.sampled_from(PROJECTS), oid=st.sampled_from(OIDS))
BUGS = st.builds(
    entries.BugEntry, agent=st.just("codex"), project=st.sampled_from(PROJECTS), oid=st.sampled_from(OIDS),
    note=st.just(""), evidence=st.just(""), time=st.integers(0, 10_000), speaker=st.just(""),
)  # fmt: skip
SUGGESTIONS = st.builds(
    entries.SuggestionEntry, agent=st.just("codex"), project=st.sampled_from(PROJECTS), oid=st.sampled_from(OIDS),
    note=st.sampled_from(["", "a", "b"]), evidence=st.just(""), time=st.integers(0, 10_000),
    suggested_by=st.sampled_from(["opencode", "claude-code"]), speaker=st.just(""),
)  # fmt: skip
DECISIONS = st.builds(
    entries.SuggestionDecisionEntry, project=st.sampled_from(PROJECTS), oid=st.sampled_from(OIDS),
    suggested_by=st.sampled_from(["opencode", "claude-code"]),
    decision=st.sampled_from(["confirmed", "dismissed", "open"]), time=st.integers(0, 10_000), speaker=st.just(""),
)  # fmt: skip
SESSION_GRADES = st.builds(
    entries.RetrospectiveEntry,
    agent=st.sampled_from(["codex", "opencode"]), project=st.sampled_from(PROJECTS),
    subject=st.sampled_from(["session-1", "session-2"]), is_session=st.just(True), task=st.just(""),
    agent_grade=st.sampled_from([-1, 2, None]), user_grade=st.sampled_from([1, 5, None]), notes=st.just(""),
    time=st.integers(0, 10_000), policy=st.just(DEFAULT), source=st.just(""), speaker=st.just(""),
)  # fmt: skip
_OUTCOMES = st.builds(
    OutcomeRecord, landed_at=st.integers(0, 10**6), added=st.integers(0, 9),
    changes=st.dictionaries(st.integers(0, 99), st.integers(-9, 9), max_size=3).map(lambda ages: (*ages.items(),)),
    reverted_by=st.sampled_from([None, OIDS[0]]), again_by=st.sampled_from([None, OIDS[1]]),
    fixed_by=st.sampled_from([None, OIDS[2]]), blamed_by=st.sampled_from([(), (OIDS[3],)]), aged=st.integers(0, 3),
    reverted_at=st.just(0), revert_found_by=st.just(""), fixed_at=st.just(0), fixed_lines=st.just(0),
)  # fmt: skip
OUTCOMES = st.builds(
    computed_entries.OutcomeEntry, project=st.sampled_from(PROJECTS), oid=st.sampled_from(OIDS), outcome=_OUTCOMES
) | st.builds(
    computed_entries.OutcomesEntry, project=st.sampled_from(PROJECTS),
    run=st.just(OutcomesRunRecord("refs/heads/main", OIDS[0], 1, "rules")), anew=st.booleans(),
)  # fmt: skip
_NUMBERS = st.one_of(st.none(), st.integers(0, 99))
_COSTS = st.builds(
    CostRecord, calls=_NUMBERS, subagent_calls=st.integers(0, 9), input=_NUMBERS, cache_read=_NUMBERS,
    cache_write=_NUMBERS, output=_NUMBERS, reasoning=_NUMBERS, active_ms=_NUMBERS, usd=_NUMBERS,
    models=st.sampled_from([(), (("m-1", 2),)]), found_by=st.sampled_from(["id", "time"]),
    flags=st.sampled_from([(), ("at_least",)]), span_ms=st.none(), credits=st.none(), read_at=st.just(1),
    unknown=st.just(""),
    by_model=st.sampled_from([(), (ModelTokens("m-1", 1, 2, 3, 4), ModelTokens("m-2", 5, 0, 0, 9))]),
)  # fmt: skip
COSTS = st.builds(computed_entries.CostEntry, oid=st.sampled_from(OIDS), cost=_COSTS)
FEEDBACK = GRADES | PUSHES | BUGS | SUGGESTIONS | SESSION_GRADES
PRESENCE = st.builds(entries.PresenceEntry, project=st.sampled_from(PROJECTS), away=st.booleans())
REMOVALS = st.builds(entries.ForgetEntry, project=st.sampled_from(PROJECTS), oid=st.sampled_from(OIDS))


def unique_times(choices: st.SearchStrategy[entries.Entry], max_size: int) -> st.SearchStrategy[list[entries.Entry]]:
    """Return lists of entries in which no two were given at the same time, so that one grade or bug is the last."""
    return st.lists(choices, max_size=max_size, unique_by=lambda entry: getattr(entry, "time", entry))
