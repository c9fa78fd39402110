"""``team recommend`` and ``team report``: the figures of all members together."""

import re
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.set_ups.made_work import CLAUDE, CLAUDE_NAME, CODEX, CODEX_NAME, PERSON, Work, make, tally
from tests.support import Repo
from tests.team.conftest import Member, Organisation
from tests.team.made_events import insert, made_event
from tracker.team.team_file import as_toml, team_path

WORK = [
    *tally(CLAUDE, "feat", 14, 20),
    *tally(CLAUDE, "fix", 6, 10),
    *tally(CODEX, "feat", 5, 16),
    *tally(CODEX, "docs", 17, 18),
    Work(CODEX, "fix", 4, fate="reverted"),
    Work(CLAUDE, "fix", 3, fate="fixed", agent_grade=2),
    Work(CLAUDE, "test", 2, 5, agent_grade=1, age=40),
    Work(PERSON, "chore", 3, age=3),
]


def figures(found: Any) -> dict[str, Any]:
    left_out = {"share", "interval", "expected", "adjusted", "beats", "best", "is_compared"}
    return {
        one["name"]: {name: value for name, value in one.items() if name not in left_out}
        for one in [*found["set_ups"], *found["others"]]
    }


def pushed(member: Member) -> Repo:
    repo = member.repository()
    make(repo, WORK)
    repo.tracker("team", "push")
    return repo


def test_the_figures_of_one_member_are_those_of_the_ledger(member: Member) -> None:
    repo = pushed(member)
    own, team = repo.json("recommend"), repo.json("team", "recommend")
    assert figures(team) == figures(own)
    assert team["measure"] == own["measure"] == "grades"
    assert figures(repo.json("team", "recommend", "--measure", "kept")) == figures(
        repo.json("recommend", "--measure", "kept")
    )


def test_members_are_compared_together(member: Member, acme: Organisation, tmp_path: Path) -> None:
    repo = pushed(member)
    acme.postgres.add_member(f"{acme.name}-two", acme.name)
    second = Member(tmp_path / "second", acme.team(f"{acme.name}-two"))
    other = second.repository("site", "https://git.example/acme/site.git")
    make(other, [Work(CLAUDE, "feat", 7, 2, topic="site")])
    other.tracker("team", "push")
    before, after = repo.json("recommend"), repo.json("team", "recommend")
    assert after["projects"] == 2
    assert figures(after)[CLAUDE_NAME]["commits"] == figures(before)[CLAUDE_NAME]["commits"] + 7
    assert after["place"] == f"the team {acme.name}"
    shown = " ".join(other.tracker("team", "recommend").split())
    assert "the members' own grades" in shown
    assert "your own grades" not in shown
    assert "yours" not in shown
    assert other.tracker("team", "recommend") == repo.tracker("team", "recommend")


def test_report_names_own_projects_and_no_others(member: Member, acme: Organisation) -> None:
    repo = pushed(member)
    insert(acme.postgres.address(acme.member), acme.name, [made_event(1)])
    shown = repo.tracker("team", "report", "--by", "project")
    assert re.search(r"^shop +\d+", shown, re.MULTILINE)
    assert re.search(r"^project 70707070 +1 ", shown, re.MULTILINE)
    assert "a@example.com" not in shown


@pytest.mark.whole
def test_report_by_month_and_since(member: Member) -> None:
    repo = pushed(member)
    months = [re.split(r" {2,}", line)[:2] for line in repo.tracker("team", "report", "--by", "month").splitlines()]
    listed = [line for line in months if re.match(r"\d{4}-\d\d$", line[0])]
    own = [re.split(r" {2,}", line)[:2] for line in repo.tracker("report", "--by", "month").splitlines()]
    assert listed == [line for line in own if re.match(r"\d{4}-\d\d$", line[0])]
    assert repo.tracker("team", "recommend", "--since", "2099-01-01").startswith(
        "The server shows your role no commit of the team"
    )


