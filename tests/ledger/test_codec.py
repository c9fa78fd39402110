"""Records as bytes: round trips, older and newer versions, damaged bytes, and values that are refused."""

from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ledger.example_ledger import commit_facts
from tracker.errors import EntryRefused, LedgerNewer
from tracker.ledger import codec
from tracker.model import Evidence, Moment, Oid
from tracker.records import Carried, CommitFacts, CommitStanding, Link, TipRecord
from tracker.rewrite_records import Left, PairClaim, ReflogRecord, RewriteRecord

TEXT = st.text(st.characters(codec="utf-8"))
OIDS = st.text("0123456789abcdef", min_size=40, max_size=40).map(Oid)
EVIDENCE = st.builds(
    Evidence,
    signal=TEXT, name=TEXT, value=TEXT, agent=st.none() | TEXT, kind=st.sampled_from(["agent", "bot", "human"]),
    model=st.none() | TEXT, confidence=st.sampled_from(["low", "medium", "high"]), inherited=st.booleans(),
    order=st.integers(0, 2**40), version=st.none() | TEXT, vendors=st.lists(TEXT, max_size=2).map(tuple),
)  # fmt: skip
CARRIED = st.builds(
    Carried, rater=st.sampled_from(["agent", "user"]), grade=st.sampled_from([-1, 1, 2, 5]), source=OIDS,
    kind=st.sampled_from(["same", "changed", "squashed"]),
)  # fmt: skip
LINKS = st.builds(Link, new=OIDS, kind=st.sampled_from(["same", "changed", "squashed", "dropped"]), source=TEXT)
GRADES = st.sampled_from([None, -1, 1, 2, 5])
MOMENTS = st.builds(
    Moment, event=TEXT, evidence=st.lists(EVIDENCE, max_size=2).map(tuple), is_replayed=st.booleans(),
    is_late=st.booleans(), rivals=st.integers(0, 9), readings=st.integers(0, 9),
)  # fmt: skip
FACTS = st.builds(
    CommitFacts,
    parents=st.lists(OIDS, max_size=3).map(tuple), author_name=TEXT, author_email=TEXT,
    authored_at=st.integers(-(2**53), 2**53), author_offset=st.integers(-1440, 1440), committer_name=TEXT,
    committer_email=TEXT, committed_at=st.integers(0, 2**53), committer_offset=st.just(0), subject=TEXT,
    task_kind=st.just("feat"), files=st.none() | st.integers(0, 2**40), insertions=st.none() | st.integers(0, 2**40),
    deletions=st.none() | st.integers(0, 2**40), evidence=st.lists(EVIDENCE, max_size=3).map(tuple),
    origin=st.sampled_from(["local", "fetched"]), learnt=TEXT, recorded_at=st.integers(0, 2**40), live=st.booleans(),
    sequence=st.integers(0, 2**40), agent_grade=GRADES, user_grade=GRADES, agent_graded_at=st.integers(0, 2**40),
    user_graded_at=st.just(0), copy_of=st.none() | OIDS, reverts=st.lists(OIDS, max_size=2).map(tuple),
    setup=st.none() | TEXT, declared=GRADES, pushed=st.booleans(), moments=st.lists(MOMENTS, max_size=2).map(tuple),
    is_exact_copy=st.booleans(), live_changes=st.integers(0, 9), evidence_changes=st.integers(0, 9),
)  # fmt: skip
STANDINGS = st.builds(
    CommitStanding,
    live=st.booleans(), counted=st.booleans(), agent=TEXT, kind=st.sampled_from(["agent", "bot", "human"]),
    confidence=st.sampled_from(["low", "medium", "high"]), signal=TEXT, model=st.none() | TEXT,
    model_id=st.none() | TEXT, agent_version=st.none() | TEXT, also=st.lists(TEXT, max_size=2).map(tuple),
    other_evidence=st.lists(EVIDENCE, max_size=3).map(tuple), agent_grade=GRADES, user_grade=GRADES,
    agent_graded_at=st.integers(0, 2**40), user_graded_at=st.just(0), carried=st.lists(CARRIED, max_size=3).map(tuple),
    landed=st.booleans(), published=st.booleans(),
    reverted=st.booleans(), links=st.lists(LINKS, max_size=3).map(tuple), has_moments=st.booleans(),
    set_aside=st.lists(EVIDENCE, max_size=2).map(tuple),
    stands_for=st.lists(OIDS, max_size=3).map(tuple),
)  # fmt: skip
CLAIMS = st.builds(
    PairClaim, source=TEXT, is_same=st.booleans(), author=TEXT, is_authored=st.booleans(),
    in_rebase=st.booleans(), time=st.integers(0, 2**40),
)  # fmt: skip
REFLOGS = st.builds(
    ReflogRecord, name=TEXT, size=st.integers(0, 2**40), last_line=TEXT, tip=st.none() | OIDS,
    left=st.lists(st.builds(Left, tip=OIDS, steps=st.integers(0, 9)), max_size=4).map(tuple),
    rebase_from=st.none() | OIDS, squash_begun=st.lists(OIDS, max_size=2).map(tuple),
)  # fmt: skip


