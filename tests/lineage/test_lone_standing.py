"""The short way to the standing of a commit without relatives gives what the derivation of its family gives."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.lineage.families import HERE, A, CommitGraph
from tracker.attribution import combine
from tracker.lineage import derive_standings, lone_standing
from tracker.model import Evidence, Moment

SIGNALS = (
    "trailer",
    "author",
    "committer",
    "co-author",
    "environment",
    "session",
    "branch",
    "assist",
    "record",
    "user",
)
AGENTS = st.sampled_from([None, "codex", "claude-code", "human", "dependabot"])
EVIDENCE = st.builds(
    Evidence,
    st.sampled_from(SIGNALS),
    st.sampled_from(["one", "two"]),
    st.just("value"),
    AGENTS,
    st.sampled_from(["agent", "bot", "human"]),
    st.sampled_from([None, "gpt-5.2-codex", "claude-opus-4.7"]),
    st.sampled_from(["low", "medium", "high"]),
)
MORE = ("pushed", "declared", "user_grade", "agent_graded_at", "reverts", "copy_of", "moments")
FACTS = st.fixed_dictionaries(
    {
        "evidence": st.lists(EVIDENCE, max_size=5).map(lambda pieces: combine((), pieces)),
        "live": st.booleans(),
        "origin": st.sampled_from(["local", "fetched"]),
        "learnt": st.sampled_from(["backfill", "reconcile", "post-commit"]),
    },
    optional={
        "pushed": st.booleans(),
        "pushed_within": st.booleans(),
        "declared": st.sampled_from([None, 2]),
        "user_grade": st.sampled_from([None, 5]),
        "agent_graded_at": st.sampled_from([0, 7]),
        "reverts": st.sampled_from([(), ("9" * 40,)]),
        "copy_of": st.sampled_from([None, "9" * 40]),
        "moments": st.sampled_from([(), (Moment("1", ()),)]),
    },
)


@given(FACTS)
def test_it_is_what_the_family_gives(fields: dict[str, Any]) -> None:
    graph = CommitGraph()
    live = bool(fields.pop("live"))
    graph.commit(A, live=live, **fields)
    ((project, oid, expected),) = derive_standings([A], graph)
    assert (project, oid) == (HERE, A)
    ((_, facts),) = graph.holdings(A)
    found = lone_standing(facts)
    assert found is None or found == expected
    is_plain = not any(
        fields.get(name) for name in ("pushed", "declared", "user_grade", "reverts", "copy_of", "moments")
    )
    assert (found is not None) == (is_plain and not fields.get("agent_graded_at"))
