"""``config``: a limit that fits the ledger, and values that stay whole where the terminal is narrow."""

from tests.cli.refusals import refused
from tests.ledger.tips import put_tips
from tests.support import Repo
from tracker.ledger import Ledger


def test_limit_that_the_ledger_is_larger_than_is_refused(repo: Repo) -> None:
    ledger, start = Ledger(repo.ledger_path), 0
    while ledger.size() < 3 << 20:
        put_tips(ledger, 1000, start)
        start += 1000
    assert "already: name a larger limit." in refused(repo, "config", "set", "size-limit", "2MiB")
    repo.tracker("config", "set", "size-limit", "64MiB")


def test_values_stay_whole_in_a_narrow_terminal(repo: Repo) -> None:
    shown = repo.person("config", "list", env={"COLUMNS": "60"})
    assert f"ledger: {repo.ledger_path}" in shown.replace("\r", "").replace("\n", "")
    assert "    agent-tracker init" in shown
