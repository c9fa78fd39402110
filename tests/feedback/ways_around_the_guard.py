"""Ways in which a halted agent may try to commit. Each returns what shows it, if anything does."""

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from tests.feedback.agents_world import AgentsWorld
from tests.feedback.ways_to_speak_for_the_user import Way
from tests.program import TRACKER

NOBODY_IS_HALTED: Final = "[policy]\nstart-skill-points = 99\n"


def _commit(env: Callable[[AgentsWorld], Mapping[str, str]]) -> Way:
    """Return the way to commit in an environment."""

    def way(world: AgentsWorld) -> None:
        world.commit(env(world))

    return way


def _command(*arguments: str) -> Way:
    """Return the way to run a command of agent-tracker, and then to commit."""

    def way(world: AgentsWorld) -> None:
        world.tracker(*(word.format(place=world.place) for word in arguments))
        world.commit()

    return way


def environment_file(world: AgentsWorld) -> None:
    world.repo.tracker("init", "--ledger", str(world.repo.ledger_path))
    world.repo.write(".env", "SECRET=1\n")
    world.repo.git("add", "-f", ".env")
    by_codex = {"CLAUDECODE": "", "CODEX_THREAD_ID": "0199-1234-5678"}  # it is not halted
    world.commit(by_codex | {"GIT_CONFIG_GLOBAL": str(world.git_config("allowEnvFiles = true"))})


def own_module(world: AgentsWorld) -> None:
    module = world.file("modules/tracker/__main__.py", "raise SystemExit(0)\n")
    world.file("modules/tracker/__init__.py", "")
    world.commit({"PYTHONPATH": str(module.parents[1]), "PYTHONSTARTUP": str(module)})


def init_with_own_home(world: AgentsWorld) -> None:
    home = {"HOME": str(world.place / "agents files"), **world.user_config("config.toml", NOBODY_IS_HALTED)}
    world.tracker("init", env=home)
    world.commit(home)


def removed_hook(world: AgentsWorld) -> str:
    hook = Path(".git", "hooks", "pre-commit")
    (world.repo.path / hook).unlink()
    return f"the hook {world.repo.path / hook} is not there."


def switched_off(world: AgentsWorld) -> str:
    (world.repo.folder / "guard").unlink()
    return "'agent-tracker init' had enabled the guard, and that was changed since."


def switched_off_and_begun(world: AgentsWorld) -> None:
    (world.repo.folder / "guard").unlink()
    for hook in (Path(".git", "hooks", "pre-commit"), Path(".git", "agent-tracker", "hooks", "pre-commit")):
        (world.repo.path / hook).unlink()
    world.tracker("init")
    world.commit()


def configured_ledger(world: AgentsWorld) -> str:
    world.repo.git("config", "agent-tracker.ledger", str(world.copy_ledger()))
    assert world.tracker("init").returncode == 1
    return f"and 'agent-tracker init' had chosen {world.repo.ledger_path}."


def tracked_again(world: AgentsWorld) -> str:
    shutil.rmtree(world.repo.folder)
    world.tracker("init")
    return "no person at a terminal has confirmed: tracking the repository again, by claude-code."


def _separately(*arguments: str, shown: str) -> Way:
    """Return the way to run a command in a process of which nothing is known, which then shows."""

    def way(world: AgentsWorld) -> str:
        words = [*TRACKER, *(word.format(place=world.place) for word in arguments)]
        world.run_separately(words, world.bare(), terminal=False)
        return shown

    return way


def written_ledger(world: AgentsWorld) -> str:
    chosen = world.repo.ledger_path
    (world.repo.folder / "ledger").write_text(f"{world.copy_ledger()}\n")
    return f"and 'agent-tracker init' had chosen {chosen}."


def other_hooks(world: AgentsWorld) -> str:
    world.repo.git("config", "core.hooksPath", "/dev/null")
    return "git looks for hooks in /dev/null"


def no_verify(world: AgentsWorld) -> str:
    world.commit(None, "--no-verify")
    return "feat: tried\n  claude-code (agent)"


WAYS: Final[dict[str, Way]] = {
    "`AGENT_TRACKER_AGENT=human git commit` while halted": _commit(lambda _: {"AGENT_TRACKER_AGENT": "human"}),
    "`AGENT_TRACKER_AGENT` with another agent's name while halted": _commit(
        lambda _: {"AGENT_TRACKER_AGENT": "opencode"}
    ),
    "`XDG_CONFIG_HOME` with a policy by which nobody is halted": _commit(
        lambda world: world.user_config("config.toml", NOBODY_IS_HALTED)
    ),
    "`GIT_CONFIG_GLOBAL` with another ledger, while halted": _commit(
        lambda world: {"GIT_CONFIG_GLOBAL": str(world.git_config(f"ledger = {world.place}/none"))}
    ),
    "`AGENT_TRACKER_LEDGER` with another ledger, while halted": _commit(
        lambda world: {"AGENT_TRACKER_LEDGER": f"{world.place}/none"}
    ),
    "`GIT_CONFIG_GLOBAL` with `allowEnvFiles`": environment_file,
    "`PYTHONPATH` with a module of its own, before the guard": own_module,
    "`init --no-guard` by an agent": _command("init", "--no-guard"),
    "`uninstall` by an agent, while the guard is enabled": _command("uninstall"),
    "`init --ledger` by an agent": _command("init", "--ledger", "{place}/none"),
    "`init` by an agent with another `HOME`": init_with_own_home,
    "the guard switched off in the git directory, then `init` by an agent": switched_off_and_begun,
    "another ledger in `.git/config`, then `init` by an agent": configured_ledger,
    "the folder in the git directory removed, then `init` by an agent": tracked_again,
    "`init --no-guard` by a separate process without a terminal": _separately(
        "init", "--no-guard", shown="has confirmed: disabling the guard, by unknown (no terminal, no agent found)."
    ),
    "`init --ledger` by a separate process without a terminal": _separately(
        "init", "--ledger", "{place}/none", shown="has confirmed: recording into another ledger, by unknown"
    ),
    "`uninstall` by a separate process without a terminal": _separately(
        "uninstall", shown="this repository is not tracked."
    ),
    "the guard's hook removed": removed_hook,
    "the guard switched off in the git directory": switched_off,
    "another ledger written into the git directory": written_ledger,
    "`core.hooksPath` without our hooks": other_hooks,
    "`git commit --no-verify` while halted": no_verify,
}
