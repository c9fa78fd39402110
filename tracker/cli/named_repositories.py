"""The repositories and revisions that the words of ``backfill`` name.

A word that is a folder is a repository, any other one a revision. With ``-C`` all are revisions, as with git.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from tracker.cli import output
from tracker.errors import NoRepository, RepositoryError, TrackerError, UsageError, error_sentence
from tracker.git import Repository
from tracker.git.repositories_below import repositories_below
from tracker.text import listed, number_of, printable

_MOST_NAMED: Final = 5
"""Folders that a line names."""


class Words(NamedTuple):
    """The words of a command line: ``paths`` are folders, ``revisions`` are not.

    ``files``: those of them that are files, among several folders: no repositories.
    """

    paths: list[str]
    revisions: list[str]
    files: list[str]


def read_words(words: Sequence[str], folders: Sequence[str], *, only_revisions: bool) -> Words:
    """Return which of the words are repositories, and which revisions.

    ``folders``: those of ``--discover``. ``only_revisions``: a repository was named with ``-C``. Raises UsageError for
    a word that may be both or neither, for revisions together with several repositories, and for a wrong folder.
    """
    for folder in folders:
        if only_revisions:
            raise UsageError("-C names one repository, and --discover looks for several: leave out one of them.")
        if not _is_folder(folder):
            raise UsageError(f"there is no folder '{printable(folder)}' in which repositories could be.")
    paths = [] if only_revisions else [word for word in words if _is_folder(word)]
    others = [word for word in words if word not in paths]
    _check_unlike_revisions(paths)
    if len(paths) < 2 and not folders:
        return Words(paths, others, [])
    files = [word for word in others if _exists(word)]
    for word in others:
        if word not in files:
            raise UsageError(
                f"'{printable(word[:200])}' is no folder, and revisions go with one repository only: leave it out, or"
                " name one repository."
            )
    return Words(paths, [], files)


def check_revisions(revisions: Sequence[str], path: str) -> None:
    """Raise RepositoryError for the first word that is neither a folder nor a revision of the repository at ``path``.

    Raises it also where there is no repository.
    """
    try:
        repository = Repository.from_argument(path)
    except NoRepository as error:
        raise NoRepository(
            f"'{printable(revisions[0][:200])}' is no folder, and {Path(path).absolute()} is in no git repository, of"
            " which it could be a revision: name the folder of a repository."
        ) from error
    try:
        repository.resolve(revisions)
    except RepositoryError as error:
        raise RepositoryError(
            f"{str(error).rstrip('.')}, and no folder: name a commit, or the folder of a repository."
        ) from error


class Chosen(NamedTuple):
    """The repositories to work on, each once: a path of each, and the reason for each path that leads to none."""

    paths: list[str]
    failed: dict[str, str]


def choose(words: Words, folders: Sequence[str], *, quiet: bool) -> Chosen:
    """Return the named repositories, then those below the folders. One line says which folders were left out.

    ``quiet``: show no progress.
    """
    chosen: dict[Path, str] = {}
    failed = dict.fromkeys(words.files, "it is a file, and no folder of a repository.")
    for path in words.paths:
        try:
            chosen.setdefault(Repository.from_argument(path).common_dir, path)
        except (TrackerError, OSError) as error:
            failed[path] = error_sentence(error)
    left_out: dict[str, str] = {}
    for folder in folders:
        with output.progress("Searching", quiet=quiet):
            search = repositories_below(Path(folder))
        for common_dir, place in search.found.items():
            chosen.setdefault(common_dir, _as_named(folder, place))
        left_out |= {_as_named(folder, place): reason for place, reason in search.left_out.items()}
        if not search.found:
            output.warn(printable(f"there is no git repository below {folder}."))
    if left_out:
        output.warn(printable(f"{number_of(len(left_out), 'folder')} left out: {listed(_named(left_out))}."))
    return Chosen([*chosen.values()], failed)


def _named(left_out: dict[str, str]) -> Iterator[str]:
    """Yield the first folders with their reasons, and the number of the others."""
    for place, reason in [*left_out.items()][:_MOST_NAMED]:
        yield f"{place} ({reason})"
    if len(left_out) > _MOST_NAMED:
        yield f"{len(left_out) - _MOST_NAMED} more"


def _as_named(folder: str, place: Path) -> str:
    """Return a place below a folder as a path that begins with the folder as the user wrote it."""
    return str(Path(folder) / place.relative_to(Path(folder).resolve()))


def _check_unlike_revisions(paths: Sequence[str]) -> None:
    """Raise UsageError for a folder whose name is also a revision of the repository at hand."""
    doubtful = [path for path in paths if not path.endswith("/") and path[0] not in "./~"]
    if not doubtful:
        return
    try:
        here = Repository.from_argument(".")
    except RepositoryError:
        return
    for path in doubtful:
        try:
            here.resolve([path])
        except RepositoryError:
            continue
        raise UsageError(
            f"'{printable(path)}' is a folder and a revision of this repository: write './{printable(path)}' for the"
            f" folder, or '-C . {printable(path)}' for the revision."
        )


def _is_folder(word: str) -> bool:
    try:
        return Path(word).is_dir() if word else False
    except OSError:  # a name that no file can have
        return False


def _exists(word: str) -> bool:
    try:
        return Path(word).exists() if word else False
    except OSError:
        return False
