"""Text in cells of a terminal: cut at characters, never inside a number; wrapped at spaces and between ideographs."""

import pytest

from tracker.cli import cells


@pytest.mark.parametrize(
    ("text", "most", "expected"),
    [
        ("short", 5, "short"),
        ("shorter", 5, "shor…"),
        ("two words", 5, "two…"),
        ("中文字", 6, "中文字"),
        ("中文字", 5, "中文…"),
        ("中文字", 4, "中…"),
        ("中文字", 1, "…"),
        ("cafe\u0301s and", 5, "cafe\u0301…"),
        ("مرحبا بالعالم", 6, "مرحبا…"),
        ("🎉🎉🎉", 4, "🎉…"),
        ("took 1234567 s", 10, "took…"),
        ("in 0.000123 s", 8, "in…"),
        ("fixed by 9a8c2a2339", 15, "fixed by…"),
        ("on 2026-11-24 at", 9, "on…"),
        ("1234567", 4, "123…"),
        ("v2 is out", 4, "v2…"),
    ],
)
def test_cut(text: str, most: int, expected: str) -> None:
    assert cells.cut(text, most) == expected
    assert cells.width(cells.cut(text, most)) <= most


@pytest.mark.parametrize(
    ("text", "most", "pieces"),
    [
        ("", 4, [""]),
        ("abcd", 4, ["abcd"]),
        ("abcdefghi", 4, ["abcd", "efgh", "i"]),
        ("中文字", 5, ["中文", "字"]),
        ("cafe\u0301s", 4, ["cafe\u0301", "s"]),
    ],
)
def test_folded(text: str, most: int, pieces: list[str]) -> None:
    assert [*cells.folded(text, most)] == pieces


def test_ellipsis_that_every_encoding_has() -> None:
    assert cells.shown("…", "ascii") == "..."
    assert cells.cut("abcdefgh", 6, "...") == "abc..."


def test_text_is_filled_up_by_cells() -> None:
    assert cells.filled("中", 4) == "中  "
    assert cells.filled("中", 4, right=True) == "  中"
    assert cells.filled("e\u0301", 2) == "e\u0301 "


@pytest.mark.parametrize(
    ("text", "encoding", "expected"),
    [
        ("plain", "ascii", "plain"),
        ("a\x1b[31m\nb", "utf-8", "a?[31m?b"),
        ("中文 ≥ 1", "ascii", "?? >= 1"),
        ("é中", "latin-1", "é?"),
        ("é", "no such encoding", "?"),
        ("👨\u200d👩\u200d👧 ❤\ufe0f", "utf-8", "👨👩👧 ❤"),
        ("می\u200cکنم", "utf-8", "میکنم"),
        ("co\u200bdex co\u200ddex", "utf-8", "co?dex co?dex"),
    ],
)
def test_text_is_shown_as_one_printable_line(text: str, encoding: str, expected: str) -> None:
    assert cells.shown(text, encoding) == expected


@pytest.mark.parametrize(
    ("text", "most", "expected"),
    [
        ("one two three", 8, ["- one", "  two", "  three"]),
        ("one two three", 9, ["- one two", "  three"]),
        ("a/path/that/is/long is whole", 10, ["- a/path/that/is/long", "  is whole"]),
        ("解析发票日期 and", 8, ["- 解析发", "  票日期", "  and"]),
        ("一e\u0301二", 4, ["- 一", "  e\u0301", "  二"]),
        ("", 8, ["-"]),
    ],
)
def test_wrapped(text: str, most: int, expected: list[str]) -> None:
    assert [*cells.wrapped(text, most, "- ", "  ")] == expected


@pytest.mark.parametrize(
    ("text", "most", "shown"),
    [
        ("claude-code with claude-opus-4.6", 32, "claude-code with claude-opus-4.6"),
        ("claude-code with claude-opus-4.6", 24, "claude-code wit…opus-4.6"),
        ("crush with claude-sonnet-4.5", 16, "crush with c…4.5"),
        ("claude-code with claude-opus-4.6", 9, "claude-c…"),
        ("日本語日本語日本語日本語", 12, "日本語日本…"),
    ],
)
def test_text_is_cut_inside(text: str, most: int, shown: str) -> None:
    assert cells.cut_inside(text, most) == shown
    assert cells.width(shown) <= most
