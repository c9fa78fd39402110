"""The commands as a user meets them: what they print, what JSON they give, how they refuse."""

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.support import Repo, recorders
from tracker.git import Repository
from tracker.project.project import open_project
from tracker.recording.reconcile import refresh_status

ROOT = Path(__file__).parents[2]
LOG_FIELDS = {
    "schema", "project", "oid", "parents", "author_name", "author_email", "committed_at", "subject", "agent", "kind",
    "model", "confidence", "signal", "also", "origin", "live", "learnt", "task_kind", "files", "insertions",
    "deletions", "grades", "replaced_by",
}  # fmt: skip


@pytest.fixture
def old(untracked: Repo) -> Repo:
    """A tracked repository that had ten commits before."""
    for number in range(10):
        untracked.commit(f"feat: old {number}", file=f"{number}.txt")
    untracked.tracker("init")
    return untracked


def refused(repo: Repo, *arguments: str, code: int = 1, env: dict[str, str] | None = None) -> str:
    """The one sentence with which a command refuses."""
    done = repo.run(*arguments, env=env)
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    return done.stderr


class TestInit:
    def test_it_says_what_is_older_and_records_what_is_new(self, old: Repo) -> None:
        assert old.log() == []
        old.commit("feat: new")
        old.settle()
        assert [line["subject"] for line in old.log()] == ["feat: new"]

    def test_repeated_it_changes_nothing(self, repo: Repo) -> None:
        before = (repo.folder / "project-id").read_text()
        assert repo.json("init")["new"] is False
        assert (repo.folder / "project-id").read_text() == before
        repo.commit("feat: one")
        assert repo.json("init")["done"] == []

    def test_json_counts_the_older_commits(self, untracked: Repo) -> None:
        untracked.commit()
        untracked.commit()
        said = untracked.json("init")
        assert (said["new"], said["older_commits"]) == (True, 2)

    def test_outside_a_repository(self, repo: Repo, tmp_path: Path) -> None:
        assert "is not inside a git repository" in refused(repo, "init", str(tmp_path))
        assert "there is no" in refused(repo, "init", str(tmp_path / "nowhere"))

    def test_hooks_none_still_records_on_demand(self, untracked: Repo) -> None:
        untracked.tracker("init", "--hooks", "none")
        untracked.commit("feat: one")
        assert [line["learnt"] for line in untracked.assert_recorded()] == ["reconcile"]

    def test_from_a_subfolder_and_for_a_linked_worktree(self, untracked: Repo, tmp_path: Path) -> None:
        untracked.commit()
        untracked.git("worktree", "add", "-q", str(tmp_path / "linked"))
        (tmp_path / "linked" / "deep").mkdir()
        untracked.tracker("init", str(tmp_path / "linked" / "deep"))
        untracked.commit("feat: in the main one")
        untracked.at(tmp_path / "linked").commit("feat: in the linked one")
        untracked.settle()
        assert len(untracked.log()) == 2
        assert json.loads((tmp_path / "linked" / ".agent" / "status.json").read_text())["project"]["name"] == "repo"

    def test_nothing_is_begun_when_the_ledger_cannot_be_used(self, untracked: Repo, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("")
        refused(untracked, "init", "--ledger", str(tmp_path / "file" / "ledger"))
        assert not untracked.folder.exists()
        assert not list((untracked.path / ".git" / "hooks").glob("post-commit"))


class TestLedgerPath:
    def test_it_is_remembered_by_hooks_and_commands(self, untracked: Repo, tmp_path: Path) -> None:
        place = tmp_path / "elsewhere" / "deep" / "ledger.lmdb"
        untracked.tracker("init", "--ledger", str(place))
        untracked.commit("feat: one")
        untracked.settle()
        assert place.stat().st_mode & 0o777 == 0o700
        assert len(untracked.assert_recorded()) == 1
        assert untracked.json("doctor")["facts"]["ledger"] == str(place)
        assert not (tmp_path / "home" / "data" / "agent-tracker").exists()

    def test_a_relative_one_is_taken_from_home(self, untracked: Repo, tmp_path: Path) -> None:
        untracked.tracker("init", env={"AGENT_TRACKER_LEDGER": "some/ledger.lmdb"})
        assert (tmp_path / "home" / "some" / "ledger.lmdb" / "data.mdb").exists()

    def test_another_ledger_for_one_call_leaves_the_spool_alone(self, repo: Repo, tmp_path: Path) -> None:
        (repo.folder / "mode").write_text("detached\n")
        repo.record_later()
        repo.commit("feat: one", env={"CLAUDECODE": "1"})
        before = repo.status_file()
        repo.tracker("sync", "--ledger", str(tmp_path / "other.lmdb"))
        assert repo.status_file() == before
        assert [line["agent"] for line in repo.assert_recorded()] == ["claude-code"]

    @pytest.mark.parametrize("value", ["0", "3GiB", "many", "-1", "512KiB", "99999999999"])
    def test_a_size_limit_out_of_range(self, repo: Repo, value: str) -> None:
        said = refused(repo, "sync", code=2, env={"AGENT_TRACKER_SIZE_LIMIT": value})
        assert "size-limit" in said
        assert "AGENT_TRACKER_SIZE_LIMIT" in said

    @pytest.mark.parametrize("value", ["1", "1MiB", "2GiB", "2048", "600 mb"])
    def test_a_size_limit_within(self, repo: Repo, value: str) -> None:
        repo.tracker("sync", env={"AGENT_TRACKER_SIZE_LIMIT": value})

    def test_a_configuration_file(self, repo: Repo, tmp_path: Path) -> None:
        place = tmp_path / "home" / "config" / "agent-tracker" / "config.toml"
        place.parent.mkdir(parents=True)
        place.write_text('agent = "opencode"\nmodel = "some-model"\n')
        repo.commit("feat: one")
        repo.settle()
        (line,) = repo.log()
        assert (line["agent"], line["model"], line["signal"]) == ("opencode", "some-model", "config")
        place.write_text("agent = [")
        assert "config.toml is not TOML" in refused(repo, "sync", code=2)
        place.write_text("ledger = 5")
        assert "has no text for 'ledger'" in refused(repo, "sync", code=2)
        place.write_text('colour = "red"')
        assert "unknown setting 'colour'" in refused(repo, "sync", code=2)


class TestLog:
    def test_every_field_of_the_contract(self, repo: Repo) -> None:
        repo.commit("feat: one")
        (line,) = repo.log()
        assert line.keys() >= LOG_FIELDS
        assert line["grades"] == {"agent": None, "user": None}

    def test_filters(self, repo: Repo) -> None:
        repo.commit("feat: one", env={"CLAUDECODE": "1"})
        repo.commit("feat: two", env={"AGENT_TRACKER_AGENT": "opencode", "AGENT_TRACKER_MODEL": "m-1"})
        repo.commit("feat: three")
        repo.settle()

        def subjects(*arguments: str) -> list[str]:
            return [line["subject"].removeprefix("feat: ") for line in repo.log(*arguments)]

        assert subjects() == ["three", "two", "one"]
        assert subjects("-n", "1") == ["three"]
        assert subjects("-n", "0") == []
        assert repo.tracker("log", "--summary", "-n", "0") == ""
        assert subjects("--agent", "claude-code") == ["one"]
        assert subjects("--model", "m-1") == ["two"]
        assert subjects("--project", "repo") == ["three", "two", "one"]
        assert subjects("--project", "other") == []
        assert subjects("--since", "2999-01-01") == []
        assert subjects("--until", "2999-01-01", "--everywhere") == ["three", "two", "one"]
        assert "is no date" in refused(repo, "log", "--since", "yesterday-ish", code=2)

    def test_a_commit_in_two_clones_is_listed_once_everywhere_and_counted_once(
        self, repo: Repo, tmp_path: Path
    ) -> None:
        repo.commit("feat: one", env={"CLAUDECODE": "1"})
        repo.settle()
        clone = repo.clone(tmp_path / "clone")
        clone.tracker("init")
        clone.tracker("backfill")
        assert len(clone.log()) == 1
        assert len(clone.log("--everywhere")) == 1
        assert [line["agent"] for line in clone.log()] == ["claude-code"]
        assert clone.json("status", "claude-code")["total_commits"] == 1
        assert clone.json("verify")["ok"]

    def test_the_summary(self, repo: Repo) -> None:
        repo.commit("feat: one", env={"CLAUDECODE": "1"})
        repo.commit("feat: two")
        repo.settle()
        lines = [json.loads(line) for line in repo.tracker("log", "--summary", "--json").splitlines()]
        assert [(line["agent"], line["commits"]) for line in lines] == [("claude-code", 1), ("human or unmarked", 1)]

    def test_output_that_is_closed_is_no_error(self, repo: Repo) -> None:
        for number in range(3):
            repo.commit(f"feat: {number}")
        done = subprocess.run(
            ["sh", "-c", f"'{sys.executable}' -I -m tracker log | head -n 1"],
            cwd=repo.path, env=repo.environment, capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert done.stderr == ""

    def test_not_tracked(self, untracked: Repo) -> None:
        assert "agent-tracker init" in refused(untracked, "log")
        assert untracked.tracker("log", "--everywhere") == ""


class TestStatus:
    def schema(self) -> Any:
        return json.loads((ROOT / "tracker" / "reports" / "status.schema.json").read_text(encoding="utf-8"))

    def test_the_file_and_the_command_follow_the_schema(self, repo: Repo) -> None:
        contents = [repo.status_file()]
        repo.commit("feat: one", env={"CLAUDECODE": "1", "AGENT_TRACKER_MODEL": "opus"})
        repo.git("switch", "-q", "--detach")
        repo.settle()
        contents += [repo.status_file(), repo.json("status"), repo.json("status", "claude-code")]
        for content in contents:
            jsonschema.validate(content, self.schema())
        assert [content["agent_name"] for content in contents] == [None, "claude-code", "claude-code", "claude-code"]
        assert contents[1]["head"] == {"oid": repo.head(), "branch": None}

    def test_the_current_agent_is_the_one_around_the_event(self, repo: Repo) -> None:
        repo.commit("feat: one", env={"CLAUDECODE": "1"})
        repo.settle()
        repo.git("switch", "-q", "-c", "other", env={"OPENCODE": "1"})
        repo.settle()
        assert repo.status_file()["agent_name"] == "opencode"
        assert repo.status_file()["head"]["branch"] == "refs/heads/other"
        repo.tracker("sync")
        assert repo.status_file()["agent_name"] == "claude-code"

    def test_it_is_not_seen_by_git(self, repo: Repo) -> None:
        repo.commit("feat: one")
        repo.settle()
        assert repo.git("status", "--porcelain", "--ignored=no") == ""

    def test_a_folder_of_the_user_s_is_shared(self, untracked: Repo) -> None:
        untracked.write(".agent/notes.md", "mine")
        untracked.tracker("init")
        assert untracked.git("status", "--porcelain", "--untracked-files=all") == "?? .agent/notes.md\n"
        untracked.tracker("uninstall")
        assert [path.name for path in (untracked.path / ".agent").iterdir()] == ["notes.md"]

    def test_the_sheet_fits_sixty_ascii_columns(self, repo: Repo) -> None:
        name = "ein-sehr-langer-name-für-einen-agenten-日本語-" + "x" * 20
        repo.commit("feat: one", env={"AGENT_TRACKER_AGENT": name[:64]})
        repo.settle()
        lines = repo.tracker("status").splitlines()
        assert all(line.isascii() and len(line) <= 60 for line in lines)
        assert "Skill points   1" in lines

    def test_an_agent_that_was_never_seen(self, repo: Repo) -> None:
        assert "the ledger knows no agent 'nobody'" in refused(repo, "status", "nobody")

    def test_before_the_first_commit(self, repo: Repo) -> None:
        assert "Nobody has committed here yet" in repo.tracker("status")

    def test_in_a_fresh_clone_it_says_who_made_what(self, untracked: Repo, tmp_path: Path) -> None:
        message = "feat: one\n\nCo-authored-by: Claude <noreply@anthropic.com>"
        untracked.commit(message, env={"GIT_COMMITTER_EMAIL": "grace@example.org"})
        clone = untracked.clone(tmp_path / "clone")
        clone.tracker("init")
        clone.tracker("backfill")
        said = clone.tracker("status")
        assert "Nobody has committed here yet" in said
        assert "claude-code    0 here, 1 fetched" in said


class TestBackfill:
    def test_everything_once(self, old: Repo) -> None:
        dry = old.json("backfill", "--dry-run")
        assert (dry["recorded"], old.log()) == (10, [])
        first, second = old.json("backfill"), old.json("backfill")
        assert (first["recorded"], first["already_known"]) == (10, 0)
        assert (second["recorded"], second["already_known"]) == (0, 10)
        assert {line["learnt"] for line in old.assert_recorded()} == {"backfill"}

    def test_since_and_revisions(self, old: Repo) -> None:
        when = old.git("log", "-1", "--format=%cI", "HEAD~3").strip()
        assert old.json("backfill", "--since", when)["recorded"] == 4
        assert old.json("backfill", "HEAD~6")["recorded"] == 4
        assert len(old.log()) == 8
        assert old.json("verify")["ok"]
        for date in ("gibberish", "2090-01-01", "now", ""):
            for options in ([], ["--dry-run"]):
                assert "is not a date in the past" in refused(old, "backfill", "--since", date, *options, code=2)
        assert "names no commit here" in refused(old, "backfill", "no-such-branch")
        assert "names no commit here" in refused(old, "backfill", "--", "--all")

    def test_undo_takes_back_what_it_recorded_and_no_more(self, old: Repo) -> None:
        old.commit("feat: new")
        old.settle()
        old.tracker("backfill")
        assert old.json("backfill", "--undo", "--dry-run")["forgotten"] == 10
        assert len(old.log()) == 11
        assert old.json("backfill", "--undo")["forgotten"] == 10
        assert [line["subject"] for line in old.log()] == ["feat: new"]
        assert old.json("verify")["ok"]
        assert old.json("sync")["recorded"] == 0
        assert old.json("backfill")["recorded"] == 10
        assert len(old.assert_recorded()) == 11

    def test_a_hook_s_commit_stays_when_it_was_backfilled_first(self, old: Repo) -> None:
        old.tracker("backfill")
        old.commit("feat: new", env={"CLAUDECODE": "1"})
        old.settle()
        assert old.json("backfill", "--undo")["forgotten"] == 10
        assert [line["agent"] for line in old.log()] == ["claude-code"]

    def test_a_lost_ledger_is_rebuilt_to_the_same_extent(self, old: Repo) -> None:
        old.tracker("backfill")
        other = {"AGENT_TRACKER_LEDGER": "again.lmdb"}
        old.tracker("sync", env=other)
        assert len(old.assert_recorded(env=other)) == 10

    def test_not_tracked(self, untracked: Repo) -> None:
        untracked.commit()
        assert "agent-tracker init" in refused(untracked, "backfill")
        assert untracked.json("backfill", "--dry-run")["recorded"] == 1

    def test_the_script_takes_many_repositories(self, tmp_path: Path, environment: dict[str, str]) -> None:
        repos = [Repo.make(tmp_path / name, environment) for name in ("one", "two")]
        for repo in repos:
            repo.commit(f"feat: of {repo.path.name}", env={"GIT_AUTHOR_NAME": repo.path.name})
        (tmp_path / "none").mkdir()
        paths = [str(repo.path) for repo in repos]
        words = [sys.executable, "-I", str(ROOT / "scripts" / "backfill.py")]

        def run(*arguments: str) -> subprocess.CompletedProcess[str]:
            return subprocess.run(
                [*words, *arguments], env=environment, cwd=tmp_path, capture_output=True, text=True, check=False
            )

        assert run("--dry-run", *paths).returncode == 0
        assert not repos[0].folder.exists()
        done = run(*paths, str(tmp_path / "none"))
        assert done.returncode == 1
        assert "not inside a git repository" in done.stderr
        assert done.stdout.count("1 commits recorded") == 2
        assert len(repos[0].log("--everywhere")) == 2
        assert not (repos[0].path / ".git" / "hooks" / "post-commit").exists()
        assert "1 commits taken back" in run("--undo", paths[0]).stdout


class TestVerifyAndDoctor:
    def test_a_change_behind_its_back_is_found(self, repo: Repo) -> None:
        import lmdb

        from tracker.ledger import codec

        repo.commit("feat: one")
        repo.settle()
        ledger = (repo.folder / "ledger").read_text().strip()
        with lmdb.open(ledger, max_dbs=20) as environment, environment.begin(write=True) as raw:
            totals = environment.open_db(b"totals", txn=raw)
            with raw.cursor(db=totals) as cursor:
                assert cursor.first()
                record = codec.TOTALS.decode(bytes(cursor.value()))
                more = record._replace(sums=(record.sums[0] + 1, *record.sums[1:]))
                raw.put(bytes(cursor.key()), codec.TOTALS.encode(more), db=totals)
        verdict = repo.json("verify", code=1)
        assert (verdict["ok"], verdict["commits"]) == (False, 1)
        assert "totals of human" in verdict["differences"][0]

    def test_doctor_names_what_is_missing_and_what_mends_it(self, repo: Repo) -> None:
        (repo.path / ".git" / "hooks" / "post-merge").unlink()
        (repo.path / ".git" / "hooks" / "post-commit").chmod(0o644)
        findings = repo.json("doctor", code=1)["findings"]
        assert ["is not there" in finding["what"] or "not executable" in finding["what"] for finding in findings] == [
            True,
            True,
        ]
        repo.tracker("init")
        assert repo.json("doctor")["ok"]
        stub = repo.path / ".git" / "hooks" / "post-commit"
        stub.write_text(stub.read_text().replace("\npython=", "\npython=/nowhere"))
        (finding,) = repo.json("doctor", code=1)["findings"]
        assert "a Python that is gone" in finding["what"]
        repo.tracker("init")
        assert repo.json("doctor")["ok"]

    def test_doctor_says_when_another_ledger_is_named(self, repo: Repo) -> None:
        (finding,) = repo.json("doctor", code=1, env={"AGENT_TRACKER_LEDGER": "other.lmdb"})["findings"]
        assert "AGENT_TRACKER_LEDGER names" in finding["what"]
        repo.commit("feat: one", env={"AGENT_TRACKER_LEDGER": "other.lmdb", "CLAUDECODE": "1"})
        assert [line["agent"] for line in repo.log()] == ["claude-code"]

    def test_a_broken_spool_file_is_set_aside_with_its_reason(self, repo: Repo) -> None:
        (repo.folder / "spool" / "1.0").write_bytes(b"agent-tracker-event=99\nend=1\n")
        (repo.folder / "spool" / "2.0").write_bytes(b"\x00\xff" * 100 + b"\nend=1\n")
        repo.commit("feat: one")
        assert repo.json("sync")["set_aside"] in {0, 2}  # the hook may have come first
        findings = repo.json("doctor", code=1)["findings"]
        assert sum("does not begin as an event" in finding["what"] for finding in findings) == 2
        repo.assert_recorded()

    def test_verify_anywhere(self, repo: Repo, tmp_path: Path) -> None:
        repo.commit("feat: one")
        repo.settle()
        done = repo.run("verify", "--json", cwd=tmp_path)
        assert json.loads(done.stdout)["commits"] == 1


class TestWrongUsage:
    @pytest.mark.parametrize(
        "arguments",
        [["nonsense"], ["log", "--nonsense"], ["log", "-n", "-3"], ["init", "a", "b"], ["status", "a", "b"]],
    )
    def test_it_is_two(self, repo: Repo, arguments: list[str]) -> None:
        assert repo.run(*arguments).returncode == 2

    def test_closed_and_full_outputs_are_one_sentence_at_most(self, repo: Repo) -> None:
        repo.commit("feat: one")
        repo.settle()
        program = f"'{sys.executable}' -I -m tracker"
        for line, code, said in (
            ("sync 2>&-", 0, ""),
            ("sync >&-", 0, ""),
            ("log --json >/dev/full", 1, "No space left on device"),
            ("log >/dev/full", 1, "No space left on device"),
        ):
            done = subprocess.run(
                ["sh", "-c", f"{program} {line}"], cwd=repo.path, env=repo.environment, capture_output=True, text=True,
                check=False,
            )  # fmt: skip
            assert done.returncode == code, (line, done)
            assert said in done.stderr
            assert len(done.stderr.splitlines()) == bool(said)

    def test_a_folder_that_is_gone(self, repo: Repo, tmp_path: Path) -> None:
        (tmp_path / "gone").mkdir()
        for command, code in (("hook post-commit", 0), ("log", 1), ("init", 1), ("doctor", 1)):
            script = (
                f"cd '{tmp_path}/gone' && rmdir '{tmp_path}/gone' && exec '{sys.executable}' -I -m tracker {command}"
            )
            done = subprocess.run(
                ["sh", "-c", script], env=repo.environment, capture_output=True, text=True, check=False
            )
            (tmp_path / "gone").mkdir()
            assert done.returncode == code, (command, done)
            assert len(done.stderr.splitlines()) == (code != 0)

    @pytest.mark.parametrize("name", ["spool", "mode", "ledger", "status.lock", "set-aside", "baseline"])
    @pytest.mark.parametrize("kind", ["file", "folder"])
    def test_what_stands_in_the_way_in_the_repository(self, repo: Repo, name: str, kind: str) -> None:
        repo.commit("feat: one")
        repo.settle()
        place = repo.folder / name
        if place.is_dir():
            shutil.rmtree(place)
        else:
            place.unlink(missing_ok=True)
        place.mkdir() if kind == "folder" else place.write_text("")
        for command in ("sync", "log", "status", "verify", "doctor", "init", "uninstall"):
            done = repo.run(command)
            assert done.returncode in {0, 1}, (command, done)
            assert "Traceback" not in done.stderr
            assert "defect" not in done.stderr

    def test_nothing_given_shows_help(self, repo: Repo) -> None:
        assert "Usage: agent-tracker" in repo.run().stdout + repo.run().stderr

    def test_a_hook_is_never_an_error(self, repo: Repo, tmp_path: Path) -> None:
        for arguments in (["hook"], ["hook", "x", "--git-dir"], ["hook", "y", "--git-dir", "/nowhere"]):
            done = repo.run(*arguments, cwd=tmp_path)
            assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        done = repo.run("hook", "--pre-commit", "post-commit", cwd=tmp_path)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_uninstall_is_final_for_recorders_at_work(repo: Repo) -> None:
    """A recorder that was started just before writes nothing after, wherever it was at that moment."""
    for number in range(12):
        repo.tracker("init")
        repo.commit(f"feat: {number}", file="one.txt")
        time.sleep(0.03 * (number % 5))
        repo.tracker("uninstall")
        while recorders(repo.path / ".git"):
            time.sleep(0.02)
        assert repo.git("status", "--porcelain", "--ignored") == ""
        assert not [path for path in (repo.path / ".git").iterdir() if "agent-tracker" in path.name]


def test_a_status_file_is_not_written_once_the_project_is_gone(repo: Repo) -> None:
    repo.commit()
    repo.settle()
    project = open_project(Repository.discover(repo.path), {})
    project_id = project.files.id()
    (repo.path / ".agent" / "status.json").unlink()
    project.files.remove_id()
    refresh_status(project, project_id)
    assert not (repo.path / ".agent" / "status.json").exists()