@given(FACTS)
def test_encoded_facts_decode_to_equal_facts(facts: CommitFacts) -> None:
    assert codec.FACTS.decode(codec.FACTS.encode(facts)) == facts


@given(STANDINGS)
def test_encoded_standing_decodes_to_an_equal_standing(standing: CommitStanding) -> None:
    assert codec.STANDING.decode(codec.STANDING.encode(standing)) == standing


@given(st.builds(RewriteRecord, claims=st.lists(CLAIMS, max_size=3).map(tuple)))
def test_encoded_claims_decode_to_equal_claims(record: RewriteRecord) -> None:
    decoded = codec.REWRITE.decode(codec.REWRITE.encode(record))
    assert decoded == record
    assert all(isinstance(one, PairClaim) for one in decoded.claims)


@given(REFLOGS)
def test_encoded_position_of_a_reflog_decodes_to_an_equal_one(record: ReflogRecord) -> None:
    decoded = codec.REFLOG.decode(codec.REFLOG.encode(record))
    assert decoded == record
    assert all(isinstance(one, Left) for one in decoded.left)


def test_fields_added_by_a_later_program_are_ignored() -> None:
    assert codec.TIP.decode(orjson.dumps([1, "refs/heads/main", "a" * 40, "later"])) == TipRecord(
        "refs/heads/main", Oid("a" * 40)
    )


def test_fields_missing_in_an_older_record_get_defaults() -> None:
    full = orjson.loads(codec.FACTS.encode(commit_facts(1, live=True)._replace(declared=2)))
    older = codec.FACTS.decode(orjson.dumps(full[: 1 + codec.FACTS.fields.index("agent_grade")]))
    assert (older.user_grade, older.declared) == (None, None)


def test_defaults_at_the_end_are_not_stored() -> None:
    assert codec.STANDING.encode(CommitStanding(live=True)) == b"[1,true]"
    assert codec.STANDING.encode(CommitStanding(landed=True)).endswith(b"[],true]")


@pytest.mark.parametrize(
    ("fields", "stored"),
    [
        ({}, []),
        ({"committed_at": 9}, [9]),
        ({"committer_offset": 60}, [5, 60]),
        ({"committer_name": "B"}, [5, 0, "B"]),
        ({"committer_email": "b@x"}, [5, 0, "A", "b@x"]),
    ],
    ids=["as the author", "time", "offset", "name", "address"],
)
def test_committer_is_stored_as_far_as_it_differs_from_the_author(fields: dict[str, Any], stored: list[object]) -> None:
    facts = commit_facts(1, live=True)._replace(authored_at=5, committed_at=5, committer_offset=0)._replace(**fields)
    value = codec.FACTS.encode(facts)
    place = 1 + codec.FACTS.fields.index("committer")
    assert orjson.loads(value)[place : place + 1] in ([stored], stored)  # an empty list at the end is not stored
    assert codec.FACTS.decode(value) == facts


def test_fields_that_follow_the_known_ones_are_the_tail() -> None:
    facts = commit_facts(1, live=True)
    assert codec.FACTS.tail(codec.FACTS.encode(facts)) == []
    with_tail = codec.FACTS.encode(facts, ["later", None])
    assert codec.FACTS.tail(with_tail) == ["later", None]
    assert codec.FACTS.decode(with_tail) == facts


def longer(value: object, depth: int = 0) -> Iterator[object]:
    """Yield copies of a record's JSON value, in each of which one of the rows inside has another field."""
    if isinstance(value, list):
        if depth > 1 and value and not isinstance(value[0], list):
            yield [*value, "later"]
        for place, inner in enumerate(value):
            yield from ([*value[:place], changed, *value[place + 1 :]] for changed in longer(inner, depth + 1))


