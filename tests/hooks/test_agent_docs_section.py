"""The section for agents in a text: it goes in once, is replaced where it stands, and leaves no byte behind."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from tracker.cli import app
from tracker.hooks import agent_docs_section
from tracker.reports import status

OLDER = agent_docs_section.section("2").replace("Never edit the status file.", "Older wording.").encode()

pieces = st.sampled_from([b"\n", b"\r\n", b"\r", b" ", b"# Title", b"\xff\xfe", b"\xef\xbb\xbf", b"-->", b"```"])
texts = st.one_of(st.binary(max_size=40), st.lists(pieces, max_size=12).map(b"".join)).filter(
    lambda text: b"\0" not in text
)


def added_to(text: bytes) -> bytes:
    return agent_docs_section.add(text)


class TestAddAndRemove:
    @given(texts)
    @example(b"")
    @example(b"no line end")
    @example(b"one\r\ntwo\r\n")
    @example(b"one\r\ntwo")
    @example(b"one\r\ntwo\n")
    @example(b"one\ntwo\r")
    @example(b"empty lines\n\n\n")
    @example(b"not \xff UTF-8\n")
    @example(b"<!-- agent-tracker:end --> spoken of, in a line with more\n")
    def test_what_was_there_comes_back(self, text: bytes) -> None:
        whole = added_to(text)
        assert whole.startswith(text)
        assert agent_docs_section.holds(whole)
        assert agent_docs_section.remove(whole) == text

    @given(texts)
    def test_added_again_it_is_the_same(self, text: bytes) -> None:
        whole = added_to(text)
        assert added_to(whole) == whole

    @given(texts)
    def test_there_is_nothing_to_take_out_of_another_text(self, text: bytes) -> None:
        assert not agent_docs_section.holds(text)
        assert agent_docs_section.remove(text) == text

    @given(texts.filter(lambda text: b"\r" not in text))
    def test_also_after_git_or_an_editor_changed_all_line_ends(self, text: bytes) -> None:
        whole = added_to(text).replace(b"\n", b"\r\n")
        assert agent_docs_section.remove(whole) == text.replace(b"\n", b"\r\n")
        assert added_to(whole) == whole

    @given(texts, texts)
    def test_nothing_written_around_it_is_lost(self, before: bytes, after: bytes) -> None:
        assume(after)
        left = agent_docs_section.remove(added_to(before) + after)
        assert left is not None
        assert left.startswith(before)
        assert left.endswith(after)
        assert not left[len(before) : len(left) - len(after)].strip()

    def test_it_begins_after_an_empty_line(self) -> None:
        assert b"text\n\n<!--" in added_to(b"text")
        assert b"text\n\n<!--" in added_to(b"text\n")
        assert b"text\n\n<!--" in added_to(b"text\n\n")
        assert b"text\r\n\r\n<!--" in added_to(b"title\r\ntext")

    def test_it_has_the_line_ends_of_the_text(self) -> None:
        assert added_to(b"one\r\n").count(b"\n") == added_to(b"one\r\n").count(b"\r\n")
        assert b"\r" not in added_to(b"one\n")

    def test_an_editor_that_ends_files_otherwise(self) -> None:
        assert agent_docs_section.remove(added_to(b"one\n").removesuffix(b"\n")) == b"one\n"
        assert added_to(added_to(b"one\n").removesuffix(b"\n")) == added_to(b"one\n").removesuffix(b"\n")


class TestFileOfItsOwn:
    def test_it_goes_with_the_section(self) -> None:
        whole = agent_docs_section.add(None)
        assert agent_docs_section.remove(whole) is None
        assert agent_docs_section.remove(b"\n" + whole + b"\n\n") is None
        assert added_to(whole) == whole

    def test_it_stays_once_something_else_is_in_it(self) -> None:
        assert agent_docs_section.remove(agent_docs_section.add(None) + b"# Mine\n") == b"# Mine\n"
        assert agent_docs_section.remove(b"# Mine\n\n" + agent_docs_section.add(None)) == b"# Mine\n\n"

    def test_an_empty_one_that_was_there_stays_empty(self) -> None:
        assert agent_docs_section.remove(added_to(b"")) == b""


class TestNewerWording:
    def test_it_is_replaced_where_it_stands(self) -> None:
        assert added_to(b"before\n\n" + OLDER + b"after\n") == (
            b"before\n\n" + agent_docs_section.section("2").encode() + b"after\n"
        )

    def test_the_marks_still_know_what_was_added(self) -> None:
        assert agent_docs_section.remove(added_to(b"before\n\n" + OLDER)) == b"before"

    def test_a_begin_mark_that_says_nothing_takes_only_itself(self) -> None:
        section = agent_docs_section.section("2").replace(" added=2", "").encode()
        assert agent_docs_section.remove(b"before\n\n" + section) == b"before\n\n"


class TestRefused:
    @pytest.mark.parametrize("text", [b"", b"before\n", b"before\r\n"])
    def test_a_lost_end_mark(self, text: bytes) -> None:
        whole = added_to(text)
        cut = whole[: whole.index(b"<!-- agent-tracker:end")]
        for rule in (agent_docs_section.add, agent_docs_section.remove, agent_docs_section.holds):
            with pytest.raises(ValueError, match="lost its last line, '<!-- agent-tracker:end -->'"):
                rule(cut)

    @pytest.mark.parametrize(
        "text",
        [
            OLDER[OLDER.index(b"\n") + 1 :],  # no beginning
            OLDER + OLDER,
            OLDER.rsplit(b"<!--", 1)[0] + OLDER,
            b"<!-- agent-tracker:end -->\n" + OLDER.rsplit(b"<!--", 1)[0],
        ],
    )
    def test_marks_that_are_not_one_pair(self, text: bytes) -> None:
        for rule in (agent_docs_section.add, agent_docs_section.remove):
            with pytest.raises(ValueError, match="not one pair"):
                rule(text)

    def test_utf_16(self) -> None:
        with pytest.raises(ValueError, match="NUL bytes"):
            agent_docs_section.add("Title".encode("utf-16"))


class TestWording:
    def test_it_is_short_plain_and_whole(self) -> None:
        lines = agent_docs_section.section().splitlines()
        assert len(lines) <= 25
        assert max(map(len, lines)) <= 120
        assert agent_docs_section.section().isascii()
        assert agent_docs_section.section().endswith(f"{agent_docs_section.END}\n")

    def test_what_an_agent_is_told(self) -> None:
        for words in (
            ".agent/status.json", "`trust_tier`", "`halted`", "`ungraded`", "`user_notes`", "`lessons`",
            "agent-tracker grade --agent good", "--task", "--agent-note", "--pending", "bad, neutral, good or",
            "`Agent-Grade: good`", "`Agent-Note:", "`Task:", "`agent-tracker activity`", "`agent-tracker retro`",
            "Never grade as the user.", "Never edit the status file.",
        ):  # fmt: skip
            assert words in agent_docs_section.section()

    def test_what_it_names_is_there(self) -> None:
        schema = json.loads((Path(status.__file__).parent / "status.schema.json").read_text(encoding="utf-8"))
        fields = schema["properties"].keys() | schema["$defs"]["sheet"]["properties"].keys()
        named = re.findall(r"`([a-z_]+)`", agent_docs_section.section())
        assert len(named) >= 6
        assert set(named) <= fields
        commands = set(re.findall(r"`agent-tracker ([a-z]+)", agent_docs_section.section()))
        assert commands == {"grade", "activity", "retro"}
        assert commands <= app.commands.commands.keys()
        options = {name for option in app.commands.commands["grade"].params for name in option.opts}
        assert {"--agent", "--task", "--agent-note", "--pending"} <= options
