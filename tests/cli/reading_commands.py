"""All commands that only read, as they are written on the command line."""

from typing import Final

READING: Final = {
    "log": ("log",),
    "log --json": ("log", "--json"),
    "log --summary": ("log", "--summary"),
    "log --everywhere": ("log", "--everywhere"),
    "log --project": ("log", "--project", "repo"),
    "status": ("status",),
    "status AGENT": ("status", "claude-code"),
    "report": ("report",),
    "report --everywhere": ("report", "--everywhere", "--csv"),
    "recommend": ("recommend",),
    "recommend --everywhere": ("recommend", "--everywhere", "--json"),
    "recommend --why": ("recommend", "--why", "claude-code"),
    "explain": ("explain", "HEAD"),
    "lessons": ("lessons", "parse", "dates"),
    "outcomes": ("outcomes",),
    "outcomes --json": ("outcomes", "--json"),
    "verify": ("verify",),
    "grade": ("grade", "HEAD"),
    "bug": ("bug",),
    "retro": ("retro",),
    "activity": ("activity",),
    "activity --agent": ("activity", "--agent", "claude-code"),
    "doctor": ("doctor",),
    "backfill --dry-run": ("backfill", "--dry-run"),
    "backfill PATH --dry-run": ("backfill", ".", "--dry-run"),
    "backfill --undo --dry-run": ("backfill", "--undo", "--dry-run"),
    "glance": ("glance",),
    "share": ("share",),
}
"""The arguments of each command, by its name in a test."""

PREVIEWS: Final = ("backfill --dry-run", "backfill PATH --dry-run", "backfill --undo --dry-run")
"""Names of the commands that show no records, and so do not say how old these are."""

WITHOUT_LEDGER: Final = ("glance",)
"""Names of the commands that open no ledger."""

OF_ONE_REPOSITORY: Final = ("explain", "outcomes", "grade", "doctor", "backfill", "glance", "share")
"""First words of the commands that are about the repository at hand, and of no use outside of one."""