EVIDENCE_ROW = Evidence("trailer", "X", "1", "codex", "agent", None, "high", order=1, vendors=("OpenAI",), speaker="s")
WITH_ROWS: list[tuple[codec.Codec[Any], Any, int]] = [
    (codec.FACTS, commit_facts(1, live=True)._replace(evidence=(EVIDENCE_ROW,)), 1),
    (codec.FACTS, commit_facts(1, live=True)._replace(moments=(Moment("1", (EVIDENCE_ROW,), readings=1),)), 2),
    (codec.STANDING, CommitStanding(links=(Link(Oid("a" * 40), "same", "amend"),)), 1),
    (codec.STANDING, CommitStanding(carried=(Carried("user", 5, Oid("a" * 40), "same"),)), 1),
    (codec.STANDING, CommitStanding(other_evidence=(EVIDENCE_ROW,), set_aside=(EVIDENCE_ROW,)), 2),
    (codec.REWRITE, RewriteRecord((PairClaim("amend", True, "a", True, False, 1),)), 1),
    (codec.REFLOG, ReflogRecord("HEAD", 1, "", None, (Left(Oid("a" * 40), 1),)), 1),
]


@pytest.mark.parametrize(("record_codec", "record", "rows"), WITH_ROWS)
def test_unknown_field_of_a_value_inside_a_record_is_one_of_a_newer_version(
    record_codec: codec.Codec[Any], record: Any, rows: int
) -> None:
    """It could not be kept, and it is no damage either."""
    value = record_codec.encode(record)
    assert record_codec.decode(value) == record
    changed = [one for one in longer(orjson.loads(value)) if ["OpenAI", "later"] not in flattened(one)]
    assert len(changed) == rows
    for one in changed:
        with pytest.raises(LedgerNewer, match="upgrade agent-tracker; nothing was changed"):
            record_codec.decode(orjson.dumps(one))


def flattened(value: object) -> list[object]:
    """Return a value and all values in it."""
    inner = [one for item in value for one in flattened(item)] if isinstance(value, list) else []
    return [value, *inner]


def test_later_record_version_is_refused() -> None:
    with pytest.raises(LedgerNewer, match="by a newer agent-tracker: upgrade"):
        codec.TIP.decode(orjson.dumps([2, "x"]))


@pytest.mark.parametrize("value", [b"", b"{}", b"[]", b"null", b'["x"]', b"[1]", b"\x00\xff", b"[1,", b"7"])
def test_bytes_that_are_no_record_are_unreadable(value: bytes) -> None:
    with pytest.raises(codec.UnreadableRecord):
        codec.TIP.decode(value)


@given(st.binary(max_size=200))
def test_arbitrary_bytes_decode_or_raise_a_ledger_error(value: bytes) -> None:
    try:
        codec.FACTS.decode(value)
    except (codec.UnreadableRecord, LedgerNewer):
        return


@pytest.mark.parametrize(
    "value", ["\ud800", 2**64, float, object()], ids=["lone surrogate", "over 64 bits", "a class", "an object"]
)
def test_value_that_json_cannot_represent_is_refused(value: object) -> None:
    with pytest.raises(EntryRefused):
        codec.encode([value])


def test_record_over_the_largest_size_is_refused() -> None:
    with pytest.raises(EntryRefused, match="bytes"):
        codec.TIP.encode(TipRecord("x" * (codec.LARGEST_VALUE + 1), Oid("a" * 40)))


@given(FACTS)
def test_relations_are_read_of_the_bytes_of_facts(facts: CommitFacts) -> None:
    assert codec.RELATIONS.decode(codec.FACTS.encode(facts)) == (facts.copy_of, facts.reverts)


@pytest.mark.parametrize("value", [b"", b"7", b"{}", b"[1", b"null", b"[" + b"1," * 25 + b"1]"])
def test_bytes_without_relations_are_no_record(value: bytes) -> None:
    with pytest.raises(codec.UnreadableRecord):
        codec.RELATIONS.decode(value)


@given(STANDINGS)
def test_what_was_decoded_before_is_the_same(standing: CommitStanding) -> None:
    value = codec.STANDING.encode(standing)
    assert codec.STANDING.decode(value) == codec.STANDING.decode(bytes(bytearray(value))) == standing


def test_errors_are_not_remembered_as_records() -> None:
    for _ in range(2):
        with pytest.raises(LedgerNewer):
            codec.STANDING.decode(b"[2]")
        with pytest.raises(codec.UnreadableRecord):
            codec.STANDING.decode(b"[]")
