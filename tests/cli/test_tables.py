"""Tables: the columns that fit, in a declared order of worth; what may be cut; tab-separated lines in a pipe."""

import pytest

from tests.program import TRACKER
from tests.support import Repo
from tracker.cli import tables

pytestmark = pytest.mark.recorded_later

LAYOUT = tables.Layout(
    (tables.fixed("commit"), tables.text("who", 6, 8), tables.number("lines"), tables.fixed("note"), tables.fixed("")),
    left_out=("note",),
    left_out_last=("lines", ""),
    only_shown=("",),
    is_told=True,
)
ROWS = [("0123456789", "somebody with a name", "12", "of note", "|"), ("abcdef0123", "中文名字", "1200", "", "|")]


def test_every_column_at_its_whole_width_without_a_terminal() -> None:
    assert [*tables.draw(LAYOUT, ROWS, None)] == [
        "commit      who                   lines  note",
        "0123456789  somebody with a name     12  of note  |",
        "abcdef0123  中文名字               1200           |",
    ]


@pytest.mark.parametrize(
    ("room", "headings", "left_out"),
    [
        (60, ["commit", "who", "lines", "note"], None),
        (37, ["commit", "who", "lines", "note"], None),
        (36, ["commit", "who", "lines"], "note"),
        (28, ["commit", "who", "lines"], "note"),
        (27, ["commit", "who"], "lines, note"),
        (10, ["commit", "who"], "lines, note"),
    ],
)
def test_columns_are_left_out_in_their_order(room: int, headings: list[str], left_out: str | None) -> None:
    table = [*tables.draw(LAYOUT, ROWS, room)]
    assert table[0].split() == headings
    told = " ".join(table[3:])
    assert told == ("" if left_out is None else f"Not shown, for lack of room ({room} characters): {left_out}.")
    assert all(row[0] in line for row, line in zip(ROWS, table[1:3], strict=True))


def test_columns_without_anything_are_left_out_first_and_not_told() -> None:
    rows = [(commit, who, lines, "", "|") for commit, who, lines, _, _ in ROWS]
    table = [*tables.draw(LAYOUT._replace(left_out=("lines", "note"), left_out_last=("",)), rows, 32)]
    assert table[0].split() == ["commit", "who", "lines"]
    assert len(table) == 3


def test_cells_that_are_left_over_go_to_the_narrowest_text() -> None:
    layout = tables.Layout((tables.text("a", 2, 2), tables.text("b", 2, 2)))
    assert [*tables.draw(layout, [("123 456 789", "abc")], 12)] == ["a        b", "123…     abc"]
    assert [*tables.draw(layout, [("aaaaaaaaaa", "bbbbbbbbbb")], 12)][1] == "aaaa…  bbbb…"


def test_table_without_rows() -> None:
    assert [*tables.draw(LAYOUT, [], 80)] == ["commit  who  lines  note"]


@pytest.fixture
def graded(repo: Repo) -> Repo:
    repo.commit("feat: one", env={"CLAUDECODE": "1"})
    repo.commit("feat: two")
    repo.settle()
    repo.tracker("grade", "HEAD~1", "--agent", "bad", env={"CLAUDECODE": "1"})
    return repo


def test_log_says_in_words_what_its_lines_for_scripts_say_in_codes(graded: Repo) -> None:
    first, *lines = [line.split() for line in graded.person("log", env={"COLUMNS": "140"}).splitlines()]
    assert first == ["commit", "date", "who", "confidence", "evidence", "agent", "you", "changes", "subject"]
    assert lines[0][3:6] == ["unmarked", "low", "none"]
    assert lines[1][3:7] == ["claude-code", "high", "environment", "bad"]
    fields = [line.split("\t") for line in graded.tracker("log").splitlines()]
    assert [(one[2], *one[3:6], one[7]) for one in fields] == [
        ("human or unmarked", "low", "none", "-/-", "feat: two"),
        ("claude-code", "high", "environment", "-1/-", "feat: one"),
    ]


