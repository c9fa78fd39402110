"""Record the history of one or many repositories, without hooks: ``python scripts/backfill.py ~/src/*``.

A repository that is not tracked yet is tracked without hooks; ``agent-tracker init`` adds them later. A folder that is
not a repository is named in an error message and skipped, and the exit code is 1.
"""

import sys

import click

from tracker import __main__
from tracker.errors import RepositoryError
from tracker.git import Repository
from tracker.project.files import ProjectFiles


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("repositories", nargs=-1, required=True, metavar="REPOSITORY...")
@click.option("--since", metavar="DATE", help="Only commits committed after this date, as git reads dates.")
@click.option("--dry-run", is_flag=True, help="Print what would be done, and change nothing.")
@click.option("--undo", is_flag=True, help="Remove what backfills recorded; graded commits stay.")
@click.option("--ledger", metavar="PATH", help="The ledger to use instead of the configured one.")
def main(repositories: tuple[str, ...], since: str | None, dry_run: bool, undo: bool, ledger: str | None) -> None:  # noqa: FBT001
    """Record the history of REPOSITORIES from before they were tracked."""
    options = [*(["--since", since] if since else []), *(["--ledger", ledger] if ledger else [])]
    options += [*(["--dry-run"] if dry_run else []), *(["--undo"] if undo else [])]
    codes = [_backfill(path, options, ledger, begin=not (dry_run or undo)) for path in repositories]
    sys.exit(max(codes))


def _backfill(path: str, options: list[str], ledger: str | None, *, begin: bool) -> int:
    """Backfill one repository, tracking it first if ``begin`` is set; return the exit code."""
    try:
        tracked = ProjectFiles(Repository.discover(path).common_dir).find_id() is not None
    except RepositoryError as error:
        click.echo(f"{path}: {error}", err=True)
        return 1
    click.echo(f"{path}:")
    if begin and not tracked:
        code = __main__.main(["init", path, "--hooks", "none", *(["--ledger", ledger] if ledger else [])])
        if code:
            return code
    return __main__.main(["backfill", "-C", path, *options])


if __name__ == "__main__":
    main()
