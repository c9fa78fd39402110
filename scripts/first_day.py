"""The commands of docs/first-day.md: one day with the program, in a repository with a history and a remote."""

from collections.abc import Mapping, Sequence
from typing import Final

import first_day_history
from transcript import CLAUDE, GEMINI, Command, Scene

_MONDAY: Final = 1_772_442_000
"""2 March 2026, 9:00 UTC."""

SCENE: Final = Scene("weather", _MONDAY, 100, has_colours=True, prepare=first_day_history.write)

_FORECAST: Final = '''"""Tomorrow's weather, from the measurements of today."""


def describe(degrees: float) -> str:
    """Return a temperature in words."""
    return f"{round(degrees)} °C"
'''
_WIND: Final = '''"""The wind, in the units that the reader asked for."""

KNOTS = 1.943844


def in_knots(metres_per_second: float) -> str:
    """Return a speed of the wind in words."""
    return f"{metres_per_second * KNOTS:.0f} kn"
'''
_FROST: Final = '''"""Warnings of frost."""


def is_frost(degrees: float) -> bool:
    """Return True if there will be frost."""
    return degrees > 0
'''

PARTS: Final[Mapping[str, Sequence[Command]]] = {
    "glance": [Command("git-agent-tracker glance ~/weather")],
    "installed": [Command("agent-tracker --version")],
    "init": [
        Command("cd ~/weather && agent-tracker init", keys=(("older commits now?", "y\r"),), picture="init"),
    ],
    "history": [Command("agent-tracker log --summary"), Command("agent-tracker log -n 5")],
    "agent": [
        Command(
            'git commit -q -m "feat: describe a temperature"', CLAUDE, writes="weather/forecast.py", content=_FORECAST
        ),
        Command("agent-tracker log -n 2"),
        Command("agent-tracker explain HEAD"),
    ],
    "corrected": [
        Command("agent-tracker attribute HEAD~2 --agent cursor"),
        Command("agent-tracker attribute HEAD~2 --undo"),
    ],
    "instructions": [
        Command("agent-tracker init --instructions --guard"),
        Command('git add AGENTS.md && git commit -q -m "docs: what agents do here"'),
        Command("agent-tracker status", CLAUDE),
    ],
    "lessons": [Command('agent-tracker lessons "time zones"', CLAUDE)],
    "grade": [
        Command("git switch -q -c wind", CLAUDE),
        Command('git commit -q -m "feat: wind in knots"', CLAUDE, writes="weather/wind.py", content=_WIND),
        Command('agent-tracker grade --agent good --task "wind in knots" --agent-note "no tests yet"', CLAUDE),
    ],
    "review": [
        Command(
            "agent-tracker review -n 2",
            keys=(("quit > ", "g"), ("quit > ", "m"), ("note: ", "short and clear\r"), ("> ", "e")),
            picture="review",
        ),
    ],
    "rewritten": [
        Command('git commit -q --amend -m "feat: show the wind in knots"'),
        Command(
            'git switch -q main && git commit -q -m "docs: units"', writes="UNITS.md", content="Degrees are Celsius.\n"
        ),
        Command("git rebase -q main wind"),
        Command("git switch -q main && git merge -q wind"),
        Command("agent-tracker log -n 4", picture="log"),
        Command("agent-tracker explain HEAD"),
    ],
    "bug": [
        Command('git commit -q -m "feat: warn of frost"', GEMINI, writes="weather/frost.py", content=_FROST),
        Command('agent-tracker bug HEAD --note "warns when it is warm"'),
        Command('git commit -q -m "feat: warn of heat"', GEMINI, writes="weather/heat.py", code=1),
        Command("agent-tracker status", GEMINI),
    ],
    "reinstate": [
        Command('agent-tracker reinstate gemini-cli --plan "write the failing test first"'),
        Command('git commit -q -m "feat: warn of heat"', GEMINI),
    ],
    "recommend": [
        Command("agent-tracker recommend", paragraphs=2, picture="recommend"),
        Command("agent-tracker report", paragraphs=1),
        Command("agent-tracker report --html report.html"),
    ],
    "push": [Command("git push -q", at_terminal=True)],
    "off": [
        Command("agent-tracker config set hints false"),
        Command("agent-tracker init --no-guard --no-instructions"),
    ],
    "health": [Command("agent-tracker doctor | tail -n 1"), Command("agent-tracker verify")],
    "uninstall": [Command("agent-tracker uninstall"), Command("git status --short")],
}
