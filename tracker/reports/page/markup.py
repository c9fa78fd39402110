"""Writing HTML in which text from repositories can be nothing but text, in one direction and without hidden characters.

Pure. Every text goes through ``tag``, which escapes all that is not ``Html`` already; so a forgotten call shows escaped
HTML, and never runs it.
"""

import json
import re
from html import escape
from typing import Final

from tracker.text import CONTROLS, SURROGATES

_HIDDEN: Final = re.compile(
    rf"[\t\n{CONTROLS}{SURROGATES}\u061c\u200b\u200e\u200f\u2060-\u2064\ufeff\ufff9-\uffff\U000e0000-\U000e007f]"
)
"""Characters that show nothing, or change the order or the meaning of others: those of ``text``, and marks of UAX 9."""
_VOID: Final = frozenset({"input", "meta"})
"""Elements without content and without an end tag."""
_LONGEST_NAME: Final = 48


class Html(str):
    """A text that is HTML already."""

    __slots__ = ()


def visible(text: str) -> str:
    """Return the text with a visible sign for each hidden character: a control picture, or its number in brackets."""
    return text if text.isascii() and text.isprintable() else _HIDDEN.sub(_sign, text)


def _sign(found: re.Match[str]) -> str:
    number = ord(found[0])
    if number < 0x20:
        return chr(0x2400 + number)
    return "\u2421" if number == 0x7F else f"[U+{number:04X}]"


def tag(name: str, /, *children: str | None, **attributes: str | int | bool | None) -> Html:
    """Return an element. Children that are not ``Html`` are text; None is left out, as an attribute of None or False.

    Attributes are named as in HTML, with ``_`` for each hyphen, and ``_`` at the end of a word that Python reserves.
    """
    named = "".join(
        f" {key.rstrip('_').replace('_', '-')}" + ("" if value is True else f'="{escape(visible(str(value)))}"')
        for key, value in attributes.items()
        if value is not None and value is not False
    )
    return Html(f"<{name}{named}>" + ("" if name in _VOID else f"{joined(*children)}</{name}>"))


def joined(*children: str | None) -> Html:
    """Return children one after the other, escaped as ``tag`` does."""
    return Html("".join(one if isinstance(one, Html) else escape(visible(one)) for one in children if one is not None))


def isolated(text: str) -> Html:
    """Return a name of somebody else's choice: isolated from the direction of its surroundings, cut if very long."""
    cut = text if len(text) <= _LONGEST_NAME else f"{text[: _LONGEST_NAME - 1]}…"
    return tag("bdi", cut, title=text if cut != text else None)


def listed(items: list[Html]) -> Html:
    """Return items as in a sentence: "a", "a and b", "a, b and c"."""
    *first, last = items
    return Html(f"{', '.join(first)} and {last}") if first else last


def as_script_data(value: object) -> Html:
    """Return a JSON value as the content of a ``script`` element, where no character can end that element."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Html(text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029"))
