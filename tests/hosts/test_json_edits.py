"""Changing a JSON text in few places: it stays JSON, says what it should, and can be changed back."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.hosts.json_edits import JsonText, undo
from tracker.hosts.json_places import NotJson, content, parse

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text('ab"\\/*é \n', max_size=6),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.text("abc", min_size=1, max_size=2), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip
GAPS: st.SearchStrategy[Any] = st.sampled_from(["", " ", "\n  ", " // x\n", '/* "y": {1] */'])
OBJECTS = st.dictionaries(st.sampled_from(["a", "b", "hooks"]), VALUES, max_size=3)


def rendered(value: Any, draw: Any) -> str:
    """Return JSON with blanks, comments and trailing commas where they may be."""

    def gap() -> str:
        return str(draw.draw(GAPS))

    def text(one: Any) -> str:
        if isinstance(one, dict):
            members = [f"{gap()}{json.dumps(name)}{gap()}:{gap()}{text(value)}{gap()}" for name, value in one.items()]
            return "{" + ",".join(members) + ("," if members and bool(draw.draw(st.booleans())) else "") + gap() + "}"
        if isinstance(one, list):
            members = [f"{gap()}{text(value)}{gap()}" for value in one]
            return "[" + ",".join(members) + ("," if members and bool(draw.draw(st.booleans())) else "") + gap() + "]"
        return json.dumps(one)

    return gap() + text(value) + gap()


def read(text: str) -> Any:
    return content(text, parse(text))


@given(VALUES, st.data())
def test_json_with_comments_is_read(value: Any, data: st.DataObject) -> None:
    assert read(rendered(value, data)) == value


@given(OBJECTS, VALUES, st.data())
def test_what_was_set_and_appended_is_undone(value: dict[str, Any], added: Any, data: st.DataObject) -> None:
    before = rendered(value, data)
    text = JsonText(before)
    if not isinstance(value.get("hooks", {}), dict):
        with pytest.raises(NotJson):
            text.append(("hooks", "After"), added)
        return
    text.set(("new", "deep"), added)
    if isinstance(value.get("hooks", {}).get("After", []), list):
        text.append(("hooks", "After"), added)
        text.append(("hooks", "After"), {"second": added})
    found = read(text.text)
    assert found["new"] == {"deep": added}
    assert {name: one for name, one in found.items() if name not in {"new", "hooks"}} == {
        name: one for name, one in value.items() if name not in {"new", "hooks"}
    }
    assert undo(text.text, text.edits) == before


@given(OBJECTS, st.data())
def test_any_member_can_be_removed(value: dict[str, Any], data: st.DataObject) -> None:
    text = JsonText(rendered(value, data))
    names = data.draw(st.permutations(list(value)))
    for name in names:
        member = next(one for one in text.root.members if one.key == name)
        text.remove(text.root, member)
        value = {key: one for key, one in value.items() if key != name}
        assert read(text.text) == value


@pytest.mark.parametrize(
    "text",
    ["", "{", "}", "[", '{"a"}', '{"a":}', "{1:2}", "[1 2]", '{"a":1}}', '"a', "/* x", "[,]", "{,}", "nul", "[" * 500],
)
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(NotJson):
        read(text)
