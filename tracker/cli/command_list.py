"""The list of commands, grouped by what one wants to do, with the first sentence of each one's help.

The sentences are here as well, so that the list is shown without importing all commands: half of its time. The module
of a command has the command's name, with ``_`` behind a word that Python keeps for itself.
"""

from collections.abc import Mapping
from typing import Final

WIDEST_SUMMARY: Final = 61
"""Characters of a summary that fit beside the names at 80 columns; click cuts longer ones."""

GROUPS: Final[Mapping[str, Mapping[str, str]]] = {
    "Get started": {
        "glance": "Say who made a repository's commits, and write nothing.",
        "init": "Track a repository: from now on its commits are recorded.",
        "backfill": "Record existing history: all of it, or what revisions reach.",
        "config": "Show and change the settings, each with its origin.",
        "hosts": "List the programs in which agents work; install us in them.",
        "mcp": "Answer agents over MCP, for sandboxes that close the ledger.",
        "completion": "Print the script that completes commands in your shell.",
        "help": "Show this list, or the help of a command.",
    },
    "See what happened": {
        "log": "List the recorded commits, newest first, and who made them.",
        "status": "Show the standing of an agent: your own, or another's.",
        "explain": "Show all evidence of who made a commit, and why one decided.",
        "lessons": "Find earlier work near a task: what worked, what to avoid.",
    },
    "Give feedback": {
        "grade": "Grade commits, or show how they were graded.",
        "review": "Walk through the commits that wait for the user's grade.",
        "bug": "Charge a bug to the agent of a commit, or list the bugs.",
        "attribute": "State who made commits, or withdraw that.",
        "reinstate": "End the halt of an agent, as the user, with a plan.",
        "retro": "Look back on a commit or session, or list retrospectives.",
        "activity": "Add a line to an agent's journal, or show the newest lines.",
    },
    "Compare set-ups": {
        "recommend": "Say which set-up to use next, how sure that is, and why.",
        "report": "Show the figures of set-ups, projects, kinds of task, months.",
        "outcomes": "Work out what became of commits: kept, reverted, fixed.",
        "team": "Compare set-ups over a team: push events to PostgreSQL.",
    },
    "Keep the ledger healthy": {
        "doctor": "Check that commits are recorded here; name each repair.",
        "sync": "Record what is new now, and say what was recorded.",
        "verify": "Compare all totals with the facts, and the facts with git.",
        "backup": "Copy the ledger into one file, while others go on writing.",
        "restore": "Put the ledger of a backup in the place of this one.",
        "merge": "Join another ledger, or a backup of one, with this one.",
        "export": "Write what the ledger holds, for other ledgers and programs.",
        "import": "Join what another ledger or program recorded with this one.",
        "share": "Show what your machines share through the repository.",
        "compact": "Give back the disk space that deletions left in the ledger.",
        "reattribute": "Read all evidence again, with the catalogue as it is now.",
        "uninstall": "Take back everything that init did in a repository.",
    },
}

SUMMARIES: Final[Mapping[str, str]] = {name: text for group in GROUPS.values() for name, text in group.items()}
"""The first sentence of each command's help, by the command's name."""
