"""Two computers with a clone each, whose ledgers are joined: each sees, counts and grades its work in its own clone."""

import json
import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.agent_environments import CLAUDE_CODE
from tests.feedback.reviewing import first_screen
from tests.sealed_environment import sealed_home
from tests.sharing.machines import AGENTS, scores
from tests.support import Repo
from tracker.team.team_file import Team, as_toml, team_path

ADDRESS = "https://git.example/acme/shop.git"


class Computers:
    """A laptop and a desktop with a clone each of one repository, which both track; ``folder`` holds all."""

    def __init__(self, folder: Path, *, same_path: bool) -> None:
        self.folder = folder
        self.same_path = same_path
        self.hub = Repo.make(folder / "hub.git", sealed_home(folder / "homes" / "hub"), "--bare")
        self.laptop = self._add("laptop", "ada@example.com")
        with self.at(self.laptop) as laptop:
            laptop.tracker("init")
            for number in range(3):
                laptop.commit(f"feat: {number}", file=f"{number}.txt", text="x\n", env=CLAUDE_CODE)
            laptop.commit("fix: rounding", file="0.txt", text="y\n", env={"CODEX_THREAD_ID": "1"})
            laptop.settle()
            laptop.git("push", "-q", "origin", "HEAD")
            laptop.settle()
        self.desktop = self._add("desktop", "ada@work.example")
        with self.at(self.desktop) as desktop:
            desktop.git("pull", "-q", "origin", "main")
            desktop.tracker("init", "--backfill")
            desktop.settle()

    def _add(self, name: str, email: str) -> Repo:
        home = self.folder / "homes" / name
        environment = sealed_home(home)
        config = home / "gitconfig"
        config.write_text(config.read_text().replace("ada@example.com", email) + "[push]\n\tdefault = current\n")
        path = self.folder / "disk" / "shop" if self.same_path else self.folder / name
        self.hub.git("clone", "-q", f"file://{self.hub.path}", str(path))
        repo = Repo(path, environment)
        repo.git("config", "agent-tracker.userNeedsTerminal", "false")
        if self.same_path:
            path.rename(self.folder / f"{name}-away")
        return repo

    @contextmanager
    def at(self, repo: Repo) -> Iterator[Repo]:
        """Yield the repository of a computer; nothing of the other one is on the disk."""
        disk = self.folder / "disk"
        disk.mkdir(exist_ok=True)
        other = next((one for one in self.present() if one is not repo), None)
        if self.same_path:
            aside = Path(repo.environment["HOME"]).name
            (self.folder / f"{aside}-away").rename(repo.path)
            yield repo
            repo.settle()
            repo.path.rename(self.folder / f"{aside}-away")
        else:
            if other is not None:
                other.path.rename(self.folder / "hidden")
            yield repo
            repo.settle()
            if other is not None:
                (self.folder / "hidden").rename(other.path)

    def present(self) -> list[Repo]:
        return [one for one in (getattr(self, "laptop", None), getattr(self, "desktop", None)) if one is not None]

    def join(self, order: int = 0) -> None:
        """Bring what each computer knows to the other one: the laptop's first, or the desktop's."""
        pairs = [(self.laptop, self.desktop), (self.desktop, self.laptop)]
        for source, target in [*pairs[order:], *pairs[:order]]:
            file = self.folder / "sent.jsonl"
            file.unlink(missing_ok=True)
            with self.at(source) as repo:
                repo.tracker("export", "--output", str(file))
            with self.at(target) as repo:
                repo.tracker("import", str(file))


@pytest.fixture(params=[False, True], ids=["other path", "same path"])
def computers(tmp_path: Path, request: pytest.FixtureRequest) -> Computers:
    return Computers(tmp_path, same_path=request.param)


