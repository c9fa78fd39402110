"""Read the elements of an untrusted XML text, without a document type: no entity is declared, expanded or fetched."""

import xml.parsers.expat
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple, NoReturn

_DEEPEST: Final = 100
"""Levels of elements; a manifest has about five."""


class Element(NamedTuple):
    """An element. ``path``: local names from the root down to it. ``text``: directly inside it, without its ends."""

    path: tuple[str, ...]
    attributes: Mapping[str, str]
    text: str


def elements(text: str) -> Iterator[Element]:
    """Yield the elements in the order in which they end.

    Raises ExpatError for a text that is not well-formed, ValueError for one with a document type or too many levels.
    """
    found: list[Element] = []
    path: list[str] = []
    attributes: list[Mapping[str, str]] = []
    texts: list[list[str]] = []

    def begin(name: str, of_element: dict[str, str]) -> None:
        if len(path) == _DEEPEST:
            raise ValueError(_DEEPEST)
        path.append(name.rpartition(":")[2])
        attributes.append(of_element)
        texts.append([])

    def end(_: str) -> None:
        found.append(Element(tuple(path), attributes.pop(), "".join(texts.pop()).strip()))
        path.pop()

    def add(part: str) -> None:
        if texts:
            texts[-1].append(part)

    parser = xml.parsers.expat.ParserCreate(namespace_separator=None)
    parser.StartElementHandler, parser.EndElementHandler = begin, end
    parser.CharacterDataHandler = add
    parser.StartDoctypeDeclHandler = _refuse
    parser.Parse(text, True)  # noqa: FBT003 - expat's own interface
    yield from found


def _refuse(*_: object) -> NoReturn:
    raise ValueError("a document type")
