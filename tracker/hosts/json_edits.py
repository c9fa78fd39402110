"""Change a JSON text in as few places as possible: its comments, order and blanks stay. Pure."""

import re
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

import orjson

from tracker.hosts.json_places import TOKEN, Member, NotJson, Value, parse

_STEP: Final = "  "


class Edit(NamedTuple):
    """A place, in the changed text, where ``added`` stands instead of ``removed``."""

    place: int
    added: str
    removed: str


def undo(text: str, edits: Iterable[Edit]) -> str:
    """Return a text as it was before some edits, which are in the order in which they were made.

    Raises ValueError if the text does not have them.
    """
    for edit in reversed([*edits]):
        end = edit.place + len(edit.added)
        if text[edit.place : end] != edit.added:
            raise ValueError("it was changed since")
        text = text[: edit.place] + edit.removed + text[end:]
    return text


class JsonText:
    """A JSON text that is changed; the edits made so far are kept so that they can be undone.

    Raises NotJson for a text that is not one object; an empty one becomes an empty object.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.edits: list[Edit] = []
        if not text.strip("\ufeff \t\r\n"):
            self._replace(len(text), len(text), "{}\n")
        if self.root.kind != "object":
            raise NotJson("it is no object")

    @property
    def root(self) -> Value:
        """The places of the parts of the text as it is now."""
        return parse(self.text)

    def find(self, path: Sequence[str]) -> Value | None:
        """Return the value at a path of keys, None if there is none."""
        value: Value | None = self.root
        for key in path:
            value = value.get(key) if value is not None and value.kind == "object" else None
        return value

    def append(self, path: Sequence[str], element: object) -> None:
        """Append an element to the array at a path of keys; objects and the array are made where they are missing.

        Raises NotJson where something else stands in their place.
        """
        array = self.find(path)
        if array is None:
            self.set(path, [element])
        elif array.kind != "array":
            raise NotJson(f"'{'.'.join(path)}' is no list")
        else:
            self._add(array, _rendered(element))

    def set(self, path: Sequence[str], value: object) -> None:
        """Set the value at a path of keys; objects are made where they are missing. Raises NotJson as ``append``."""
        found = self.find(path)
        if found is not None:
            self._replace(found.start, found.end, _rendered(value))
            return
        depth = next(size for size in range(len(path) - 1, -1, -1) if self.find(path[:size]) is not None)
        holder = self.find(path[:depth])
        if holder is None or holder.kind != "object":
            raise NotJson(f"'{'.'.join(path[:depth])}' is no object")
        for key in reversed(path[depth + 1 :]):
            value = {key: value}
        self._add(holder, f"{_rendered(path[depth])}: {_rendered(value)}")

    def remove(self, holder: Value, member: Member) -> None:
        """Remove a member from an object or array, with the comma that separates it; comments around it stay."""
        place = holder.members.index(member)
        if place:
            start = holder.members[place - 1].value.end
            kept = _trimmed(_without_comma(self.text[start : member.start]))
            if self.text[member.value.end :].lstrip(" \t\r").startswith("\n"):
                kept = kept.removesuffix("\n")  # the line of a comment ends there
            self._replace(start, member.value.end, kept)
            return
        end = holder.members[1].start if len(holder.members) > 1 else holder.end - 1
        before = self.text[holder.start + 1 : member.start]
        after = _without_comma(self.text[member.value.end : end])
        if len(holder.members) > 1:
            self._replace(member.start, end, after.lstrip())
        else:
            self._replace(holder.start + 1, end, (_trimmed(before) + after) if (before + after).strip() else "")

    def _add(self, holder: Value, rendered: str) -> None:
        """Add a rendered member at the end of an object or array."""
        if holder.members:
            self._add_behind(holder, holder.members[-1], rendered)
            return
        own = _indentation(self.text, holder.start)
        inside = self.text[holder.start + 1 : holder.end - 1]
        place = holder.end - 1 if inside.strip() else holder.start + 1  # behind comments
        tail = "" if "\n" in inside and not inside.strip() else f"\n{own}"
        indentation = own + ("\t" if "\t" in own else _STEP)
        self._replace(place, place, f"\n{indentation}{_indented(rendered, indentation)}{tail}")

    def _add_behind(self, holder: Value, last: Member, rendered: str) -> None:
        """Add a member behind the last one: on its line, or on the next one, behind a comment that belongs to it."""
        end = last.value.end
        if "\n" not in self.text[holder.start : last.start]:
            self._replace(end, end, f", {_on_one_line(rendered)}")
            return
        indentation = _indentation(self.text, last.start)
        line_end = min(end + len(self.text[end:].partition("\n")[0]), holder.end - 1)
        rest = self.text[end:line_end]
        if "/*" in rest:
            line_end, rest = end, ""
        if not rest.lstrip().startswith(","):
            self._replace(end, end, ",")
            line_end += 1
        self._replace(line_end, line_end, f"\n{indentation}{_indented(rendered, indentation)}")

    def _replace(self, start: int, end: int, added: str) -> None:
        self.edits.append(Edit(start, added, self.text[start:end]))
        self.text = self.text[:start] + added + self.text[end:]


def _without_comma(text: str) -> str:
    """Return blanks and comments between two members without the comma."""
    comma = next((token.start() for token in TOKEN.finditer(text) if token[0] == ","), None)
    return text if comma is None else text[:comma] + text[comma + 1 :]


def _trimmed(text: str) -> str:
    """Return blanks and comments without the blanks at their end, which only the comment of a line needs."""
    kept = text.rstrip()
    last = next((token[0] for token in reversed([*TOKEN.finditer(kept)])), "")
    return f"{kept}\n" if last.startswith("//") else kept


def _rendered(value: object) -> str:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()


def _indented(rendered: str, indentation: str) -> str:
    """Return a value for a line with this indentation: with tabs where that has some."""
    if "\t" in indentation:
        rendered = re.sub(rf"(?m)^(?:{_STEP})+", lambda blanks: "\t" * (len(blanks[0]) // len(_STEP)), rendered)
    return rendered.replace("\n", f"\n{indentation}")


def _on_one_line(rendered: str) -> str:
    return re.sub(r"\n\s*", " ", rendered)


def _indentation(text: str, place: int) -> str:
    """Return the blanks at the beginning of the line of a place."""
    line = text[text.rfind("\n", 0, place) + 1 : place]
    return line[: len(line) - len(line.lstrip(" \t"))]