@pytest.mark.whole
def test_each_computer_reports_in_its_own_clone(computers: Computers) -> None:
    computers.join()
    found = []
    for computer in (computers.desktop, computers.laptop):
        with computers.at(computer) as repo:
            here = repo.json("status", "claude-code")["here"]
            assert (here["commits"], here["waiting_for_user"]) == (3, 3)
            assert "To be graded" in repo.tracker("status", "claude-code")
            for command in (["report"], ["recommend"], ["status"], ["outcomes"]):
                shown = repo.tracker(*command)
                assert "count in" not in shown
                assert "nothing that counts" not in shown
            assert {line["counted"] for line in repo.log()} == {True}
            reported = map(json.loads, repo.tracker("report", "--json").splitlines())
            assert {one["name"].split()[0]: one["commits"] for one in reported} == {"claude-code": 3, "codex": 1}
            assert repo.json("verify")["ok"]
            found.append(scores(repo))
    assert found[0] == found[1]
    assert found[0]["claude-code"]["total_commits"] == 3


@pytest.mark.whole
def test_what_waits_is_graded_where_it_is(computers: Computers) -> None:
    computers.join(order=1)
    with computers.at(computers.desktop) as desktop:
        assert "fix: rounding" in first_screen(desktop)
        desktop.tracker("grade", "HEAD", "--user", "bad")
        desktop.tracker("bug", "HEAD", "--yes", "--note", "rounds down")
        assert desktop.json("status", "codex")["here"]["waiting_for_user"] == 0
    computers.join()
    told = []
    for computer in (computers.desktop, computers.laptop):
        with computers.at(computer) as repo:
            assert repo.json("status", "codex")["here"]["bugs"] == 1
            assert repo.json("status", "codex")["total_bugs"] == 1
            assert repo.json("verify")["ok"]
            told.append(scores(repo))
    assert told[0] == told[1]
    assert {*told[0]} <= {*AGENTS}


@pytest.mark.whole
def test_work_that_only_the_other_computer_has_counts_and_is_sought_nowhere_here(computers: Computers) -> None:
    with computers.at(computers.laptop) as laptop:
        laptop.git("switch", "-q", "-c", "private")
        laptop.commit("feat: private", env=CLAUDE_CODE)
        laptop.settle()
        oid = laptop.head()
    computers.join()
    with computers.at(computers.desktop) as desktop:
        status = desktop.json("status", "claude-code")
        assert (status["total_commits"], status["here"]["commits"]) == (4, 3)
        assert desktop.json("verify")["ok"]
    with computers.at(computers.laptop) as laptop:
        laptop.git("push", "-q", "origin", "HEAD")
    with computers.at(computers.desktop) as desktop:
        desktop.git("fetch", "-q")
        desktop.git("switch", "-q", "private")
        desktop.tracker("sync")
        status = desktop.json("status", "claude-code")
        assert (status["total_commits"], status["here"]["commits"]) == (4, 4)
        assert desktop.line(oid)["agent"] == "claude-code"
        assert desktop.json("verify")["ok"]


@pytest.mark.whole
def test_the_team_gets_the_work_from_the_clone_that_is_here(computers: Computers) -> None:
    numbers = []
    for is_joined in (False, True):
        if is_joined:
            computers.join()
        for computer in (computers.laptop, computers.desktop):
            with computers.at(computer) as repo:
                repo.git("remote", "set-url", "origin", ADDRESS)
                path = team_path(repo.environment)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(as_toml(Team("acme", "host=nowhere dbname=team", "x" * 43, ("git.example/acme",))))
                path.chmod(0o600)
                status = repo.json("team", "status")
                assert status["away_projects"] == []
                assert status["projects"] == [repo.path.name]
                numbers.append(status["waiting"])
                repo.git("remote", "set-url", "origin", f"file://{computers.hub.path}")
    assert numbers[0] == numbers[2] > 0
    assert numbers[3] == numbers[0]


@pytest.mark.few(1)
@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_joins_does_not_matter(tmp_path: Path, seed: int) -> None:
    computers = Computers(tmp_path, same_path=bool(seed % 2))
    for order in random.Random(seed).choices([0, 1], k=2):
        computers.join(order)
    exports = []
    for computer in (computers.laptop, computers.desktop):
        with computers.at(computer) as repo:
            exports.append(repo.tracker("export"))
            assert {line["counted"] for line in repo.log()} == {True}
            assert repo.json("verify")["ok"]
    assert exports[0] == exports[1]