def test_figures_of_another_organisation_are_not_shown_as_those_of_the_own(member: Member, acme: Organisation) -> None:
    repo = pushed(member)
    other = Organisation(acme.postgres, f"{acme.name}-o")
    acme.postgres.add_member(other.member, other.name)
    path = team_path(repo.environment)
    path.write_text(as_toml(acme.team(other.member)), encoding="utf-8")
    for words in (("recommend",), ("report",)):
        done = repo.run("team", *words)
        assert (done.returncode, done.stdout) == (1, "")
        assert f"reads for the organisation {other.name}, and team.toml names {acme.name}" in done.stderr


def test_page_of_a_team_has_the_comparison_and_no_commits(member: Member, tmp_path: Path) -> None:
    repo = pushed(member)
    page = tmp_path / "team.html"
    repo.tracker("team", "report", "--html", str(page))
    text = page.read_text(encoding="utf-8")
    assert CODEX_NAME.split(" with ")[1] in text
    assert "graded by members" in text
    assert 'href="#commits' not in text
    assert "file-" not in text
    assert repo.head()[:10] not in text


def test_formats_exclude_each_other(member: Member) -> None:
    repo = pushed(member)
    assert repo.run("team", "report", "--json", "--html", "x.html").returncode == 2
    assert repo.run("team", "report", "--by", "month", "--html", "x.html").returncode == 2


def test_answers_that_are_no_figures_are_refused(member: Member, acme: Organisation) -> None:
    """The owner of the server, or who took it over, can make the view say anything."""
    repo = pushed(member)
    with acme.postgres.connect() as connection:
        view = connection.execute("SELECT pg_get_viewdef('agent_tracker.facts'::regclass)").fetchone()
        assert view is not None
        for column, value in (
            ("packed", "3"),  # a kind of maker that there is not
            ("agent", "7"),
            ("added", "-5"),
            ("schema_version", "2"),
            ("packed", f"{9 << 2}"),  # a kind of task that there is not
            ("packed", "-1"),
            ("packed", "NULL::bigint"),
        ):
            changed_view(connection, {column: value})
            try:
                done = repo.run("team", "recommend")
            finally:
                connection.execute("DROP VIEW agent_tracker.facts")
                connection.execute(f"CREATE VIEW agent_tracker.facts WITH (security_barrier) AS {view[0]}")
                connection.execute("ALTER VIEW agent_tracker.facts OWNER TO owner")
                connection.execute("GRANT SELECT ON agent_tracker.facts TO agent_tracker_reader")
            assert done.returncode == 1, column
            assert done.stderr.startswith("agent-tracker: the team's server "), done.stderr
            assert done.stdout == ""


def changed_view(connection: psycopg.Connection[Any], changes: dict[str, str]) -> None:
    """Replace the view by one row in which some columns are something else."""
    numbers = (
        "part packed kind task_kind grades outcome added kept_14 kept_30 kept_90 cost calls tokens_in tokens_cached"
    )
    columns = {
        **dict.fromkeys(f"{numbers} tokens_cached tokens_out active_ms usd".split(), "0"),
        **dict.fromkeys(("model", "version"), "NULL::text"),
        "schema_version": "1",
        "agent": "'codex'::text",
        "month": "24300",
        "project": "'\\x7070707070707070'::bytea",
        "instructions": "NULL::bytea",
        **changes,
    }
    connection.execute("DROP VIEW agent_tracker.facts")
    listed = ", ".join(f"{value} AS {name}" for name, value in columns.items())
    connection.execute(f"CREATE VIEW agent_tracker.facts AS SELECT {listed}")
    connection.execute("GRANT SELECT ON agent_tracker.facts TO agent_tracker_reader")


def test_a_team_without_commits_is_told_so(member: Member) -> None:
    repo = member.repository()
    assert "shows your role no commit" in repo.tracker("team", "recommend")
    assert "shows your role no commit" in repo.tracker("team", "report")
