"""Find where the parts of a JSON text stand in it, so that it can be changed without touching the rest. Pure.

Reads JSON as settings files of editors and hosts are written: with comments of both kinds, and commas behind the last
member. What cannot be read so is refused, never guessed.
"""

import re
from collections.abc import Iterator
from typing import Final, Literal, NamedTuple

import orjson

TOKEN: Final = re.compile(
    r'(?P<blank>[ \t\r\n\ufeff]+|//[^\n]*|/\*.*?\*/)|(?P<string>"(?:[^"\\\x00-\x1f]|\\.)*")|(?P<mark>[{}\[\],:])'
    r"|(?P<plain>[^\s{}\[\],:\"/]+)",
    re.DOTALL,
)
_DEEPEST: Final = 100


class Value(NamedTuple):
    """A value in the text, from ``start`` up to ``end``. ``members``: of an object by key, of an array with empty keys.

    ``text``: a string's text; None of every other value.
    """

    kind: Literal["object", "array", "string", "plain"]
    start: int
    end: int
    members: "tuple[Member, ...]" = ()
    text: str | None = None

    def get(self, key: str) -> "Value | None":
        """Return the value of an object's key, the last of several; None if there is none."""
        return next((member.value for member in reversed(self.members) if member.key == key), None)


class Member(NamedTuple):
    """A member of an object or array. ``start``: where its key begins, in an array its value."""

    key: str
    start: int
    value: Value


class NotJson(ValueError):
    """A text is not JSON, not even with comments; its sentence says where."""


class _Token(NamedTuple):
    kind: str
    text: str
    start: int
    end: int


def parse(text: str) -> Value:
    """Return the places of the one value in a text. Raises NotJson."""
    tokens = _Reader(text)
    value = tokens.value(0)
    left = tokens.next()
    if left is not None:
        raise NotJson(f"there is more behind its end, in line {_line(text, left.start)}")
    return value


class Extras(NamedTuple):
    """Lines of the first comment and of the first comma behind a last member, which JSON does not have; 0 for none."""

    comment: int
    comma: int


def extras(text: str) -> Extras:
    """Return what a readable text has beyond JSON, since not every program reads that."""
    comment, comma, last = 0, 0, -1
    for token in TOKEN.finditer(text):
        if token.lastgroup == "blank":
            comment = comment or (_line(text, token.start()) if token[0].startswith("/") else 0)
            continue
        if token[0] in "}]" and last >= 0:
            comma = comma or _line(text, last)
        last = token.start() if token[0] == "," else -1
    return Extras(comment, comma)


def content(text: str, value: Value) -> object:
    """Return a value as Python has it. Raises NotJson for a plain value that JSON does not have."""
    if value.kind == "object":
        return {member.key: content(text, member.value) for member in value.members}
    if value.kind == "array":
        return [content(text, member.value) for member in value.members]
    try:
        return orjson.loads(text[value.start : value.end])
    except ValueError as error:
        raise NotJson(f"line {_line(text, value.start)} holds a value that JSON does not have") from error


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = self._read()

    def _read(self) -> Iterator[_Token]:
        place = 0
        while place < len(self._text):
            found = TOKEN.match(self._text, place)
            if found is None:
                raise NotJson(f"line {_line(self._text, place)} cannot be read")
            place = found.end()
            if found.lastgroup != "blank":
                yield _Token(found.lastgroup or "", found[0], found.start(), found.end())

    def next(self) -> _Token | None:
        return next(self._tokens, None)

    def expect(self) -> _Token:
        token = self.next()
        if token is None:
            raise NotJson("it ends too early")
        return token

    def value(self, depth: int, token: _Token | None = None) -> Value:
        token = token or self.expect()
        if token.kind == "string":
            return Value("string", token.start, token.end, text=self._string(token))
        if token.kind == "plain":
            return Value("plain", token.start, token.end)
        if token.text in "{[" and depth < _DEEPEST:
            return self._container(token, depth)
        raise NotJson(f"line {_line(self._text, token.start)} has '{token.text}' where a value is expected")

    def _container(self, opening: _Token, depth: int) -> Value:
        closing = "}" if opening.text == "{" else "]"
        members: list[Member] = []
        token = self.expect()
        while token.text != closing or token.kind != "mark":
            members.append(self._member(token, depth, has_key=closing == "}"))
            token = self.expect()
            if token.kind == "mark" and token.text == ",":
                token = self.expect()
            elif token.kind != "mark" or token.text != closing:
                raise NotJson(f"line {_line(self._text, token.start)} lacks a comma")
        return Value("object" if closing == "}" else "array", opening.start, token.end, tuple(members))

    def _member(self, first: _Token, depth: int, *, has_key: bool) -> Member:
        if not has_key:
            return Member("", first.start, self.value(depth + 1, first))
        colon = self.expect()
        if first.kind != "string" or colon.text != ":":
            raise NotJson(f"line {_line(self._text, first.start)} has no key and colon")
        return Member(self._string(first), first.start, self.value(depth + 1))

    def _string(self, token: _Token) -> str:
        try:
            return str(orjson.loads(token.text))
        except ValueError as error:
            raise NotJson(f"line {_line(self._text, token.start)} has a string that JSON does not have") from error


def _line(text: str, place: int) -> int:
    return text.count("\n", 0, place) + 1
