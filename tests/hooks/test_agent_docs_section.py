"""The section for agents in a text: adding, replacing and removing it, and its wording."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from tracker.attribution import catalogue_file
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
    @example(b"<!-- agent-tracker:end --> in a longer line\n")
    def test_removing_restores_the_text(self, text: bytes) -> None:
        whole = added_to(text)
        assert whole.startswith(text)
        assert agent_docs_section.holds(whole)
        assert agent_docs_section.remove(whole) == text

    @given(texts)
    def test_adding_twice_changes_nothing(self, text: bytes) -> None:
        whole = added_to(text)
        assert added_to(whole) == whole

    @given(texts)
    def test_removing_from_a_text_without_it_changes_nothing(self, text: bytes) -> None:
        assert not agent_docs_section.holds(text)
        assert agent_docs_section.remove(text) == text

    @given(texts.filter(lambda text: b"\r" not in text))
    def test_removing_after_all_line_ends_became_crlf(self, text: bytes) -> None:
        whole = added_to(text).replace(b"\n", b"\r\n")
        assert agent_docs_section.remove(whole) == text.replace(b"\n", b"\r\n")
        assert added_to(whole) == whole

    @given(texts, texts)
    def test_removing_keeps_text_written_around_it(self, before: bytes, after: bytes) -> None:
        assume(after)
        left = agent_docs_section.remove(added_to(before) + after)
        assert left is not None
        assert left.startswith(before)
        assert left.endswith(after)
        assert not left[len(before) : len(left) - len(after)].strip()

    def test_empty_line_precedes_it(self) -> None:
        assert b"text\n\n<!--" in added_to(b"text")
        assert b"text\n\n<!--" in added_to(b"text\n")
        assert b"text\n\n<!--" in added_to(b"text\n\n")
        assert b"text\r\n\r\n<!--" in added_to(b"title\r\ntext")

    def test_it_takes_the_line_ends_of_the_text(self) -> None:
        assert added_to(b"one\r\n").count(b"\n") == added_to(b"one\r\n").count(b"\r\n")
        assert b"\r" not in added_to(b"one\n")

    def test_missing_final_newline_after_it_is_accepted(self) -> None:
        assert agent_docs_section.remove(added_to(b"one\n").removesuffix(b"\n")) == b"one\n"
        assert added_to(added_to(b"one\n").removesuffix(b"\n")) == added_to(b"one\n").removesuffix(b"\n")


class TestFileWithNothingElse:
    def test_removing_returns_none_for_a_file_to_delete(self) -> None:
        whole = agent_docs_section.add(None)
        assert agent_docs_section.remove(whole) is None
        assert agent_docs_section.remove(b"\n" + whole + b"\n\n") is None
        assert added_to(whole) == whole

    def test_removing_returns_other_text(self) -> None:
        assert agent_docs_section.remove(agent_docs_section.add(None) + b"# Mine\n") == b"# Mine\n"
        assert agent_docs_section.remove(b"# Mine\n\n" + agent_docs_section.add(None)) == b"# Mine\n\n"

    def test_file_that_was_empty_stays(self) -> None:
        assert agent_docs_section.remove(added_to(b"")) == b""


class TestUpdate:
    def test_section_is_replaced_in_place(self) -> None:
        assert added_to(b"before\n\n" + OLDER + b"after\n") == (
            b"before\n\n" + agent_docs_section.section("2").encode() + b"after\n"
        )

    def test_removing_an_updated_section_removes_the_added_line_ends(self) -> None:
        assert agent_docs_section.remove(added_to(b"before\n\n" + OLDER)) == b"before"

    def test_begin_mark_without_a_count_removes_the_section_only(self) -> None:
        section = agent_docs_section.section("2").replace(" added=2", "").encode()
        assert agent_docs_section.remove(b"before\n\n" + section) == b"before\n\n"


class TestRefusals:
    @pytest.mark.parametrize("text", [b"", b"before\n", b"before\r\n"], ids=["empty", "lf", "crlf"])
    def test_missing_end_mark(self, text: bytes) -> None:
        whole = added_to(text)
        cut = whole[: whole.index(b"<!-- agent-tracker:end")]
        for rule in (agent_docs_section.add, agent_docs_section.remove, agent_docs_section.holds):
            with pytest.raises(ValueError, match="lost its last line, '<!-- agent-tracker:end -->'"):
                rule(cut)

    @pytest.mark.parametrize(
        "text",
        [
            OLDER[OLDER.index(b"\n") + 1 :],
            OLDER + OLDER,
            OLDER.rsplit(b"<!--", 1)[0] + OLDER,
            b"<!-- agent-tracker:end -->\n" + OLDER.rsplit(b"<!--", 1)[0],
        ],
        ids=["no-begin", "two-sections", "two-begins", "end-before-begin"],
    )
    def test_marks_that_are_not_one_pair(self, text: bytes) -> None:
        for rule in (agent_docs_section.add, agent_docs_section.remove):
            with pytest.raises(ValueError, match="not one pair"):
                rule(text)

    def test_utf_16(self) -> None:
        with pytest.raises(ValueError, match="NUL bytes"):
            agent_docs_section.add("Title".encode("utf-16"))


class TestWording:
    def test_lines_are_few_and_short(self) -> None:
        lines = agent_docs_section.section().splitlines()
        assert len(lines) <= 27
        assert max(map(len, lines)) <= 120
        assert agent_docs_section.section().isascii()
        assert agent_docs_section.section().endswith(f"{agent_docs_section.END}\n")

    def test_it_names_files_fields_and_commands(self) -> None:
        for words in (
            ".agent/status.json", "`trust_tier`", "`halted`", "`ungraded`", "`user_notes`", "`lessons`",
            "`task_lessons`", "`agent-tracker lessons ",
            "agent-tracker grade --agent good", "--task", "--agent-note", "--pending", "bad, neutral, good or",
            "`Agent-Grade: good`", "`Agent-Note:", "`Task:", "`agent-tracker activity`", "`agent-tracker retro`",
            "Never grade as the user.", "Never edit the status file.",
        ):  # fmt: skip
            assert words in agent_docs_section.section()

    def test_named_fields_commands_and_options_exist(self) -> None:
        schema = json.loads((Path(status.__file__).parent / "status.schema.json").read_text(encoding="utf-8"))
        fields = schema["properties"].keys() | schema["$defs"]["sheet"]["properties"].keys()
        fields |= schema["$defs"]["ungraded"]["items"]["properties"].keys()
        agents = {agent.name for agent in catalogue_file.load().agents}
        named = {*re.findall(r"`([a-z][a-z_-]+)`", agent_docs_section.section())} - {"agent-tracker"}
        assert len(named & fields) >= 8
        assert len(named & agents) >= 5
        assert named <= fields | agents
        commands = set(re.findall(r"`agent-tracker ([a-z]+)", agent_docs_section.section()))
        assert commands == {"status", "lessons", "grade", "activity", "retro"}
        assert commands <= app.commands.commands.keys()
        options = {name for option in app.commands.commands["grade"].params for name in option.opts}
        assert {"--agent", "--task", "--agent-note", "--pending"} <= options
