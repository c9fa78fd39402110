"""``recommend`` with similar projects: where the project at hand alone has too little to compare."""

from pathlib import Path
from typing import Any

import pytest

from tests.profiles.written_trees import commit_files
from tests.program import TRACKER
from tests.set_ups.made_work import CLAUDE, CLAUDE_NAME, CODEX, CODEX_NAME, PERSON, Work, make, tally
from tests.support import Repo, sealed_home

PYTHON = {"a.py": "print(1)\n", "requirements.txt": "fastapi\nhttpx\n"}
RUST = {"a.rs": "fn main() {}\n", "Cargo.toml": '[dependencies]\nclap = "4"\n'}
FEW = [*tally(CLAUDE, "feat", 3, 4), *tally(CODEX, "feat", 2, 4)]
ENOUGH = [*tally(CLAUDE, "feat", 29, 30), *tally(CODEX, "feat", 9, 30)]


class World:
    """Projects of one ledger; ``repo`` is the one at hand."""

    def __init__(self, repo: Repo, folder: Path) -> None:
        self._at_hand = repo
        self._folder = folder
        self._days = 0

    def add(self, name: str, files: dict[str, str], work: list[Work]) -> Repo:
        """Add a project with these files and this work, one day older than that of the one before.

        Equal commits of the same second would be one commit in two clones, which counts once.
        """
        at_hand = self._at_hand
        repo = at_hand if name == "repo" else Repo.make(self._folder / name, at_hand.environment)
        self._days += 1
        if work:
            make(repo, [one._replace(age=one.age + self._days) for one in work], outcomes=False)
        commit_files(repo, files)
        repo.tracker("init", "--hooks", "none")
        repo.tracker("outcomes")
        return repo


@pytest.fixture
def world(untracked: Repo, tmp_path: Path) -> World:
    return World(untracked, tmp_path)


@pytest.fixture(scope="module")
def unchanged(tmp_path_factory: pytest.TempPathFactory) -> Repo:
    """The project at hand, with too little to compare, beside a similar one and another; for tests that only read."""
    folder = tmp_path_factory.mktemp("unchanged")
    world = World(Repo.make(folder / "repo", sealed_home(folder / "home")), folder)
    repo = world.add("repo", PYTHON, FEW)
    world.add("api", PYTHON, ENOUGH)
    world.add("tool", RUST, ENOUGH)
    return repo


def recommend(repo: Repo, *options: str) -> dict[str, Any]:
    return dict(repo.json("recommend", *options))


def said(repo: Repo, *options: str) -> str:
    return " ".join(repo.tracker("recommend", *options).split())


def test_similar_projects_are_added_where_this_one_has_too_little(unchanged: Repo) -> None:
    api = unchanged.at(unchanged.path.parent / "api")
    found = recommend(unchanged)
    assert [(one["project"], one["project_id"], one["common"]) for one in found["similar"]] == [
        ("api", api.project(), ["python", "fastapi"])
    ]
    assert 0.3 <= found["similar"][0]["similarity"] <= 1
    assert (found["leaders"], found["projects"], found["measure"]) == ([CLAUDE_NAME], 2, "grades")
    assert {one["name"]: one["of"] for one in found["set_ups"]} == {CLAUDE_NAME: 34, CODEX_NAME: 34}


@pytest.mark.whole
def test_note_and_verdict_say_that_similar_projects_are_in_it(world: World) -> None:
    repo = world.add("repo", PYTHON, FEW)
    world.add("api", PYTHON, ENOUGH)
    world.add("worker", {**PYTHON, "requirements.txt": "fastapi\ncelery\n"}, [Work(CLAUDE, "feat", 2, 2)])
    text = said(repo)
    assert text.startswith(
        f"With 2 similar projects included, {CLAUDE_NAME} leads: it did better than {CODEX_NAME}"
        " (with a probability of at least 0.9)."
        " Figures are of 3 projects together: this one and 2 similar projects (api, worker: python, fastapi)."
        " --no-similar leaves these out. Compared by your own grades"
    )
    found = recommend(repo)
    assert found["verdict"].startswith("With 2 similar projects included, ")
    assert found["notes"][0].startswith("Figures are of 3 projects together: ")
    assert [one["project"] for one in found["similar"]] == ["api", "worker"]


