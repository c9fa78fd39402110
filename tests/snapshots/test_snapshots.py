"""Output of each list and sheet at a terminal: as it was read by eye and stored, aligned, with nothing cut in two."""

import difflib
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock

from tests.snapshots.lists import FOLDER, LISTS, LOOKS, WIDTHS, heading, parts, shown
from tests.snapshots.made_project import StillRepo, make_project, project_in

STORED = sorted(FOLDER.glob("*.txt"))
ESCAPES = re.compile(r"\x1b\[[0-9;]*m")
TABLES = {
    "log",
    "log-everywhere",
    "log-summary",
    "report",
    "report-by-kind",
    "recommend",
    "recommend-why",
    "outcomes",
    "status-of-all",
    "glance",
}
HEADINGS = ("commit  ", "who  ", "set-up  ", "   set-up  ", "kind  ", "agent  ")


@pytest.fixture(scope="module")
def project(shared: Path) -> StillRepo:
    """The project, made once for all processes of a test run."""
    folder = shared / "snapshots"
    with FileLock(shared / "snapshots.lock"):
        if not (folder / "done").exists():
            make_project(folder)
            (folder / "done").touch()
    return project_in(folder)


def test_snapshots_hold_each_list_in_each_look() -> None:
    found = {path.stem: re.findall(r"^== .* ==$", path.read_text(encoding="utf-8"), re.MULTILINE) for path in STORED}
    assert found == {name: [heading(name, columns, in_colour=colour) for columns, colour in LOOKS] for name in LISTS}


@pytest.mark.parametrize(
    ("columns", "in_colour"),
    [pytest.param(*look, marks=[] if look == LOOKS[0] else pytest.mark.whole) for look in LOOKS],
)
def test_snapshots_are_as_they_were_stored(project: StillRepo, columns: int, in_colour: bool) -> None:
    """``python scripts/snapshots.py`` stores them again, to be read by eye."""
    stored = {path.stem: path.read_text(encoding="utf-8") for path in STORED}
    changes = [
        line
        for name, part in parts(project, columns, in_colour=in_colour).items()
        for line in difflib.unified_diff(_part_of(stored[name], part), part.splitlines(), "stored", name, lineterm="")
    ]
    assert not changes, "\n".join(changes)


def _part_of(snapshot: str, part: str) -> list[str]:
    """Return the lines of the stored snapshot from the heading of a part to the next heading."""
    begin = snapshot.index(part.partition("\n")[0] + "\n")
    return re.split(r"^(?=== .* ==$)", snapshot[begin:], flags=re.MULTILINE)[1].splitlines()


@pytest.mark.parametrize(
    "columns",
    [pytest.param(one, marks=[] if one == LOOKS[0][0] else pytest.mark.whole) for one in (40, *WIDTHS, 200)],
)
def test_lists_fit_are_aligned_and_the_same_in_colour(project: StillRepo, columns: int) -> None:
    plain, coloured = (shown(project, columns, in_colour=in_colour) for in_colour in (False, True))
    assert {name: ESCAPES.sub("", text) for name, text in coloured.items()} == plain
    assert not any("\x1b" in text for text in plain.values())
    for name in TABLES:
        tables = [*tables_in(plain[name])]
        assert tables, name
        for table in tables:
            assert max(len(cells(line)) for line in table) <= columns, (name, columns, table)
            assert misplaced(table) == [], (name, columns, table)
    numbers = {*re.findall(r"[0-9]+", " ".join(shown_whole(project)))}
    cut = [number for text in plain.values() for number in re.findall(r"([0-9]+)…", text)]
    assert [number for number in cut if number not in numbers] == []


def shown_whole(project: StillRepo) -> Iterator[str]:
    """Yield the texts that lists may cut: subjects, names and models."""
    for line in project.log("--all"):
        yield from (line["subject"], line["agent"], line["model_id"] or "")


def tables_in(text: str) -> Iterator[list[str]]:
    """Yield the tables of a text: a line of headings and the lines below it up to a sentence or an empty line."""
    table: list[str] = []
    for line in [*text.splitlines(), ""]:
        if line.startswith(HEADINGS):
            table = [line]
        elif table and (not line or re.match(r"Not shown|Landed:|Known:|\(", line)):
            yield table
            table = []
        elif table:
            table.append(line)


def cells(line: str) -> list[str]:
    """Return the cells of a terminal that a line fills; the second of a wide character is empty."""
    found: list[str] = []
    for character in line:
        if unicodedata.category(character) in {"Mn", "Me", "Cf"} or character in "\U0001f3fb\U0001f3fc\U0001f3fd":
            found[-1] += character
        else:
            found += [character, ""] if unicodedata.east_asian_width(character) in {"W", "F"} else [character]
    return found


def misplaced(table: list[str]) -> list[str]:
    """Return the headings below which a cell neither begins with the heading nor ends with it."""
    rows = [cells(line) for line in table]
    return [
        heading.group()
        for heading in re.finditer(r"\S+(?: \S+)*", re.sub(r"0 % +100 %", lambda bar: "x" * len(bar.group()), table[0]))
        if not all(is_blank(row, heading.start() - 2, heading.start()) for row in rows if heading.start())
        and not all(is_blank(row, heading.end(), heading.end() + 2) for row in rows)
    ]


def is_blank(row: list[str], start: int, end: int) -> bool:
    return all(cell == " " for cell in row[max(start, 0) : end])


@pytest.mark.whole
def test_every_list_with_colours_has_some(project: StillRepo) -> None:
    found = shown(project, LOOKS[0][0], in_colour=True)  # which others look at too
    coloured = {name for name, text in found.items() if "\x1b" in text}
    assert coloured >= {"log", "log-summary", "status-halted", "report", "recommend", "verify", "doctor"}
    assert coloured <= LISTS.keys() - {"explain", "bug", "retro", "activity", "grade"}
