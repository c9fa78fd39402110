"""Programs that write their hooks into ``.git/hooks``, each with a configuration whose hooks note their runs."""

import sys
from collections.abc import Callable
from typing import Final, NamedTuple

from tests.hooks.noting_hooks import EVENTS, note_command
from tests.support import Repo


class HookManager(NamedTuple):
    """A program and its commands.

    ``install`` is its normal installation, ``reinstall`` the one that overwrites any hook. ``passes_on``: its hooks
    get the arguments and the standard input that git gave.
    """

    configure: Callable[[Repo], None]
    install: str
    reinstall: str
    passes_on: bool = True


def configure_script(repo: Repo) -> None:
    """Write a script that replaces hooks, as people write them for their own repositories."""
    repo.write(
        ".own/install",
        "#!/bin/sh\nfor event in post-commit post-merge post-rewrite post-checkout; do\n"
        '\trm -f ".git/hooks/$event"\n'
        '\t{ echo "#!/bin/sh"; echo "echo \\"$event \\$*\\" >>\\"\\$NOTES\\"";'
        ' [ $event != post-rewrite ] || echo "cat >>\\"\\$NOTES\\""; echo exit 0; } >".git/hooks/$event"\n'
        '\tchmod 755 ".git/hooks/$event"\ndone\n',
    ).chmod(0o755)


def configure_lefthook(repo: Repo) -> None:
    text = "output: false\n"
    for event in EVENTS:
        text += (
            f"{event}:\n  commands:\n    note:\n      use_stdin: {str(event == 'post-rewrite').lower()}\n"
            f"      run: |-\n        {note_command(event).replace('$*', '{0}')}\n"
        )
    repo.write("lefthook.yml", text)


def configure_pre_commit(repo: Repo) -> None:
    repo.environment |= {"PRE_COMMIT_HOME": str(repo.path.parent / "pre-commit")}
    text = f"default_install_hook_types: [{', '.join(EVENTS)}]\nrepos:\n  - repo: local\n    hooks:\n"
    for event in EVENTS:
        text += (
            f"      - id: {event}\n        name: {event}\n        language: system\n        always_run: true\n"
            f"        pass_filenames: false\n        stages: [{event}]\n"
            f'        entry: sh -c "echo {event} >>$NOTES"\n'
        )
    repo.write(".pre-commit-config.yaml", text)


SCRIPT: Final = HookManager(configure_script, ".own/install", ".own/install")
LEFTHOOK: Final = HookManager(configure_lefthook, "lefthook install", "lefthook install --force")
PRE_COMMIT: Final = HookManager(
    configure_pre_commit,
    f"{sys.executable} -m pre_commit install",
    f"{sys.executable} -m pre_commit install --overwrite",
    passes_on=False,
)
