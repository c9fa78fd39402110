"""``team push`` and ``team status`` as a member uses them, with a real PostgreSQL."""

import json
import shutil
from pathlib import Path

from tests.set_ups.made_work import CLAUDE, CODEX, Work, make
from tests.support import Repo
from tests.team.conftest import Member, Organisation
from tracker.files import FileLock
from tracker.ledger.integrity import PUSHING


def tracked(member: Member, commits: int = 3) -> Repo:
    repo = member.repository()
    make(repo, [Work(CLAUDE, "feat", commits)])
    return repo


def test_each_commit_is_sent_once(member: Member, acme: Organisation) -> None:
    repo = tracked(member)
    assert repo.tracker("team", "push") == "The server has confirmed 3 events.\n"
    assert repo.tracker("team", "push") == "Nothing waits.\n"
    assert acme.rows() == [(3,)]
    assert acme.facts("agent, model, counted") == [("claude-code", "anthropic/claude-opus-4.7", True)] * 3


def test_what_has_changed_takes_the_place_of_what_was_sent(member: Member, acme: Organisation) -> None:
    repo = tracked(member, 1)
    repo.tracker("team", "push")
    oid = repo.head()
    repo.grade(oid, "user", 2)
    assert repo.tracker("team", "push") == "The server has confirmed 1 event.\n"
    assert acme.rows() == [(2,)]
    assert acme.facts("grades") == [(1 << 6,)]
    repo.grade(oid, "user", 5)
    repo.tracker("team", "push")
    repo.grade(oid, "user", 2)  # as it was before: an event of its own all the same
    repo.tracker("team", "push")
    assert acme.rows() == [(4,)]
    assert acme.facts("grades") == [(1 << 6,)]


def test_a_commit_that_was_rewritten_counts_no_more(member: Member, acme: Organisation) -> None:
    repo = member.repository()
    repo.tracker("init")
    repo.commit("feat: one")
    repo.tracker("sync")
    repo.tracker("team", "push")
    repo.git("commit", "-q", "--amend", "-m", "fix: one")
    repo.tracker("sync")
    repo.tracker("team", "push")
    assert acme.rows() == [(3,)]
    assert acme.facts("task_kind") == [(1,)]
    assert acme.rows("agent, month, added", "NOT counted") == [("-", 23640, 0)]


def test_withdrawals_are_sent_again_to_a_server_that_lost_them(member: Member, acme: Organisation) -> None:
    repo = member.repository()
    repo.tracker("init")
    repo.commit("feat: one")
    repo.tracker("sync")
    repo.tracker("team", "push")
    before = acme.rows("event_id")
    repo.git("commit", "-q", "--amend", "-m", "fix: one")
    repo.tracker("sync")
    repo.tracker("team", "push")
    with acme.postgres.connect() as connection:  # as a backup of the server had it
        connection.execute(
            "DELETE FROM agent_tracker.events WHERE org = %s AND event_id <> %s", (acme.name, before[0][0])
        )
    assert acme.facts("task_kind") == [(0,)]
    repo.tracker("team", "push", "--again")
    assert acme.facts("task_kind") == [(1,)]


def test_what_is_said_after_a_restoration_is_sent(member: Member, acme: Organisation, tmp_path: Path) -> None:
    repo = tracked(member, 1)
    repo.tracker("team", "push")
    repo.tracker("backup", str(tmp_path / "ledger.tar.gz"))
    for grade in (2, -1):
        repo.grade(repo.head(), "user", grade)
        repo.tracker("team", "push")
    repo.person("restore", str(tmp_path / "ledger.tar.gz"))
    repo.grade(repo.head(), "user", 2)
    assert repo.tracker("team", "push") == "The server has confirmed 1 event.\n"
    assert acme.facts("grades") == [(1 << 6,)]


def test_two_pushes_at_once_send_the_newest_state_last(member: Member, acme: Organisation) -> None:
    repo = tracked(member, 1)
    with FileLock(repo.ledger_path / PUSHING).hold(5) as is_held:
        assert is_held
        done = repo.run("team", "push", "--wait", "0")
        assert done.returncode == 1
        assert "another push of this ledger is running" in done.stderr
    assert repo.tracker("team", "push") == "The server has confirmed 1 event.\n"
    assert acme.rows() == [(1,)]


def test_nothing_is_sent_of_a_repository_in_whose_place_another_one_came(member: Member, acme: Organisation) -> None:
    diary = member.repository("work", "git@git.example:me/diary.git")
    make(diary, [Work(CLAUDE, "feat", 3)])
    assert "Nothing is sent of work" in diary.tracker("team", "status")
    shutil.rmtree(diary.path)
    shop = member.repository("work")
    assert "Not there now, so what they have waits: work" in shop.tracker("team", "status")
    assert shop.tracker("team", "push") == "Nothing waits.\n"
    assert acme.rows() == [(0,)]


