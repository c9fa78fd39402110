"""The work of ``backfill``: in one repository, and in several after each other."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from tracker.cli import output
from tracker.cli.begin_tracking import track_without_hooks
from tracker.cli.named_repositories import Chosen
from tracker.cli.open_project import WRITE_DEADLINE, check_begun, open_at
from tracker.cli.recorded_sentences import recorded_sentence, taken_back_sentence
from tracker.errors import TrackerError, error_sentence
from tracker.project.project import Project
from tracker.recording import backfill
from tracker.recording.reconcile import RecordingResult
from tracker.text import number_of, printable

SCHEMA: Final = 1


class Wishes(NamedTuple):
    """The options of one ``backfill``, for each of its repositories. ``since``: seconds since the epoch."""

    revisions: Sequence[str]
    since: int | None
    dry_run: bool
    undo: bool
    jobs: int | None
    ledger: str | None
    json: bool


class TakenBack(NamedTuple):
    """Commits of backfills: those that were forgotten, and those that stay for their feedback."""

    forgotten: int
    kept: int


def backfill_here(path: str, wishes: Wishes) -> None:
    """Backfill the one tracked repository at ``path``, and print the result.

    Raises NotTracked, except for a preview of what would be recorded, and what recording raises.
    """
    project = open_at(path, wishes.ledger, WRITE_DEADLINE, reads=wishes.dry_run)
    if not wishes.dry_run or wishes.undo:
        project.files.id()  # raises NotTracked
    found = _run(project, wishes, "")
    for notice in _notices(found):
        output.warn(printable(notice))
    if wishes.json:
        output.print_json({"schema": SCHEMA, "dry_run": wishes.dry_run, **found._asdict()})
    else:
        output.say(_sentence(found, wishes))


def backfill_each(chosen: Chosen, wishes: Wishes) -> int:
    """Backfill several repositories, print a line for each, and return the exit code.

    One that is not tracked is tracked without hooks first. One that fails does not stop the others; at the end each is
    named with its reason, and the code is 1. After Ctrl-C those that are left are named, and the code is 130.
    """
    paths, failed = chosen.paths, dict(chosen.failed)
    results: dict[str, _Result] = {}
    is_stopped = False
    for place, path in enumerate(paths, 1):
        name = Path(path).absolute().name
        try:
            results[path] = _attempt(path, wishes, f" {place} of {len(paths)}, {name}" if len(paths) > 1 else "")
        except (TrackerError, OSError) as error:
            failed[path] = error_sentence(error)
        except KeyboardInterrupt:
            is_stopped = True
            break
        else:
            _print(path, results[path], wishes)
    left = [path for path in paths if path not in results and path not in failed] if is_stopped else []
    if wishes.json:
        _print_json(results, failed, left, wishes)
    elif len(results) > 1:
        _print_sum(results, wishes)
    _name_failed(failed, len(paths) + len(chosen.failed))
    _name_left(left, len(paths))
    return 130 if is_stopped else 1 if failed or not paths else 0


class _Result(NamedTuple):
    """The result in one of several repositories. ``begun``: it was not tracked, and now is or would be."""

    numbers: RecordingResult | TakenBack
    begun: bool


def _attempt(path: str, wishes: Wishes, place: str) -> _Result:
    """Backfill one of several repositories. ``place``: the end of the label of its progress.

    Raises what opening the repository, beginning to track it, and recording raise.
    """
    project = open_at(path, wishes.ledger, WRITE_DEADLINE, reads=wishes.dry_run)
    if project.files.is_tracked():
        return _Result(_run(project, wishes, place), begun=False)
    if wishes.undo:
        return _Result(TakenBack(0, 0), begun=False)
    if wishes.dry_run:
        return _Result(_record(project, wishes, place), begun=True)
    project, notices = track_without_hooks(path, wishes.ledger)
    found = _record(project, wishes, place)
    return _Result(found._replace(notices=(*notices, *found.notices)), begun=True)


def _run(project: Project, wishes: Wishes, place: str) -> RecordingResult | TakenBack:
    """Do what the options say. ``place``: the end of the label of the progress.

    Raises what the functions of ``recording.backfill`` raise.
    """
    if wishes.dry_run and project.files.find_id() is not None:
        check_begun(project.ledger, project.settings, project)
    return _take_back(project, wishes, place) if wishes.undo else _record(project, wishes, place)


def _take_back(project: Project, wishes: Wishes, place: str) -> TakenBack:
    """Take back what backfills recorded, or count it."""
    if wishes.dry_run:
        return TakenBack(*backfill.count_undoable(project))
    with output.progress(f"Taking back{place}", quiet=wishes.json) as progress:
        return TakenBack(*backfill.undo(project, progress))


def _record(project: Project, wishes: Wishes, place: str) -> RecordingResult:
    """Record what is missing, or count it."""
    if wishes.dry_run:
        return backfill.preview(project, wishes.revisions, wishes.since)
    with output.progress(f"Backfill{place}", quiet=wishes.json) as progress:
        return backfill.backfill(project, wishes.revisions, wishes.since, progress, wishes.jobs)


def _notices(found: RecordingResult | TakenBack) -> Sequence[str]:
    return found.notices if isinstance(found, RecordingResult) else ()


def _sentence(found: RecordingResult | TakenBack, wishes: Wishes) -> str:
    if isinstance(found, TakenBack):
        return taken_back_sentence(found.forgotten, found.kept, dry_run=wishes.dry_run)
    return recorded_sentence(found, dry_run=wishes.dry_run)


def _print(path: str, result: _Result, wishes: Wishes) -> None:
    """Print the line of one of several repositories; with JSON only what the user should know of it."""
    for notice in _notices(result.numbers):
        output.warn(printable(f"{path}: {notice}"))
    if wishes.json:
        return
    tracked = ("Would be tracked" if wishes.dry_run else "Tracked") + " without hooks. "
    output.paragraph(f"{path}: {tracked if result.begun else ''}{_sentence(result.numbers, wishes)}", others="    ")


def _print_sum(results: dict[str, _Result], wishes: Wishes) -> None:
    """Print the commits of all repositories together."""
    recorded = [one.numbers for one in results.values() if isinstance(one.numbers, RecordingResult)]
    taken = [one.numbers for one in results.values() if isinstance(one.numbers, TakenBack)]
    both: RecordingResult | TakenBack = (
        TakenBack(sum(one.forgotten for one in taken), sum(one.kept for one in taken))
        if wishes.undo
        else RecordingResult(sum(one.recorded for one in recorded), sum(one.already_known for one in recorded))
    )
    output.paragraph(f"{number_of(len(results), 'repository')}: {_sentence(both, wishes)}")


def _print_json(results: dict[str, _Result], failed: dict[str, str], left: Sequence[str], wishes: Wishes) -> None:
    repositories: list[dict[str, Any]] = [
        {"path": path, "newly_tracked": one.begun, **one.numbers._asdict()} for path, one in results.items()
    ]
    repositories += [{"path": path, "error": reason} for path, reason in failed.items()]
    output.print_json({"schema": SCHEMA, "dry_run": wishes.dry_run, "repositories": repositories, "left": left})


def _name_failed(failed: dict[str, str], total: int) -> None:
    """Name each repository that failed, with its reason; one that stands alone without a heading."""
    if failed and total > 1:
        output.warn(
            f"{len(failed)} of {total} repositories {'is' if len(failed) == 1 else 'are'} not done, with the reason:"
        )
    for path, reason in failed.items():
        output.warn(printable(f"{path}: {reason}"))


def _name_left(left: Sequence[str], total: int) -> None:
    """Name each repository that was not finished when the user stopped the work."""
    if left:
        are_left = f"{len(left)} of {number_of(total, 'repository')} {'is' if len(left) == 1 else 'are'} left"
        output.warn(f"stopped; {are_left}. What is done stays, and the same command goes on from there:")
    for path in left:
        output.warn(printable(path))
