"""Ways in which an agent may try to give the user's feedback. Each returns what shows it, if anything does."""

import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from tests.feedback.agents_world import AgentsWorld
from tests.feedback.output import CLAUDE
from tests.program import TRACKER
from tests.support import Repo, one

Way = Callable[[AgentsWorld], str | None]

PENDING: Final = ("grade", "--pending", "--user", "excellence")
NO_GRADE: Final = " was set aside: it holds no valid pending grade: "
NEEDS_NO_TERMINAL: Final = "userNeedsTerminal = false"


def _praise(env: Callable[[AgentsWorld], Mapping[str, str]]) -> Way:
    """Return the way to grade as the user in an environment."""

    def way(world: AgentsWorld) -> None:
        world.praise(env(world))

    return way


def terminal(world: AgentsWorld) -> None:
    world.praise_in_terminal(world.repo.environment | CLAUDE)


def stated_person(world: AgentsWorld) -> None:
    world.praise_in_terminal(world.repo.environment | CLAUDE | {"AGENT_TRACKER_AGENT": "human"})


def own_catalogue(world: AgentsWorld) -> None:
    entry = '[[agent]]\nname = "claude-code"\nkind = "agent"\nvariables = [{ name = "NEVER_SET" }]\n'
    world.praise_in_terminal(world.repo.environment | CLAUDE | world.user_config("agents.toml", entry))


def emptied_environment(world: AgentsWorld) -> None:
    world.praise_in_terminal(world.bare(), world.program())


def many_processes(world: AgentsWorld) -> None:
    world.praise_in_terminal(world.bare(), world.program(), *world.nested(200))


def processes_off(world: AgentsWorld) -> None:
    world.praise_in_terminal(world.bare() | {"AGENT_TRACKER_PROCESSES": "0"}, world.program())


def git_option(world: AgentsWorld) -> None:
    path = os.pathsep.join([str(world.file("bin/git-agent-tracker", "").parent), world.repo.environment["PATH"]])
    command = world.file("bin/git-agent-tracker", f'#!/bin/sh\nexec {" ".join(TRACKER)} "$@"\n')
    command.chmod(0o755)
    words = ("-c", "agent-tracker.userNeedsTerminal=false", "agent-tracker", "grade", "HEAD", "--user", "excellence")
    world.repo.git(*words, env=CLAUDE | {"PATH": path}, code=1)


def own_home_files(world: AgentsWorld) -> Path:
    """Return a home directory in which nobody needs a terminal."""
    home = world.git_config(NEEDS_NO_TERMINAL).rename(world.place / "agents files" / ".gitconfig").parent
    world.user_config("config.toml", "user-needs-terminal = false\n")
    (home / "config").rename(home / ".config")
    return home


def own_home(world: AgentsWorld) -> None:
    home = own_home_files(world)
    praised_in = {name: value for name, value in world.repo.environment.items() if not name.startswith(("XDG", "GIT"))}
    world.praise_in_terminal(praised_in | CLAUDE | {"HOME": str(home)})


def own_ledger(world: AgentsWorld) -> None:
    world.praise(None, "--ledger", str(world.copy_ledger()))


# -- pending grades --------------------------------------------------------------------------------------------------


def _user_waits(world: AgentsWorld) -> str:
    """Let a grade of the user wait, as a person gives it; return the name of its file."""
    world.repo.git("config", "agent-tracker.userNeedsTerminal", "false")
    world.repo.tracker(*PENDING)
    world.repo.git("config", "--unset", "agent-tracker.userNeedsTerminal")
    return one((world.repo.folder / "pending").iterdir()).name


def forged_grade(world: AgentsWorld) -> None:
    waiting = world.repo.folder / "pending" / _user_waits(world)
    waiting.write_bytes(waiting.read_bytes().replace(b'"grade":5', b'"grade":2'))
    _next_commit_is_not_graded(world)
    assert f"{NO_GRADE}agent-tracker did not seal it" in world.repo.run("doctor").stdout


