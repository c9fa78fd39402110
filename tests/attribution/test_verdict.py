"""Combination of evidence, the weight of signals, and corrections by the user."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from tracker.attribution import attribute, combine, effective_correction, strength
from tracker.attribution.verdict import STRENGTH
from tracker.model import Evidence

EVIDENCE = st.builds(
    Evidence,
    signal=st.sampled_from(sorted(STRENGTH)),
    name=st.sampled_from(["a", "b"]),
    value=st.sampled_from(["", "1"]),
    agent=st.sampled_from([None, "claude-code", "codex", "human"]),
    kind=st.just("agent"),
    model=st.sampled_from([None, "m1", "m2"]),
    confidence=st.sampled_from(["low", "medium", "high"]),
    inherited=st.booleans(),
    order=st.integers(0, 2),
    version=st.sampled_from([None, "1.0"]),
    vendors=st.sampled_from([(), ("OpenAI",)]),
)
CORRECTION = Evidence("correction", "0000000100", "", "codex", "agent", "m1", "high")
LATER_CORRECTION = Evidence("correction", "0000000200", "", "human", "human", None, "high")
VARIABLE = Evidence("environment", "CLAUDECODE", "1", "claude-code", "agent", None, "high")


def withdrawal(corrected: Evidence) -> Evidence:
    return Evidence("withdrawal", corrected.name, "", None, "agent", None, "high")


def test_signals_weigh_in_the_documented_order() -> None:
    order = [
        ("correction", "high"), ("user", "high"), ("process", "high"), ("environment", "high"), ("process", "medium"),
        ("environment", "medium"), ("config", "medium"), ("author", "high"), ("record", "high"), ("trailer", "high"),
        ("co-author", "high"), ("model", "medium"), ("terminal", "high"), ("committer", "low"), ("prose", "low"),
        ("branch", "low"),
    ]  # fmt: skip
    weights = [strength(Evidence(signal, "", "", "x", "agent", None, confidence)) for signal, confidence in order]  # type: ignore[arg-type]
    assert all(stronger > weaker for stronger, weaker in itertools.pairwise(weights))


@given(st.lists(EVIDENCE, max_size=8), st.lists(EVIDENCE, max_size=8), st.lists(EVIDENCE, max_size=8))
def test_combine_is_commutative_idempotent_and_associative(
    one: list[Evidence], two: list[Evidence], three: list[Evidence]
) -> None:
    assert combine(one, two) == combine(two, one)
    assert combine(one, one) == combine(one, ())
    assert combine(combine(one, two), three) == combine(one, combine(two, three))
    assert attribute(combine(one, two)) == attribute([*two, *one])


def test_last_correction_decides() -> None:
    found = attribute([VARIABLE, CORRECTION])
    assert (found.agent, found.model, found.signal, found.also) == ("codex", "m1", "correction", ("claude-code",))
    assert attribute([VARIABLE, CORRECTION, LATER_CORRECTION]).agent == "human"


def test_model_of_a_correction_goes_before_one_that_a_variable_names() -> None:
    named = Evidence("user", "AGENT_TRACKER_MODEL", "m2", None, "agent", "m2", "high")
    assert attribute([named, VARIABLE, CORRECTION]).model == "m1"
    assert attribute([named, VARIABLE, CORRECTION._replace(model=None)]).model == "m2"


def test_any_number_of_corrections_is_kept_with_other_evidence() -> None:
    corrections = [CORRECTION._replace(name=f"{number:010d}") for number in range(200)]
    combined = combine(combine([VARIABLE], corrections), map(withdrawal, corrections))
    assert attribute(combined).agent == "claude-code"
    assert attribute(combine(combined, [LATER_CORRECTION._replace(name="1")])).agent == "human"


def test_withdrawal_restores_the_attribution_before() -> None:
    evidence = [VARIABLE, CORRECTION, LATER_CORRECTION, withdrawal(LATER_CORRECTION)]
    assert attribute(evidence).agent == "codex"
    assert attribute([*evidence, withdrawal(CORRECTION)]) == attribute([VARIABLE])


def test_own_correction_outranks_inherited_one() -> None:
    assert effective_correction([CORRECTION, LATER_CORRECTION._replace(inherited=True)]) == CORRECTION


def test_evidence_of_the_same_agent_confirms_the_one_that_decides() -> None:
    process = Evidence("process", "aider", "", "aider", "agent", None, "medium")
    trailer = Evidence("co-author", "co-authored-by", "", "aider", "agent", "openai/gpt-4.1", "high")
    found = attribute([process, trailer])
    assert (found.agent, found.signal, found.confidence) == ("aider", "process", "high")
    other = trailer._replace(agent="codex")
    assert attribute([process, other]).confidence == "medium"
