"""``team init``, ``team setup-sql`` and the user's file: what is accepted and refused; no secret is shown."""

import subprocess
from pathlib import Path

import pytest

from tests.program import TRACKER
from tests.support import Repo
from tests.team.conftest import SECRET, Member, Organisation
from tests.team.local_postgres import OWNER, Postgres
from tracker.team.remotes import chosen_address, plain_address
from tracker.team.team_file import read_team, team_path


def init(repo: Repo, *words: str) -> subprocess.CompletedProcess[str]:
    return repo.run("team", "init", *words)


def test_init_writes_a_file_with_a_new_secret_that_only_the_user_reads(repo: Repo) -> None:
    done = init(
        repo, "acme", "host=db dbname=team password=hunter2", "git@git.example:acme", "https://other.example/x.git"
    )
    assert done.returncode == 0, done.stderr
    path = team_path(repo.environment)
    team = read_team(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert team.repositories == ("git.example/acme", "other.example/x")
    assert len(team.secret) == 43
    assert team.secret not in done.stdout
    assert "hunter2" not in done.stdout + repo.tracker("team", "status")
    assert "--replace" in init(repo, "acme", "host=db", "git.example").stderr
    assert read_team(path) == team
    assert "has the secret that it had" in init(repo, "--replace", "acme", "host=db2", "git.example").stdout
    assert read_team(path).secret == team.secret
    assert "Its secret is new" in init(repo, "--replace", "other", "host=db2", "git.example").stdout
    assert read_team(path).secret != team.secret


def test_a_member_joins_with_the_secret_of_the_first(repo: Repo) -> None:
    done = subprocess.run(
        [*TRACKER, "team", "init", "--join", "acme", "host=db", "git.example/acme"],
        cwd=repo.path, env=repo.environment, input=f"{SECRET}\n", capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert SECRET not in done.stdout + done.stderr
    assert read_team(team_path(repo.environment)).secret == SECRET
    assert "characters" in init(repo, "--join", "--replace", "acme", "host=db", "git.example/acme").stderr


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("Acme Corp", "host=db", "git.example"), "'org' must be"),
        (("acme", "", "git.example"), "'server' must be"),
        (("acme", "host=db colour=red password=hunter2", "git.example"), "no connection string"),
        (("acme", "host=db", "/"), "no beginning of a remote's address"),
        (("acme", "host=db", "file:///srv"), "no beginning of a remote's address"),
        (("acme", "host=db"), "Missing argument"),
    ],
)
@pytest.mark.few(6)
def test_what_is_wrong_is_refused_and_nothing_is_written(repo: Repo, words: tuple[str, ...], told: str) -> None:
    done = init(repo, *words)
    assert done.returncode == 2
    assert told in done.stderr
    assert "hunter2" not in done.stderr
    assert not team_path(repo.environment).exists()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("org = 'acme'\nsecret = 'hunter2\n", "is not TOML"),
        ("org = 'acme'\nserver = 'host=db'\nsecret = 'hunter2'\nrepositories = ['x.example']\n", "'secret' must have"),
        (f"org = 'acme'\nserver = 'host=db'\nsecret = '{SECRET}'\n", "'repositories' is empty"),
        (f"org = 'acme'\nserver = 3\nsecret = '{SECRET}'\n", "'server' is missing"),
        ("pasword = 'hunter2'\n", "'pasword' is no setting"),
        ("\udcff", "cannot be read"),
    ],
)
@pytest.mark.few(6)
def test_a_wrong_file_is_one_sentence_without_its_secrets(repo: Repo, text: str, told: str) -> None:
    path = team_path(repo.environment)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    path.chmod(0o600)
    done = repo.run("team", "push")
    assert done.returncode == 2
    assert told in done.stderr
    assert "hunter2" not in done.stderr
    assert SECRET not in done.stderr


def test_a_file_that_others_can_read_is_refused(member: Member) -> None:
    repo = member.repository()
    team_path(member.environment).chmod(0o640)
    done = repo.run("team", "push")
    assert done.returncode == 2
    assert "chmod 600" in done.stderr


def test_a_repository_cannot_say_where_events_go(member: Member, acme: Organisation) -> None:
    repo = member.repository()
    repo.tracker("init", "--hooks", "none")
    repo.commit()
    repo.tracker("sync")
    repo.write("team.toml", "server = 'host=evil.example'\n")
    for key in ("server", "org", "secret", "repositories", "teamServer"):
        repo.git("config", f"agent-tracker.{key}", "host=evil.example")
    assert repo.json("team", "status")["server"] == f"host={acme.postgres.folder} dbname=team user={acme.member}"


def test_without_a_team_every_command_says_how_to_begin(repo: Repo) -> None:
    for name in ("push", "status", "recommend", "report"):
        done = repo.run("team", name)
        assert done.returncode == 2
        assert "'agent-tracker team init'" in done.stderr


def test_without_psycopg_one_sentence_says_how_to_install_it(member: Member, tmp_path: Path) -> None:
    (tmp_path / "psycopg.py").write_text("raise ImportError", encoding="utf-8")
    entrance = "from tracker.__main__ import main; sys.exit(main(['team', 'recommend']))"
    code = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); {entrance}"
    repo = member.repository()
    done = subprocess.run(
        [TRACKER[0], "-I", "-c", code], cwd=repo.path, env=repo.environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "pip install 'git-agent-tracker[team]'" in done.stderr


def test_script_of_the_tables_is_run_by_psql(postgres: Postgres, repo: Repo, tmp_path: Path) -> None:
    script = repo.tracker("team", "setup-sql", "--database", 'odd "name"')
    with postgres.connect(database="postgres") as connection:
        connection.execute('CREATE DATABASE "odd ""name""" OWNER owner')
    script = "\n".join(line for line in script.splitlines() if not line.startswith("CREATE ROLE"))
    done = subprocess.run(
        ["psql", "-q", "-v", "ON_ERROR_STOP=1", postgres.address(OWNER, "'odd \"name\"'")],
        input=script, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("url", "plain"),
    [
        ("git@GitHub.com:ACME/Shop.git", "github.com/acme/shop"),
        ("https://user:token@github.com/acme/shop/", "github.com/acme/shop"),
        ("ssh://git@github.com:22/acme/shop.git", "github.com/acme/shop"),
        ("github.com:acme/shop", "github.com/acme/shop"),
        ("[::1]:acme/shop", "[::1]/acme/shop"),
        ("/srv/git/shop.git", None),
        ("../shop", None),
        ("file:///srv/shop", None),
        ("https://github.com/", None),
    ],
)
@pytest.mark.few(9)
def test_addresses_of_one_repository_are_one(url: str, plain: str | None) -> None:
    assert plain_address(url) == plain


def test_a_beginning_is_of_whole_parts_of_a_path() -> None:
    assert chosen_address(["git@h.example:acme/x"], ["h.example/acme"]) == "h.example/acme/x"
    assert chosen_address(["git@h.example:acme-other/x"], ["h.example/acme"]) is None
    assert chosen_address(["git@h.example.evil:acme/x"], ["h.example"]) is None