def copied_grade(world: AgentsWorld) -> None:
    other = AgentsWorld(world.place, world.repo.clone(world.place / "other"))
    other.repo.tracker("init")
    _user_waits(other)
    shutil.copytree(other.repo.folder / "pending", world.repo.folder / "pending")
    _next_commit_is_not_graded(world)
    assert f"{NO_GRADE}agent-tracker did not seal it" in world.repo.run("doctor").stdout


def used_grade(world: AgentsWorld) -> None:
    name = _user_waits(world)
    kept = world.file(name, "")
    shutil.copy2(world.repo.folder / "pending" / name, kept)
    world.repo.commit("feat: praised", env=CLAUDE, options=("--no-verify",))
    world.repo.tracker("sync")
    assert world.repo.line()["grades"]["user"] == 5
    shutil.copy2(kept, world.repo.folder / "pending" / name)
    world.repo.git(
        "reset", "-q", "--hard", "HEAD~1"
    )  # the commit that the grade was given to is no longer the next one
    (world.repo.path / ".git" / "logs" / "HEAD").unlink()
    _next_commit_is_not_graded(world)


def pipe(world: AgentsWorld) -> None:
    (world.repo.folder / "pending").mkdir()
    os.mkfifo(world.repo.folder / "pending" / "1.json")
    _next_commit_is_not_graded(world)
    assert f"{NO_GRADE}it is no file" in world.repo.run("doctor").stdout


def _next_commit_is_not_graded(world: AgentsWorld) -> None:
    """Commit as the agent and assert that the user's grade is not there; then take the commit back."""
    world.repo.commit("feat: next", env=CLAUDE, options=("--no-verify",))
    world.repo.tracker("sync")
    assert world.repo.line()["grades"]["user"] is None
    world.repo.git("reset", "-q", "--hard", "HEAD~1")
    world.repo.tracker("sync")


# -- visible ---------------------------------------------------------------------------------------------------------


def repository_setting(world: AgentsWorld) -> str:
    world.repo.git("config", "agent-tracker.userNeedsTerminal", "false")
    world.praise()
    return (
        "user's grade excellence (command line), by claude-code, allowed by git config agent-tracker.userneedsterminal"
    )


def included_setting(world: AgentsWorld) -> str:
    world.repo.git("config", "include.path", str(world.git_config(NEEDS_NO_TERMINAL)))
    world.praise()
    return "by claude-code, allowed by git config agent-tracker.userneedsterminal"


def clone(world: AgentsWorld) -> str:
    _own_repository(world, world.repo.clone(world.place / "clone")).praise()
    return "user's grade excellence (command line, in a clone), by claude-code, allowed by git config"


def own_repository(world: AgentsWorld) -> str:
    own = _own_repository(world, Repo.make(world.place / "own", world.repo.environment))
    own.tracker("reinstate", "claude-code", "--plan", "none")
    assert not world.repo.json("status", "claude-code")["halted"]
    return "reinstatement of claude-code, by claude-code, allowed by git config"


def _own_repository(world: AgentsWorld, repo: Repo) -> AgentsWorld:
    """Track a repository of the agent, which lets everybody speak for the user."""
    repo.tracker("init", env=CLAUDE)
    repo.tracker("backfill", env=CLAUDE)
    repo.git("config", "agent-tracker.userNeedsTerminal", "false")
    return AgentsWorld(world.place, repo)


def users_file(world: AgentsWorld) -> str:
    folder = world.place / "home" / "config" / "agent-tracker"
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text("user-needs-terminal = false\n")
    world.praise()
    return f"by claude-code, allowed by {folder / 'config.toml'}"


def separate_process(world: AgentsWorld) -> str:
    world.run_separately([*TRACKER, "grade", "HEAD", "--user", "excellence"], world.bare(), terminal=True)
    return "user's grade excellence (command line), by a person at a terminal (opened by python"


def changed_record(world: AgentsWorld) -> str:
    record = world.repo.folder / "init-record"
    record.write_text(record.read_text().replace("env.HOME=", "env.HOME=/elsewhere"))
    return "init-record was changed by another program than agent-tracker,"


