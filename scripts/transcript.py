"""Run lists of commands in new repositories and return their output, for the examples in the documents.

Dates are fixed, so that the output is the same each time. A person's commands run in a pseudo-terminal. An agent's
commands run with the agent's environment variable and without a terminal, as agents run them. The commands of
docs/first-day.md are in first_day.py.
"""

import itertools
import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

sys.path.append(str(Path(__file__).parents[1]))

from tests.support import Terminal

_START: Final = 1_790_000_000
_STEP: Final = 600


class Command(NamedTuple):
    """One command of a transcript.

    ``agent`` is the environment variable of the agent that runs it, "" for a person. ``keys`` are pairs of a prompt and
    the keys to press when the prompt is shown. ``writes`` is a file to write and stage before, not shown to the reader;
    ``content`` is its text. ``code`` is the expected exit code. ``at_terminal``: a person's git command runs in the
    pseudo-terminal too, for what hooks show only there. ``paragraphs``: only so many are shown, then dots; 0 for all.
    ``picture``: the name of the picture of the terminal that is made of it, "" for none.
    """

    text: str
    agent: str = ""
    keys: Sequence[tuple[str, str]] = ()
    writes: str = ""
    code: int = 0
    content: str = ""
    at_terminal: bool = False
    paragraphs: int = 0
    picture: str = ""


class Scene(NamedTuple):
    """A new repository to run commands in.

    ``start``: the time of the first command, in seconds since 1970; each takes ten minutes. ``columns``: the width of
    the terminal; ``has_colours``: it has them. ``prepare`` makes the repository's history and remote, in its folder and
    with the environment.
    """

    name: str = "greeter"
    start: int = _START
    columns: int = 110
    has_colours: bool = False
    prepare: Callable[[Path, dict[str, str]], None] | None = None


class Played(NamedTuple):
    """The output of each part by its name, and for each picture by its name the same with colours (SGR sequences)."""

    parts: Mapping[str, str]
    pictures: Mapping[str, str]


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
GEMINI: Final = "GEMINI_CLI"
_COLOUR: Final = re.compile(r"\x1b\[[0-9;]*m")
_CONTROL: Final = re.compile(r"\x1b\[[0-9;?]*[a-ln-zA-Z]")
"""Sequences that move the cursor or clear a line."""
_PROMPTS: Final = {CLAUDE: "claude", GEMINI: "gemini"}
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
    Command('agent-tracker bug HEAD~1 --note "nobody is greeted at all"'),
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
    return play_parts({"": commands}, Scene()).parts[""]


def play_parts(parts: Mapping[str, Sequence[Command]], scene: Scene) -> Played:
    """Run the commands of all parts one after the other in one new repository; return what they showed.

    Raises SystemExit at a wrong exit code.
    """
    shown: dict[str, str] = {}
    pictures: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder).resolve()
        repository = home / scene.name
        environment = _environment(home, scene)
        run(["git", "init", "-q", str(repository)], home, environment)
        if scene.prepare:
            scene.prepare(repository, environment)
        times = itertools.count(scene.start, _STEP)
        for name, commands in parts.items():
            each = [
                _shown(command, repository, environment, next(times)).replace(str(home), "~") for command in commands
            ]
            shown[name] = re.sub(r"[ \t]+$", "", _COLOUR.sub("", "".join(each)), flags=re.MULTILINE)
            pictures |= {command.picture: text for command, text in zip(commands, each, strict=True) if command.picture}
    return Played(shown, pictures)


def _shown(command: Command, repository: Path, environment: dict[str, str], now: int) -> str:
    """Run a command; return its prompt, itself, and its output with colours."""
    if command.writes:
        content = command.content or f'print("hello, {(now - _START) // _STEP}")\n'
        (repository / command.writes).write_text(content, encoding="utf-8")
        run(["git", "add", "-A"], repository, environment)
    dated = environment | {"GIT_AUTHOR_DATE": f"{now} +0000", "GIT_COMMITTER_DATE": f"{now} +0000"}
    words = ["sh", "-c", command.text]
    if command.agent:
        output = run(words, repository, dated | {command.agent: "1"}, command.code)
    else:
        output = beginning(_typed(command, words, repository, dated), command.paragraphs)
    return f"\x1b[1m{_PROMPTS.get(command.agent, '')}$ {command.text}\x1b[0m\n{output}"


def _typed(command: Command, words: Sequence[str], place: Path, environment: dict[str, str]) -> str:
    """Run a person's command in a pseudo-terminal and return its output; git's commands write to a pipe instead."""
    if " git " in f" {command.text}" and not command.at_terminal:
        return run(words, place, environment, command.code)
    terminal = Terminal(words, place, environment)
    for prompt, keys in command.keys:
        terminal.expect(prompt)
        terminal.press(keys)
    code = terminal.finish()
    if code != command.code:
        raise SystemExit(f"{command.text} ended with {code}: {terminal.shown}")
    return _CONTROL.sub("", terminal.raw).replace("\r\n", "\n")


def beginning(text: str, paragraphs: int) -> str:
    """Return the first paragraphs of an output, and dots for the rest; all of it for 0."""
    return "\n\n".join(text.split("\n\n")[:paragraphs]) + "\n...\n" if paragraphs else text


def _environment(home: Path, scene: Scene) -> dict[str, str]:
    (home / "gitconfig").write_text(
        "[user]\n\tname = Ada\n\temail = ada@example.com\n[init]\n\tdefaultBranch = main\n"
        "[core]\n\tpager = cat\n[gc]\n\tauto = 0\n",
        encoding="utf-8",
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
        "COLUMNS": str(scene.columns),
        **({"TERM": "xterm-256color"} if scene.has_colours else {"TERM": "xterm", "NO_COLOR": "1"}),
        "AGENT_TRACKER_PROCESSES": "0",  # an agent may be running this script
    }


def run(words: Sequence[str], place: Path, environment: dict[str, str], code: int = 0) -> str:
    """Run a program without a terminal and return its output. Raises SystemExit at another exit code."""
    done = subprocess.run(words, cwd=place, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != code:
        raise SystemExit(f"{shlex.join(words)} ended with {done.returncode}: {done.stderr}")
    return done.stdout + done.stderr