@pytest.mark.parametrize("names", [["log", "--summary"], ["outcomes"], ["recommend", "--why", "claude-code"]])
def test_piped_lists_have_headings_and_no_bars(graded: Repo, names: list[str]) -> None:
    lines = [line for line in graded.tracker(*names).splitlines() if "\t" in line]
    assert len(lines) >= 2
    assert len({line.count("\t") for line in lines}) == 1
    assert all(heading for heading in lines[0].split("\t"))
    assert all(field for line in lines for field in line.split("\t"))
    assert "█" not in "".join(lines)


@pytest.mark.parametrize(
    ("env", "has_colours"),
    [
        ({}, True),
        ({"NO_COLOR": ""}, True),
        ({"NO_COLOR": "1"}, False),
        ({"NO_COLOR": "0"}, False),
        ({"TERM": "dumb"}, False),
        ({"AGENT_TRACKER_PAGER": "cat -v"}, True),
        ({"AGENT_TRACKER_PAGER": "cat -v", "NO_COLOR": "1"}, False),
    ],
)
def test_colours(graded: Repo, env: dict[str, str], has_colours: bool) -> None:
    """The shell writes the escape character in a form that the terminal of the test does not take for one."""
    words = ("sh", "-c", '"$@" > seen; cat -v seen', "sh", "script", "-qec", " ".join([*TRACKER, "log"]), "/dev/null")
    terminal = graded.at_terminal(*words, env=env)
    assert terminal.finish() == 0
    assert "bad" in terminal.shown
    assert ("^[[31mbad^[[0m" in terminal.shown) == has_colours


def test_no_colours_in_a_pipe(graded: Repo) -> None:
    assert "\x1b" not in graded.tracker("log") + graded.tracker("doctor") + graded.tracker("report")


@pytest.mark.whole
def test_bars_of_an_encoding_without_blocks(graded: Repo) -> None:
    env = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "ascii"}
    terminal = graded.at_terminal(*TRACKER[:1], "-m", "tracker", "log", "--summary", env=env)
    assert terminal.finish() == 0
    assert "##########" in terminal.shown
    assert terminal.shown.isascii()


def test_different_names_look_different() -> None:
    layout = tables.Layout((tables.text("set-up", least=10, pleasant=10), tables.number("commits")))
    names = [f"claude-code with claude-{one}" for one in ("opus-4.6", "opus-4.7", "sonnet-4.5")]
    lines = [*tables.draw(layout, [*((name, "1") for name in names), ("codex with gpt-5.2-codex", "1")], 30)][1:]
    assert len({*lines}) == len(lines) == 4
    assert [line.split("  ")[0] for line in lines[:2]] == ["claude-code…opus-4.6", "claude-code…opus-4.7"]
    assert lines[3].startswith("codex with gpt-")


def test_parts_of_a_long_table_are_drawn_as_one_while_they_fit() -> None:
    rows = [*ROWS, *ROWS[::-1]]
    for room in (None, 60, 36, 27):
        layout = LAYOUT._replace(is_told=False)
        table = tables.LongTable(layout, room)
        drawn = [line for part in (rows[:2], rows[2:3], rows[3:]) for line in table.lines(part)]
        assert drawn == [*tables.draw(layout, rows, room)], room


def test_headings_are_repeated_where_a_later_part_needs_other_columns() -> None:
    table = tables.LongTable(LAYOUT, 60)
    short = ("0123456789", "somebody", "12", "", "")
    assert [*table.lines([short])] == [
        "commit      who       lines  note",
        "0123456789  somebody     12",
    ]
    assert [*table.lines([("abcdef0123", "somebody", "1234567", "of note", "")])] == [
        "",
        "commit      who         lines  note",
        "abcdef0123  somebody  1234567  of note",
    ]
    assert [*table.lines([short])] == ["0123456789  somebody       12"]


def test_a_column_that_was_empty_at_first_is_shown_when_it_is_not() -> None:
    table = tables.LongTable(LAYOUT, 33)
    assert "note" not in next(table.lines([("0123456789", "somebody", "12", "", "")]))
    later = [*table.lines([("abcdef0123", "x", "12", "n", "")])]
    assert later[:1] == [""]
    assert "note" in later[1]
    assert later[2].endswith("  n")
