"""Recording through the real pre-commit framework, which installs the hooks from a clone of this repository."""

import subprocess
from pathlib import Path

import pytest

from tests.e2e.day_of_work import day_of_work
from tests.framework import configuration, pre_commit, surroundings
from tests.support import Repo, one, sized


@pytest.fixture
def consumer(untracked: Repo, product: Path, store: Path) -> Repo:
    """A repository whose pre-commit configuration names our hooks, without ``agent-tracker init``."""
    untracked.environment |= surroundings(store)
    untracked.commit("build: hooks", file=".pre-commit-config.yaml", text=configuration(product))
    pre_commit(untracked, "install", "--install-hooks")
    return untracked


@pytest.mark.whole
def test_day_of_work(consumer: Repo, tmp_path: Path) -> None:
    day_of_work(consumer, tmp_path, steps=sized(20, 6), pulled=sized(10, 5))
    consumer.settle()
    # Commits made before the first event are left to a backfill.
    before = consumer.git("rev-list", "--grep=build: hooks", "main").split()
    lines = consumer.log()
    assert sorted(line["oid"] for line in lines) == sorted(set(consumer.reachable()) - set(before))
    assert consumer.json("verify")["ok"]
    pairs = [link for line in consumer.log("--all") for link in line["replaced_by"]]
    assert sorted(link["kind"] for link in pairs) == ["changed"] + ["same"] * 5
    sources = [link["source"] for link in pairs]
    assert sources.count("post-rewrite") == 5
    assert set(sources) - {"post-rewrite"} <= {
        "amend",
        "reflog",
    }  # the recorder may read the reflog before the hook has run
    assert consumer.status_file()["head"]["oid"] == consumer.head()
    consumer.tracker("backfill")
    consumer.assert_recorded()


@pytest.mark.whole
def test_doctor_checks_hooks_of_framework(consumer: Repo) -> None:
    consumer.commit("feat: one")
    consumer.settle()
    assert consumer.json("doctor")["findings"] == []
    pre_commit(consumer, "uninstall", "-t", "post-merge")
    finding = one(consumer.json("doctor", code=1)["findings"])
    assert finding["mend"] == "pre-commit install --install-hooks -t post-merge"
    pre_commit(consumer, "install", "-t", "post-merge")
    text = (consumer.path / ".pre-commit-config.yaml").read_text()
    consumer.write(".pre-commit-config.yaml", text.replace("      - id: agent-tracker-post-rewrite\n", ""))
    consumer.git("add", ".pre-commit-config.yaml")
    finding = one(consumer.json("doctor", code=1)["findings"])
    assert "does not name agent-tracker-post-rewrite" in finding["what"]
    assert "still names agent-tracker-post-checkout, " in consumer.tracker("uninstall")


@pytest.mark.whole
def test_sync_mode_records_before_git_returns(consumer: Repo) -> None:
    consumer.git("config", "agent-tracker.mode", "sync")
    for number in range(2):
        consumer.commit(f"feat: {number}")
        assert consumer.status_file()["head"]["oid"] == consumer.head()
        assert not list((consumer.folder / "spool").iterdir())


@pytest.mark.whole
def test_environment_of_commit_is_evidence(consumer: Repo) -> None:
    consumer.commit("feat: by an agent", env={"CLAUDECODE": "1", "SECRET_TOKEN": "hunter2"})
    consumer.settle()
    line = one(consumer.log())
    assert (line["agent"], line["signal"], line["learnt"]) == ("claude-code", "environment", "post-commit")
    assert consumer.status_file()["agent_name"] == "claude-code"


@pytest.mark.whole
def test_unstaged_changes_are_kept(consumer: Repo) -> None:
    consumer.commit("feat: one", file="a.txt", text="one\n")
    consumer.write("a.txt", "one\nunstaged\n")
    consumer.commit("feat: two", file="b.txt", text="two\n")
    consumer.settle()
    assert (consumer.path / "a.txt").read_text() == "one\nunstaged\n"
    assert len(consumer.log()) == 2


def test_native_hooks_and_framework_together_record_each_commit_once(consumer: Repo) -> None:
    """Native hooks are installed over those of the framework, then the framework over both."""
    consumer.tracker("init")
    consumer.commit("feat: one")
    pre_commit(consumer, "install")
    consumer.commit("feat: two")
    consumer.git("commit", "-q", "--amend", "-m", "feat: two, better")
    consumer.settle()
    lines = consumer.log()
    assert sorted(line["subject"] for line in lines) == ["feat: one", "feat: two, better"]
    assert consumer.json("verify")["ok"]
    assert [link["kind"] for line in consumer.log("--all") for link in line["replaced_by"]] == ["same"]


@pytest.mark.whole
def test_commit_missed_for_unstaged_configuration_is_recorded_by_next_event(consumer: Repo) -> None:
    """pre-commit runs no hook while its configuration has unstaged changes; doctor reports that."""
    consumer.commit("feat: one")
    consumer.settle()
    config = consumer.path / ".pre-commit-config.yaml"
    config.write_text(config.read_text() + "# a change\n")
    consumer.commit("feat: missed", options=["--no-verify"])
    assert not list((consumer.folder / "spool").iterdir())
    finding = one(consumer.json("doctor", code=1)["findings"])
    assert "pre-commit runs no hook until they are" in finding["what"]
    subprocess.run(["sh", "-c", finding["mend"]], cwd=consumer.path, env=consumer.environment, check=True)
    assert consumer.json("doctor")["findings"] == []
    consumer.commit("feat: recorded")
    consumer.settle()
    learnt = {line["subject"]: line["learnt"] for line in consumer.log()}
    assert learnt == {"feat: one": "post-commit", "feat: missed": "reconcile", "feat: recorded": "post-commit"}
