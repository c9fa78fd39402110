"""Options of every diff that agent-tracker reads: pinned, so that a commit has the same diff on every machine.

They override what a user's configuration or the current attributes of a worktree would change.
"""

import os
from collections.abc import Sequence
from typing import Final

PINNED: Final[Sequence[str]] = (
    "--no-replace-objects",  # facts of a commit are those that it was made with, whenever they are read
    "-c", "core.bare=true",  # no worktree, so that its current .gitattributes are not read
    "-c", f"core.attributesFile={os.devnull}",
    "-c", "diff.renames=true",
    "-c", "diff.renameLimit=1000",
    "-c", "diff.algorithm=default",
    "-c", "diff.ignoreSubmodules=none",
    "-c", f"diff.orderFile={os.devnull}",
    "-c", "diff.relative=false",
    "-c", "diff.suppressBlankEmpty=false",
    "-c", "diff.interHunkContext=0",
    "-c", "diff.context=3",
    "-c", "diff.noPrefix=false",
    "-c", "diff.mnemonicPrefix=false",
    "-c", "core.bigFileThreshold=512m",
)  # fmt: skip
"""Git's own options, before the subcommand."""

PLAIN: Final[Sequence[str]] = ("-M", "--no-ext-diff", "--no-textconv", "--no-color", "--no-relative")
"""Options of git-diff and git-diff-tree: detect renames, run no external program."""

EACH_COMMIT: Final[Sequence[str]] = ("diff-tree", "--stdin", "-r", "--root")
"""Subcommand that compares each commit of its standard input with the first parent, a root commit with nothing."""

MOST_FAILURES: Final = 50
"""Missing objects in one call after which the remaining commits count as unknown too: each costs a git process."""