@pytest.mark.whole
def test_project_that_has_enough_is_compared_alone_unless_asked(world: World) -> None:
    repo = world.add("repo", PYTHON, ENOUGH)
    world.add("api", PYTHON, ENOUGH)
    found = recommend(repo)
    assert (found["similar"], found["projects"]) == ([], 1)
    assert "similar" not in said(repo)
    assert [one["project"] for one in recommend(repo, "--similar")["similar"]] == ["api"]


def test_no_similar_leaves_them_out(unchanged: Repo) -> None:
    found = recommend(unchanged, "--no-similar")
    assert (found["similar"], found["leaders"]) == ([], [])
    assert "Not enough is known to compare set-ups" in said(unchanged, "--no-similar")


@pytest.mark.parametrize("options", [(), ("--similar",)])
@pytest.mark.whole
def test_dissimilar_project_is_never_added(world: World, options: tuple[str, ...]) -> None:
    repo = world.add("repo", PYTHON, FEW)
    world.add("tool", RUST, ENOUGH)
    found = recommend(repo, *options)
    assert (found["similar"], found["leaders"], found["projects"]) == ([], [], 1)
    warned = (
        "no other recorded project with work of agents is similar to repo" in repo.run("recommend", *options).stderr
    )
    assert warned is bool(options)


@pytest.mark.whole
def test_similar_projects_that_do_not_help_are_left_out(world: World) -> None:
    repo = world.add("repo", PYTHON, FEW)
    world.add("api", PYTHON, [Work(CLAUDE, "feat", 20, 2)])
    assert recommend(repo)["similar"] == []
    assert "With a similar project included, not enough is known" in said(repo, "--similar")


def test_new_project_gets_the_verdict_of_similar_ones(world: World) -> None:
    repo = world.add("repo", PYTHON, [])
    world.add("api", PYTHON, ENOUGH)
    assert said(repo).startswith(f"With a similar project included, {CLAUDE_NAME} leads")


@pytest.mark.whole
def test_projects_of_people_alone_are_not_named(world: World) -> None:
    repo = world.add("repo", PYTHON, FEW)
    world.add("api", PYTHON, ENOUGH)
    world.add("old", PYTHON, [Work(PERSON, "feat", 20)])
    assert [one["project"] for one in recommend(repo)["similar"]] == ["api"]


@pytest.mark.whole
def test_what_became_of_commits_is_compared_within_each_project(world: World) -> None:
    """Set-ups that worked in different projects are not compared by outcomes, however similar the projects are."""
    repo = world.add("repo", PYTHON, [Work(CLAUDE, "feat", 20)])
    world.add("api", PYTHON, [Work(CODEX, "feat", 20)])
    assert recommend(repo)["similar"] == []
    assert recommend(repo, "--similar")["not_compared"] == [[CLAUDE_NAME, CODEX_NAME]]
    world.add(
        "worker", PYTHON, [Work(CLAUDE, "feat", 20), Work(CODEX, "feat", 8), Work(CODEX, "feat", 12, fate="reverted")]
    )
    found = recommend(repo)
    assert ([one["project"] for one in found["similar"]], found["measure"]) == (["worker"], "kept")


def test_why_lists_the_commits_of_similar_projects_too(unchanged: Repo) -> None:
    assert len(unchanged.tracker("recommend", "--why", CLAUDE_NAME, "--json").splitlines()) == 34
    assert len(unchanged.tracker("recommend", "--why", CLAUDE_NAME, "--json", "--no-similar").splitlines()) == 4


def test_similar_and_everywhere_exclude_each_other(unchanged: Repo) -> None:
    done = unchanged.run("recommend", "--everywhere", "--similar")
    assert (done.returncode, done.stdout) == (2, "")
    assert "--everywhere and --similar exclude each other" in done.stderr
    assert recommend(unchanged, "--everywhere")["similar"] == []


@pytest.mark.parametrize("columns", [40, 80])
@pytest.mark.whole
def test_note_fits_the_page(world: World, columns: int) -> None:
    repo = world.add("repo", PYTHON, FEW)
    world.add("a-project-with-a-long-name", PYTHON, ENOUGH)
    terminal = repo.at_terminal(*TRACKER, "recommend", env={"COLUMNS": str(columns)})
    assert terminal.finish() == 0
    assert max(len(line.rstrip()) for line in terminal.shown.splitlines()) <= columns
