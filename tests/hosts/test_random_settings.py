"""Settings of any form: installed once or several times with other choices, they come back byte for byte."""

import json
import tempfile
from pathlib import Path
from typing import Any, Final

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.hosts.installed import PROGRAM, host_of
from tests.program import sized
from tracker.hosts.install import Place, install, state_of, uninstall
from tracker.hosts.json_places import content, parse

CLAUDE: Final = host_of("claude-code")
BLANKS: Final = st.sampled_from(["", " ", "\n", "\n  ", "\n\t", "\r\n", " /* , ] */ ", ' // "x" }\n'])
EVENTS: Final = ("PreToolUse", "PostToolUse", "SessionStart", "Stop", "Other")
PLAIN: Final = st.sampled_from(["1", "true", "null", '"a"', '"x,]}//"', '"\\u00e9"', "-1.5e3"])
LINES: Final = st.sampled_from(
    ['{"type": "command", "command": "echo mine"}', '{"type": "static"}', "null", '{"command" : "x" , "padding":1}']
)


@st.composite
def joined(draw: st.DrawFn, members: st.SearchStrategy[list[str]], opening: str, closing: str) -> str:
    """Return members between brackets, with blanks, comments, and perhaps a comma behind the last one."""
    found = draw(members)
    last = draw(st.sampled_from(["", ","])) if found else ""
    pieces = [opening, draw(BLANKS)]
    for number, member in enumerate(found):
        pieces += [member, draw(BLANKS), "," if number < len(found) - 1 else last, draw(BLANKS)]
    return "".join([*pieces, closing])


def lists() -> st.SearchStrategy[str]:
    return joined(st.lists(st.one_of(PLAIN, st.just('{"hooks": []}')), max_size=3), "[", "]")


def hooks() -> st.SearchStrategy[str]:
    member = st.tuples(st.sampled_from(EVENTS), lists())
    members = st.lists(member, max_size=3, unique_by=lambda one: one[0])
    return joined(members.map(lambda found: [f'"{name}": {value}' for name, value in found]), "{", "}")


@st.composite
def texts(draw: st.DrawFn) -> str:
    members = [f'"a": {draw(PLAIN)}']
    members += [f'"hooks": {draw(hooks())}'] if draw(st.booleans()) else []
    members += [f'"statusLine": {draw(LINES)}'] if draw(st.booleans()) else []
    return f"{draw(BLANKS)}{draw(joined(st.just(draw(st.permutations(members))), '{', '}'))}{draw(BLANKS)}"


CHOICES: Final = st.tuples(st.sampled_from([True, False, None]), st.sampled_from([True, False, None]))


@settings(max_examples=sized(500, 10))
@given(texts(), st.lists(CHOICES, min_size=1, max_size=3), st.sampled_from(["", "changed", "forgotten"]))
def test_settings_come_back(text: str, choices: list[Any], meanwhile: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        place = Place(Path(folder) / "home", Path(folder) / "data" / "hosts", {})
        path = place.home / ".claude" / "settings.json"
        path.parent.mkdir(parents=True)
        path.write_bytes(text.encode())
        for asks, line in choices:
            install(CLAUDE, place, PROGRAM, asks_at_stop=asks, status_line=line)
            assert asks is None or ("stop" in state_of(CLAUDE, place).events) == asks
        if meanwhile == "changed":
            path.write_bytes(path.read_bytes() + b"\n")
        if meanwhile == "forgotten":
            (place.folder / "written.json").unlink()
        uninstall(CLAUDE, place, PROGRAM)
        after = path.read_bytes().decode()
        if not meanwhile:
            assert after == text
        assert _said(after, is_forgotten=meanwhile == "forgotten") == _said(text, is_forgotten=meanwhile == "forgotten")


def _said(text: str, *, is_forgotten: bool) -> Any:
    """Return the content of settings; where nothing is remembered, without lists of hooks that are empty."""
    found: Any = json.loads(json.dumps(content(text, parse(text))))
    if is_forgotten and isinstance(found.get("hooks"), dict):
        found["hooks"] = {name: value for name, value in found["hooks"].items() if value != []}
        if not found["hooks"]:
            del found["hooks"]
    return found
