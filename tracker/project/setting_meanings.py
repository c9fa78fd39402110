"""The meaning of each setting, for ``config explain``: what it does, its values, where it can be set.

docs/settings.md says more.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from tracker.project.setting_origins import PROCESSES
from tracker.project.settings import GUARDING, OPTIONS


class Meaning(NamedTuple):
    """The meaning of a setting: a sentence about what it does, its possible values, and its default."""

    does: str
    values: str
    default: str


_SWITCH: Final = "true or false"

MEANINGS: Final[Mapping[str, Meaning]] = {
    "ledger": Meaning(
        "The folder of the ledger; a relative path starts at the home directory.", "a path", "the user's data directory"
    ),
    "size-limit": Meaning(
        "The size up to which the ledger grows.", "MiB, or a number with a unit, from 1 MiB to 2 GiB", "2048 MiB"
    ),
    "mode": Meaning(
        "Whether hooks wait until a commit is recorded.",
        "detached (they start the recorder and end) or sync (they wait)",
        "detached",
    ),
    "agent": Meaning("The agent that works in this repository.", "the name of an agent", "none"),
    "model": Meaning("The model that this agent uses.", "the name of a model", "not known"),
    "read-sessions": Meaning("Whether agents' session logs are read for the model.", _SWITCH, "true"),
    "costs": Meaning("Whether what commits cost is read from agents' session logs.", _SWITCH, "true"),
    "hints": Meaning("Whether a push shows once a day how many commits wait for your grade.", _SWITCH, "true"),
    "share-notes": Meaning(
        "Whether events that are shared through a remote have notes, tasks and plans too.", _SWITCH, "false"
    ),
    "user-needs-terminal": Meaning("Whether the user's feedback needs a person at a terminal.", _SWITCH, "true"),
    "allow-env-files": Meaning("Whether the guard lets agents commit environment files.", _SWITCH, "false"),
    "policy": Meaning(
        "The numbers of the score; each is a setting of its own, such as policy.level-step.",
        "numbers, in the table [policy] of config.toml",
        "the default policy",
    ),
    PROCESSES: Meaning("Whether hooks read the processes around a commit.", "on or off, at the time of init", "on"),
}
"""The meanings by the name that users read."""


def places_of(name: str) -> list[str]:
    """Return where a setting can be set, the strongest place first."""
    if name == PROCESSES:
        return ["the variable AGENT_TRACKER_PROCESSES when init runs"]
    option = next((one for one in OPTIONS if one.toml_key == name), None)
    if option is None:
        return ["the table [policy] of config.toml"]
    flag = ["the option --ledger"] if name == "ledger" else []
    variable = [f"the variable {option.variable}"] if option.variable else []
    return [*flag, *variable, f"git config agent-tracker.{_camel(name)}", f"'{name}' in config.toml"]


def is_protected(name: str) -> bool:
    """Return True if no agent may change a setting, because it guards the user's interests."""
    return name.replace("-", "_") in GUARDING


def _camel(name: str) -> str:
    """Return a name as git's configuration is usually written."""
    first, *others = name.split("-")
    return first + "".join(word.capitalize() for word in others)