def test_two_machines_with_one_commit_count_it_once(member: Member, acme: Organisation, tmp_path: Path) -> None:
    repo = tracked(member)
    repo.tracker("team", "push")
    (tmp_path / "ledger.jsonl").write_text(repo.tracker("export"), encoding="utf-8")
    other = Member(tmp_path / "other", acme.team())
    copy = Repo(other.place / "shop", other.environment)
    repo.git("clone", "-q", str(repo.path), str(copy.path))
    copy.git("remote", "set-url", "origin", "https://user@git.example/acme/shop")
    copy.tracker("init", "--hooks", "none")
    copy.tracker("import", str(tmp_path / "ledger.jsonl"))
    assert "confirmed" in copy.tracker("team", "push")
    assert len(acme.facts()) == 3
    assert len({project for (project,) in acme.facts("project")}) == 1


def test_other_repositories_are_never_sent(member: Member, acme: Organisation) -> None:
    for name, remote in (
        ("own", "git@git.example:me/own"), ("none", None), ("near", "git@git.example:acme-b/x"), ("path", "/srv/acme")
    ):  # fmt: skip
        repo = member.repository(name, remote)
        make(repo, [Work(CODEX, "feat", 1)], outcomes=False)
        assert repo.tracker("team", "push") == "Nothing waits.\n"
    status = member.repository("at-hand", None).json("team", "status")
    assert status["projects"] == []
    assert status["not_sent_projects"] == ["near", "none", "own", "path"]
    assert acme.rows() == [(0,)]


def test_what_is_fetched_is_not_sent(member: Member, acme: Organisation, tmp_path: Path) -> None:
    theirs = Repo.make(tmp_path / "theirs", member.environment)
    theirs.commit("feat: first")
    clone = theirs.clone(member.place / "clone")
    clone.git("remote", "set-url", "--push", "origin", "git@git.example:acme/shop.git")
    clone.tracker("init")
    other = {"GIT_AUTHOR_EMAIL": "other@example.com", "GIT_COMMITTER_EMAIL": "other@example.com"}
    theirs.commit("feat: theirs", env=other)
    clone.git("pull", "-q")
    clone.commit("feat: mine")
    clone.tracker("sync")
    origins = {one["subject"]: one["origin"] for one in clone.log()}
    assert origins == {"feat: theirs": "fetched", "feat: mine": "local"}
    clone.tracker("team", "push")
    assert acme.rows() == [(1,)]


def test_status_shows_what_waits_and_one_event(member: Member) -> None:
    repo = tracked(member)
    status = repo.json("team", "status")
    assert status["waiting"] == 3
    assert status["last_push"] is None
    assert status["example"]["agent"] == "claude-code"
    shown = repo.tracker("team", "status")
    assert "3 events wait; nothing was pushed yet." in shown
    assert "Never sent: names, addresses, notes" in shown
    repo.tracker("team", "push")
    assert repo.json("team", "status")["waiting"] == 0
    assert "last push 20" in repo.tracker("team", "status")


def test_preview_prints_every_event_and_sends_none(member: Member, acme: Organisation) -> None:
    repo = tracked(member)
    lines = repo.tracker("team", "push", "--dry-run").splitlines()
    assert [json.loads(line)["kind"] for line in lines] == [0, 0, 0]
    assert acme.rows() == [(0,)]


def test_server_that_has_lost_everything_gets_it_again(member: Member, acme: Organisation) -> None:
    repo = tracked(member)
    repo.tracker("team", "push")
    with acme.postgres.connect() as connection:
        connection.execute("DELETE FROM agent_tracker.events WHERE org = %s", (acme.name,))
    assert repo.tracker("team", "push") == "Nothing waits.\n"
    assert repo.tracker("team", "push", "--again") == "The server has confirmed 3 events.\n"
    assert repo.tracker("team", "push", "--again") == (
        "The server has confirmed 3 events; the server had 3 of them already.\n"
    )
    assert len(acme.facts()) == 3


def test_a_role_that_is_not_of_the_organisation_is_told_so(member: Member, acme: Organisation) -> None:
    acme.postgres.add_member(f"{acme.name}-b", f"{acme.name}-b")
    member.write_team(acme.team(f"{acme.name}-b"))
    done = tracked(member).run("team", "push")
    assert done.returncode == 1
    assert "your role may not do that for this organisation" in done.stderr
    assert acme.rows() == [(0,)]


def test_a_database_without_the_tables_is_told_so(member: Member, acme: Organisation) -> None:
    member.write_team(acme.team()._replace(server=acme.postgres.address("postgres", "postgres")))
    done = tracked(member).run("team", "push")
    assert done.returncode == 1
    assert "'agent-tracker team setup-sql'" in done.stderr