def resealed_record(world: AgentsWorld) -> str:
    home = own_home_files(world)
    record = world.repo.folder / "init-record"
    places = {f"env.{name}": value for name, value in _env_of(home).items()}
    rows = [line.partition("=") for line in record.read_text().splitlines() if not line.startswith("key=")]
    record.write_text("".join(f"{name}={places.get(name, value)}\n" for name, _, value in rows))
    _cannot_praise(world, {})
    return "init-record is not sealed with the ledger's key:"


def removed_record(world: AgentsWorld) -> str:
    home = own_home_files(world)
    (world.repo.folder / "init-record").unlink()
    env = _env_of(home)
    world.tracker("init", env=env)
    _cannot_praise(world, env)
    return "init-record is not there, so protected settings are read from the account's home."


def _env_of(home: Path) -> dict[str, str]:
    return {"HOME": str(home), "XDG_CONFIG_HOME": f"{home}/.config", "GIT_CONFIG_GLOBAL": f"{home}/.gitconfig"}


def _cannot_praise(world: AgentsWorld, env: Mapping[str, str]) -> None:
    """Assert that the agent cannot grade as the user in an environment."""
    before = world.state()
    world.praise(env)
    assert world.state() == before


WAYS: Final[dict[str, Way]] = {
    "`grade --user` by an agent": _praise(lambda _: {}),
    "a terminal that an agent opens, as with `script`": terminal,
    "a terminal in an emptied environment, below an agent's process": emptied_environment,
    "200 processes between the agent and the command": many_processes,
    "`AGENT_TRACKER_PROCESSES=0`": processes_off,
    "`AGENT_TRACKER_AGENT=human` before feedback": stated_person,
    "`GIT_CONFIG_GLOBAL` with `userNeedsTerminal`": _praise(
        lambda world: {"GIT_CONFIG_GLOBAL": str(world.git_config(NEEDS_NO_TERMINAL))}
    ),
    "`GIT_CONFIG_SYSTEM` with `userNeedsTerminal`": _praise(
        lambda world: {"GIT_CONFIG_SYSTEM": str(world.git_config(NEEDS_NO_TERMINAL)), "GIT_CONFIG_NOSYSTEM": "0"}
    ),
    "`GIT_CONFIG_COUNT` with `userNeedsTerminal`": _praise(
        lambda _: {
            "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": "agent-tracker.userNeedsTerminal",
            "GIT_CONFIG_VALUE_0": "false",
        }
    ),
    "`git -c agent-tracker.userNeedsTerminal=false agent-tracker`": git_option,
    "`XDG_CONFIG_HOME` with a `config.toml`": _praise(
        lambda world: world.user_config("config.toml", "user-needs-terminal = false\n")
    ),
    "`HOME` with a configuration of its own": own_home,
    "`XDG_CONFIG_HOME` with an `agents.toml` that hides the agent": own_catalogue,
    "`--ledger` with a ledger of its own": own_ledger,
    "`AGENT_TRACKER_LEDGER` with a ledger of its own": _praise(
        lambda world: {"AGENT_TRACKER_LEDGER": str(world.copy_ledger())}
    ),
    "a forged file of a pending grade": forged_grade,
    "a pending grade, copied from another repository": copied_grade,
    "a grade that waited, put back after its use": used_grade,
    "a pipe in place of a pending grade": pipe,
    "`userNeedsTerminal` in the repository's `.git/config`": repository_setting,
    "`include.path` in the repository's `.git/config`": included_setting,
    "a clone whose `.git/config` has `userNeedsTerminal`": clone,
    "`reinstate` in a repository of its own with `userNeedsTerminal`": own_repository,
    "`user-needs-terminal` in your own `config.toml`": users_file,
    "a separate process with a terminal and an emptied environment": separate_process,
    "the record of `init` changed by hand": changed_record,
    "the same, without the line that names the key": resealed_record,
    "the record of `init` removed, then `init` by an agent with another `HOME`": removed_record,
}
