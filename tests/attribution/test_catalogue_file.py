"""Reading of catalogue files: faults with line numbers, and the prepared catalogue."""

from pathlib import Path
from typing import Final

import pytest

from tests.attribution.commits import RULES
from tracker.attribution import Catalogue, catalogue_file, catalogue_text
from tracker.errors import ConfigError

FAULTS: Final = [
    ("[[agent]]\nname = 'x'\n", 1, "'kind' is missing"),
    ("[[agent]]\nname = 'x'\nkind = 'robot'\n", 1, "kind must be"),
    ("\n\n[[agent]]\nname = 'x'\nkind = 'agent'\nnonsense = 1\n", 3, "unknown field 'nonsense'"),
    ("[[agent]]\nname = 'x'\nkind = 'agent'\nauthors = [{ pattern = '(' }]\n", 1, "agent 'x'"),
    ("[[agent]]\nname = 'x'\nkind = 'agent'\nvariables = [{ name = 'X', confidence = 'sure' }]\n", 1, "confidence"),
    ("[[agent]]\nname = 'x'\nkind = 'agent'\nvariables = [{ name = 'X Y' }]\n", 1, "not a valid name"),
    ("[[agent]]\nname = 'x'\nkind = 'agent'\nvariables = [{ name = 'X_TOKEN' }]\n", 1, "secret"),
    ("[[agent]]\nname = 'x'\nkind = 'agent'\nsessions = ['MY_API_KEY']\n", 1, "secret"),
    ("[[agent]]\nname = 'x'\nkind = 'agent'\naddresses = [{ email = 'a', source = 'nowhere' }]\n", 1, "source"),
    ("[[agent]]\nname = 'x'\nkind = 'agent'\naddresses = [{ emial = 'a' }]\n", 1, "email"),
    ("[[agent]]\nname = 'x'\nkind = 'agent'\nprocesses = [{ name = 'a', command = 'b' }]\n", 1, "process"),
    ("[[agent]]\nname = 'x'\nkind = 'agent'\nlines = [{ contains = 'A', pattern = 'a' }]\n", 1, "lower case"),
    ("[[agent]]\nname = 'X y'\nkind = 'agent'\n", 1, "lower-case"),
    ("[[agent]]\nname = 'x'\nkind = 'agent'\naliases = 'y'\n", 1, "list"),
    ("[[agent]]\nname='x'\nkind='agent'\naddresses=[{email='a', doubtful=[2026-01-01]}]\n", 1, "two dates"),
    ("[[agent]]\nname='x'\nkind='agent'\nnames=[{pattern='a{99999999999999999999}'}]\n", 1, "agent 'x'"),
    (f"[[agent]]\nname='x'\nkind='agent'\nnames=[{{pattern='{'(' * 3000}{')' * 3000}'}}]\n", 1, "agent 'x'"),
    ("[[agent]]\nname='x'\nkind='agent'\nsessions=['npm_config_auth_token']\n", 1, "secret"),
    ("[agent]\nname = 'x'\n", 1, "begins with"),
    ("[wrong]\n", 1, "unknown table 'wrong'"),
    ("\n[[agent", 2, "not TOML"),
]  # fmt: skip
"""A faulty text, the line of the fault, and a word of its message."""


@pytest.mark.parametrize(("table", "line", "word"), FAULTS, ids=[word for _, _, word in FAULTS])
def test_fault_is_reported_with_its_line_and_other_entries_are_read(table: str, line: int, word: str) -> None:
    good = "[[agent]]\nname = 'good'\nkind = 'agent'\n"
    agents, faults = catalogue_text.check(table)
    assert agents == []
    assert faults[0].line == line
    assert word in faults[0].reason
    with pytest.raises(ConfigError, match=f"mine.toml, line {line}: "):
        catalogue_text.parse(table, "mine.toml")
    if "TOML" not in word and table.startswith("[["):
        assert [agent.name for agent in catalogue_text.check(good + table)[0]] == ["good"]


def test_prepared_catalogue_equals_the_source() -> None:
    assert RULES.agents == Catalogue(catalogue_file.bundled_agents()).agents
    prepared = Path(catalogue_file.__file__).with_name(catalogue_file.PREPARED_FILE)
    assert prepared.read_bytes() == catalogue_file.prepare()  # it is read, and not made of another text


@pytest.mark.parametrize(
    "content",
    [None, b"", b"[]", b"{}", b'{"of": "x", "agents": []}'],
    ids=["missing", "empty", "a list", "without agents", "of another source"],
)
def test_source_is_read_when_prepared_catalogue_cannot_be_used(
    content: bytes | None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    prepared = tmp_path / "catalogue.json"
    if content is not None:
        prepared.write_bytes(content)
    monkeypatch.setattr(catalogue_file, "PREPARED_FILE", str(prepared))
    assert catalogue_file.load.__wrapped__().agents == RULES.agents
