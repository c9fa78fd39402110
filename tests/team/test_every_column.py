"""Nothing of a repository, of a member or of a server becomes SQL, a path, terminal control or HTML."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import psycopg
import pytest

from tests.ledger.example_ledger import commit_facts
from tests.program import WHOLE, sized
from tests.team.conftest import SECRET, Member, Organisation
from tests.team.made_events import insert, made_event
from tracker.model import Oid, ProjectId
from tracker.records import CommitStanding, RecordedCommit
from tracker.reports.set_ups.commits import SetUpCommit
from tracker.reports.set_ups.set_up import SetUp
from tracker.team.events import LONGEST_AGENT, LONGEST_MODEL, LONGEST_VERSION, Event, event_of
from tracker.team.packing import LARGEST
from tracker.team.pseudonyms import Pseudonyms

PROJECT: Final = ProjectId("1" * 32)
OID: Final = Oid("a" * 40)

HOSTILE: Final = (
    "'; DROP TABLE agent_tracker.events; --",
    "$$; DELETE FROM agent_tracker.events; $$",
    "%s %(org)s {0}",
    "../../../etc/passwd",
    "<script>alert(1)</script>",
    "=HYPERLINK(A1)",
    "\u202egnp.exe",
    "\u2028line",
    "x" * 60,
    "💥" * 60,
)
"""Texts that are stored as they are: they hold no character that the server refuses."""
CONTROLS: Final = ("\x1b[2J", "\x1b]0;title\x07", "a\nb", "\r", "\x7f", "\x9b2J", "tab\t")


@pytest.fixture
def connection(acme: Organisation) -> Iterator[psycopg.Connection[Any]]:
    with acme.postgres.connect(acme.member) as opened:
        yield opened


def shown_everywhere(member: Member, place: Path) -> str:
    """Return what all commands print of the team, with the page."""
    repo = member.repository("at-hand", None)
    commands = [
        ("recommend",), ("recommend", "--json"), ("recommend", "--by", "model"), ("recommend", "--by", "version"),
        ("report",), ("report", "--csv"), ("report", "--markdown"), ("report", "--json"), ("report", "--by", "project"),
        ("report", "--by", "month"), ("report", "--by", "version"), ("report", "--html", str(place / "team.html")),
    ]  # fmt: skip
    left_out = {"model", "month"} if not WHOLE else set[str]()  # they are shown in the same columns
    texts = [repo.tracker("team", *words) for words in commands if not left_out.intersection(words)]
    page = (place / "team.html").read_text(encoding="utf-8")
    assert "<script>alert" not in page
    return "\n".join([*texts, page])


def test_hostile_texts_are_values_and_nothing_else(member: Member, acme: Organisation, tmp_path: Path) -> None:
    events = [
        made_event(number * 10 + repeat)._replace(agent=text, model=text, version=text)
        for number, text in enumerate(HOSTILE)
        for repeat in range(sized(20, 12) if number < 2 else 1)
    ]
    insert(
        acme.postgres.address(acme.member),
        acme.name,
        [one._replace(subject=n.to_bytes(16, "big")) for n, one in enumerate(events)],
    )
    shown = shown_everywhere(member, tmp_path)
    assert acme.rows() == [(len(events),)]
    assert not {"\x1b", "\u202e", "\u2028", "\r", "\x07"} & {*shown}
    assert "\n=HYPERLINK" not in member.repository("csv", None).tracker("team", "report", "--csv")
    assert {one.name for one in tmp_path.iterdir()} <= {"team.html", "home", "at-hand", "csv"}


def with_value(column: str, value: object) -> Event:
    """Return an event with another value in one column, of whatever type."""
    return Event(*(value if name == column else one for name, one in made_event(1)._asdict().items()))  # type: ignore[arg-type]


@pytest.mark.few(100)
@pytest.mark.parametrize("column", ["agent", "model", "version"])
def test_control_characters_are_refused_by_the_server(
    column: str, acme: Organisation, connection: psycopg.Connection[Any]
) -> None:
    for text in CONTROLS:
        with pytest.raises(psycopg.errors.CheckViolation):
            insert(acme.postgres.address(acme.member), acme.name, [with_value(column, text)])
    assert acme.rows() == [(0,)]
    assert not connection.closed


OUT_OF_BOUNDS: Final[dict[str, tuple[object, ...]]] = {
    "subject": (b"", b"x" * 15, b"x" * 17, None),
    "counted": (None,),
    "author": (b"", b"x" * 9, None),
    "project": (b"", b"x" * 9, None),
    "agent": ("", "x" * (LONGEST_AGENT + 1), None),
    "kind": (-1, 3, None),
    "model": ("", "x" * (LONGEST_MODEL + 1)),
    "version": ("", "x" * (LONGEST_VERSION + 1)),
    "instructions": (b"", b"x" * 9),
    "task_kind": (-1, 9, None),
    "month": (-1, 23639, 25201, None),
    "grades": (-1, 1 << 24, None),
    "outcome": (-1, 1 << 16, None),
    "cost": (-1, 64, None),
    **dict.fromkeys(("added", "kept_14", "kept_30", "kept_90"), (-1, LARGEST + 1, None)),
    **dict.fromkeys(("calls", "tokens_in", "tokens_cached", "tokens_out", "active_ms", "usd"), (-1, LARGEST + 1)),
}
"""Values that no client sends, by column."""


def test_every_column_has_values_that_are_refused() -> None:
    assert OUT_OF_BOUNDS.keys() == {*Event._fields}


@pytest.mark.few(100)
@pytest.mark.parametrize("column", Event._fields)
def test_what_is_out_of_bounds_is_refused_by_the_server(column: str, acme: Organisation) -> None:
    for value in OUT_OF_BOUNDS[column]:
        with pytest.raises((psycopg.errors.IntegrityError, psycopg.errors.DataError)):
            insert(acme.postgres.address(acme.member), acme.name, [with_value(column, value)])
    assert acme.rows() == [(0,)]


def test_names_in_a_repository_are_sent_within_bounds(member: Member, acme: Organisation) -> None:
    repo = member.repository()
    repo.tracker("init")
    for number, name in enumerate((*HOSTILE, *CONTROLS, "x" * 500)):
        one_line = " ".join(name.split()) or "x"
        trailer = f"Co-authored-by: Claude {one_line} <noreply@anthropic.com>"
        repo.commit(f"feat: {number}\n\n{trailer}", file=f"f{number}")
    repo.tracker("sync")
    assert "confirmed" in repo.tracker("team", "push")
    texts = [text for row in acme.facts("agent, model, version") for text in row if text is not None]
    assert texts
    assert all(text.isprintable() and len(text) <= LONGEST_MODEL for text in texts)


@pytest.mark.few(100)
@pytest.mark.parametrize("text", [*HOSTILE, *CONTROLS, "x" * 500, "\0", "\udcff", ""])
def test_names_of_any_form_make_an_event_that_the_server_takes(text: str, acme: Organisation) -> None:
    standing = CommitStanding(
        True, True, text, "agent", "high", "trailer", model=text, model_id=text, agent_version=text
    )
    facts = commit_facts(1, live=True)._replace(author_email=text, authored_at=-(1 << 60))
    commit = SetUpCommit(PROJECT, OID, SetUp((text,), is_agent=True), RecordedCommit(facts, standing), None, False)
    event = event_of(commit, "git.example/acme/shop", text, Pseudonyms(SECRET))
    insert(acme.postgres.address(acme.member), acme.name, [event])
    assert acme.rows() == [(1,)]


def test_no_text_of_the_user_reaches_the_server(member: Member, acme: Organisation) -> None:
    repo = member.repository("zebra-shop", "git@git.example:acme/zebra-shop.git")
    repo.tracker("init")
    oid = repo.commit("feat: zebra subject\n\nzebra message", file="zebra-file.txt", text="zebra content\n")
    repo.tracker("sync")
    repo.person("grade", "--user", "good", "--user-note", "zebra note", env={"EMAIL": "x@example.com"})
    repo.tracker("team", "push")
    with acme.postgres.connect() as connection:
        dumped = str(
            connection.execute("SELECT to_jsonb(e) FROM agent_tracker.events e WHERE org = %s", (acme.name,)).fetchall()
        )
    who = repo.line(oid)
    assert acme.facts("grades") == [(1 << 6,)]
    for secret in (
        "zebra",
        oid,
        oid[:10],
        who["author_name"],
        who["author_email"],
        str(repo.path),
        "git.example",
        "acme/",
    ):
        assert secret not in dumped, secret
