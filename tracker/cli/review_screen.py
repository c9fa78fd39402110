"""The screen of one commit in a review: message, files with numbers and the beginning of the diff, in any terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from tracker.attribution.model_names import model_shown
from tracker.cli import output
from tracker.cli.diff_lines import DiffPainter, cut, decoded
from tracker.text import printable

if TYPE_CHECKING:
    from tracker.feedback_records import BugRecord
    from tracker.git.commit_text import FileNumbers, Preview
    from tracker.git.diff_colors import DiffColors
    from tracker.model import Oid
    from tracker.records import RecordedCommit

_KEPT_ROWS: Final = 5
"""Rows of the terminal that are left for the result of the grade before, an empty line and the prompt."""
_LEAST_ROWS: Final = 8
_DROPPED: Final = (b"index ", b"--- ", b"+++ ", b"similarity index ", b"dissimilarity index ")
"""Lines of a file's header that say nothing to a person who has little room."""


class View(NamedTuple):
    """One commit as it is shown. ``title``: its place among all that wait. ``body``: the message below the subject."""

    title: str
    oid: Oid
    commit: RecordedCommit
    report: BugRecord | None
    body: Sequence[str]
    preview: Preview


class Size(NamedTuple):
    """The size of a terminal."""

    columns: int
    rows: int


def screen(view: View, size: Size, colors: DiffColors) -> list[str]:
    """Return the lines that show a commit, none wider or more than fit the terminal; without any grade."""
    width = max(size.columns - 1, 20)
    room = max(size.rows - _KEPT_ROWS, _LEAST_ROWS)
    head = [cut(printable(line), width) for line in _head(view)]
    left = max(room - len(head), 3)
    body = _body(view.body, max(2, left // 5), width)
    files = _files(view, max(2, left // 4), width)
    diff = _diff(view, max(1, left - len(body) - len(files)), width, colors)
    files = _files(view, left - len(body) - len(diff), width) if len(diff) < left - len(body) else files
    body = _body(view.body, max(left - len(files) - len(diff), len(body)), width)
    return [*head, *body, *files, *diff]


def _head(view: View) -> Iterator[str]:
    facts, standing = view.commit
    model = f" ({model_shown(standing.model_id)})" if standing.model_id else ""
    maker = f"{standing.agent}{model}"
    yield f"{view.title}  {view.oid[:10]}  {output.moment(facts.committed_at)}  {maker}"
    yield f"  {facts.subject}"
    reverted = ", reverted since" if standing.reverted else ""
    is_merge = len(facts.parents) > 1
    what = f"a merge of {len(facts.parents)} commits" if is_merge else f"{_changes(view.commit)}, {facts.task_kind}"
    yield f"  {what}{reverted}"
    if view.report is not None:
        told = " ".join(part for part in (view.report.note, view.report.evidence) if part).replace("\n", " ")
        yield f"  {view.report.suggested_by} suggests that it has a bug{f': {told}' if told else '.'}"
    if not view.commit.is_local:
        what = "a bug of it moves no score" if view.report else "its grade compares set-ups and moves no score"
        yield f"  It came by fetch: {what}."


def _changes(commit: RecordedCommit) -> str:
    facts = commit.facts
    if facts.files is None:
        return "changes unknown"
    return f"{facts.files} {'file' if facts.files == 1 else 'files'}, +{facts.insertions} -{facts.deletions}"


def _body(body: Sequence[str], most: int, width: int) -> list[str]:
    lines = [cut(f"  {decoded(line.encode('utf-8', 'replace'))}", width) for line in body]
    if len(lines) > most:
        lines = [*lines[: most - 1], f"  … {_number(len(lines) - most + 1, 'more line')} of the message"]
    return lines


def _files(view: View, most: int, width: int) -> list[str]:
    found, total = view.preview.files, view.commit.facts.files or 0
    number = max(total, len(found))
    shown = found if number <= most else found[: most - 1]
    numbers = [_numbers(one) for one in shown]
    column = max(map(len, numbers), default=0) + 2
    name_width = max(width - column - 4, 8)
    lines = [
        cut(f"    {text:<{column}}{cut_path(printable(one.path), name_width)}", width)
        for text, one in zip(numbers, shown, strict=True)
    ]
    if number > len(shown):
        lines.append(f"    … {_number(number - len(shown), 'more file')}")
    return lines


def cut_path(path: str, width: int) -> str:
    """Return a path that fits so many columns: of a longer one the end, where its name is."""
    from rich.cells import cell_len

    if cell_len(path) <= width:
        return path
    while path and cell_len(path) > width - 1:
        path = path[1:]
    return f"…{path}"


def _numbers(file: FileNumbers) -> str:
    """Return the numbers of a file; a binary file has none."""
    if file.insertions is None or file.deletions is None:
        return "-"
    return f"+{file.insertions} -{file.deletions}"


def _diff(view: View, most: int, width: int, colors: DiffColors) -> list[str]:
    """Return the first lines of the diff; the last one says how much is left out."""
    preview = view.preview
    if not preview.is_readable:
        return [cut("  git cannot read all that it changed: objects are missing here", width)]
    if not preview.patch:
        is_merge = len(view.commit.facts.parents) > 1
        return [cut("  it only joins its parents: no line is new" if is_merge else "  it changes no file", width)]
    kept = [*_without_dropped(preview.patch)]
    is_cut = not preview.is_whole or len(kept) > most
    shown = kept[: most - 1] if is_cut else kept
    painter = DiffPainter(colors)
    texts = [decoded(line) for line in shown]
    lines = [painter.painted(text, cut(text, width)) for text in texts]
    if is_cut:
        left = _number(len(kept) - len(shown), "more line") if preview.is_whole else "many more lines"
        lines.append(cut(f"… {left} of the diff: d", width))
    return lines


def _without_dropped(patch: Sequence[bytes]) -> Iterator[bytes]:
    """Yield the lines of a diff that are worth their room; a removed line may look like a header's."""
    in_header = False
    for line in patch:
        if line.startswith(b"diff --"):
            in_header = True
        elif line.startswith(b"@@"):
            in_header = False
        if not (in_header and line.startswith(_DROPPED)):
            yield line


def _number(number: int, name: str) -> str:
    return f"{number} {name}{'' if number == 1 else 's'}"
