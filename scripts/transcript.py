"""Run lists of commands in new repositories and return their output, for the examples in the documents.

Dates are fixed, so that the output is the same each time. A person's commands run in a pseudo-terminal. An agent's
commands run with the agent's environment variable and without a terminal, as agents run them.
"""

import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

sys.path.append(str(Path(__file__).parents[1]))

from tests.support import Terminal

_START: Final = 1_790_000_000
_STEP: Final = 600


class Command(NamedTuple):
    """One command of a transcript.

    ``agent`` is the environment variable of the agent that runs it, "" for a person. ``keys`` are pairs of a prompt and
    the keys to press when the prompt is shown. ``writes`` is a file to write and stage before, not shown to the reader.
    ``code`` is the expected exit code.
    """

    text: str
    agent: str = ""
    keys: Sequence[tuple[str, str]] = ()
    writes: str = ""
    code: int = 0


README: Final = [
    Command("agent-tracker init"),
    Command('git commit -m "feat: greet by name"', writes="greet1.py"),
    Command('CLAUDECODE=1 git commit -m "fix: greet nobody politely"', writes="greet2.py"),
    Command(
        'git commit -m "docs: how to greet" --trailer "Co-authored-by: Codex (gpt-5.2-codex) <codex@openai.com>"',
        writes="greet3.py",
    ),
    Command("git commit --amend --no-edit", writes="greet4.py"),
    Command("agent-tracker log"),
    Command("agent-tracker log --summary"),
    Command("agent-tracker status claude-code"),
    Command("agent-tracker verify"),
]

CLAUDE: Final = "CLAUDECODE"
EXAMPLE: Final = [
    Command("agent-tracker init --guard"),
    Command('git commit -q -m "feat: greet by name"', CLAUDE, writes="greet.py"),
    Command('git commit -q -m "fix: greet nobody politely"', CLAUDE, writes="nobody.py"),
    Command('git commit -q -m "docs: how to greet"', CLAUDE, writes="README.md"),
    Command('agent-tracker grade --agent good --task "say how to greet" --agent-note "short and complete"', CLAUDE),
    Command("agent-tracker grade --user excellence", CLAUDE, code=1),
    Command(
        "agent-tracker review",
        keys=(("quit > ", "e"), ("> ", "m"), ("note: ", "says goodbye to nobody\r"), ("> ", "b"), ("> ", "n")),
    ),
    Command('agent-tracker bug HEAD~1 --note "nobody is greeted at all"', keys=(("[y/N] ", "y\r"),)),
    Command('git commit -q -m "feat: greet everybody"', CLAUDE, writes="everybody.py", code=1),
    Command("agent-tracker status"),
    Command('agent-tracker reinstate claude-code --plan "write the test first"', CLAUDE, code=1),
    Command('agent-tracker reinstate claude-code --plan "write the test first"'),
    Command('git commit -q -m "feat: greet everybody"', CLAUDE),
    Command("agent-tracker log"),
    Command("agent-tracker status"),
    Command("agent-tracker verify"),
]


def play(commands: Sequence[Command]) -> str:
    """Run commands in a new repository; return prompts, commands and output. Raises SystemExit at a wrong exit code."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder).resolve()
        repository = home / "greeter"
        environment = _environment(home)
        _run(["git", "init", "-q", str(repository)], home, environment, 0)
        shown = "".join(_shown(commands, repository, environment)).replace(str(home), "~")
    return re.sub(r"[ \t]+$", "", shown, flags=re.MULTILINE)


def _shown(commands: Sequence[Command], repository: Path, environment: dict[str, str]) -> Iterator[str]:
    for number, command in enumerate(commands):
        if command.writes:
            (repository / command.writes).write_text(f'print("hello, {number}")\n', encoding="utf-8")
            _run(["git", "add", "-A"], repository, environment, 0)
        environment["GIT_AUTHOR_DATE"] = environment["GIT_COMMITTER_DATE"] = f"{_START + _STEP * number} +0000"
        words = ["sh", "-c", command.text]
        if command.agent:
            yield f"claude$ {command.text}\n"
            yield _run(words, repository, environment | {command.agent: "1"}, command.code)
        else:
            yield f"$ {command.text}\n"
            yield _typed(command, words, repository, environment)


def _typed(command: Command, words: Sequence[str], place: Path, environment: dict[str, str]) -> str:
    """Run a person's command in a pseudo-terminal and return its output; git's commands write to a pipe instead."""
    if " git " in f" {command.text}":
        return _run(words, place, environment, command.code)
    terminal = Terminal(words, place, environment)
    for prompt, keys in command.keys:
        terminal.expect(prompt)
        terminal.press(keys)
    code = terminal.finish()
    if code != command.code:
        raise SystemExit(f"{command.text} ended with {code}: {terminal.shown}")
    return terminal.shown


def _environment(home: Path) -> dict[str, str]:
    (home / "gitconfig").write_text(
        "[user]\n\tname = Ada\n\temail = ada@example.com\n[init]\n\tdefaultBranch = main\n", encoding="utf-8"
    )
    return {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(home),
        "GIT_CONFIG_GLOBAL": str(home / "gitconfig"),
        "GIT_CONFIG_NOSYSTEM": "1",
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "GIT_EDITOR": "true",
        "AGENT_TRACKER_PAGER": "cat",
        "GIT_PROGRESS_DELAY": "86400",
        "TERM": "xterm",
        "NO_COLOR": "1",
        "COLUMNS": "110",
        "AGENT_TRACKER_PROCESSES": "0",  # an agent may be running this script
    }


def _run(words: Sequence[str], place: Path, environment: dict[str, str], code: int) -> str:
    done = subprocess.run(words, cwd=place, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != code:
        raise SystemExit(f"{shlex.join(words)} ended with {done.returncode}: {done.stderr}")
    return done.stdout + done.stderr
