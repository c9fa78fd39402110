"""``export --format csv`` and ``--format markdown``: the report of set-ups as ``report`` prints it."""

from pathlib import Path

import pytest

from tests.exchange.exported_work import make_shop
from tests.program import TRACKER
from tests.support import Repo, sealed_home
from tracker.ledger import Ledger


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Repo:
    """A repository that the tests of this module only read."""
    return make_shop(tmp_path_factory.mktemp("report"))


@pytest.mark.parametrize("form", ["csv", "markdown"])
@pytest.mark.parametrize("project", [[], ["--project", "other"]], ids=["all", "one project"])
def test_it_is_what_report_prints(shop: Repo, tmp_path: Path, form: str, project: list[str]) -> None:
    printed = shop.tracker("report", "--everywhere", f"--{form}", *project)
    assert "codex with gpt-5.2-codex" in printed
    assert ("claude-code" in printed) == (not project)
    assert shop.tracker("export", "--format", form, *project) == printed
    file = tmp_path / "report"
    told = shop.tracker("export", "--format", form, "--output", str(file), *project)
    assert told == f"{1 if project else 3} set-up{'' if project else 's'} written to {file}.\n"
    assert file.read_text(encoding="utf-8") == printed


@pytest.mark.parametrize("form", ["csv", "markdown"])
def test_it_replaces_an_older_report_and_nothing_else(shop: Repo, tmp_path: Path, form: str) -> None:
    file = tmp_path / "report"
    for _ in range(2):
        shop.tracker("export", "--format", form, "--output", str(file))
    report = file.read_text(encoding="utf-8")
    work = tmp_path / "important.py"
    work.write_text("print('work')\n")
    for target in (work, shop.ledger_path / "data.mdb"):
        before = target.read_bytes()
        done = shop.run("export", "--format", form, "--output", str(target))
        assert (done.returncode, target.read_bytes()) == (1, before)
        assert "exists and is no export of that format" in done.stderr
    assert shop.tracker("export", "--format", form, "--output", "-") == report
    assert not (shop.path / "-").exists()


def test_all_set_ups_are_in_it_at_a_terminal_too(shop: Repo, tmp_path: Path) -> None:
    """The file is not laid out for the terminal of the person who runs it."""
    file = tmp_path / "report.md"
    words = [*TRACKER, "export", "--format", "markdown", "--output", str(file)]
    assert shop.at_terminal(*words, size=(40, 20)).finish() == 0
    assert file.read_text(encoding="utf-8") == shop.tracker("report", "--everywhere", "--markdown")


def test_an_empty_ledger(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger")
    ledger.begin()
    outside = Repo(tmp_path, sealed_home(tmp_path / "home"))
    for form in ("csv", "markdown"):
        told = outside.tracker("export", "--format", form, "--ledger", str(ledger.path))
        assert told == outside.tracker("report", f"--{form}", "--ledger", str(ledger.path))
