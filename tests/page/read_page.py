"""A page as a parser sees it: its policy, scripts, links, tables, data; and its filters, as its script applies them."""

import base64
import hashlib
import json
import re
from datetime import date
from functools import cached_property
from html.parser import HTMLParser
from typing import Any, Final
from urllib.parse import parse_qsl

_VOID: Final = {"meta", "input"}


class Element:
    """One element. ``parts``: its texts and elements, in their order."""

    def __init__(self, name: str, attributes: dict[str, str]) -> None:
        self.name = name
        self.attributes = attributes
        self.parts: list[Element | str] = []

    @property
    def text(self) -> str:
        return "".join(part if isinstance(part, str) else part.text for part in self.parts)

    @property
    def words(self) -> str:
        """The text with single spaces, and one between elements."""
        return " ".join(" ".join(part if isinstance(part, str) else part.words for part in self.parts).split())

    def all(self, name: str | None = None, /, **attributes: str) -> list["Element"]:
        """Return the elements within that have this name and these attributes."""
        found = []
        for part in self.parts:
            if isinstance(part, Element):
                wanted = all(part.attributes.get(key.rstrip("_")) == value for key, value in attributes.items())
                found += [part] if wanted and name in {None, part.name} else []
                found += part.all(name, **attributes)
        return found


class ReadPage(HTMLParser):
    """A parsed page. Fails on elements that are not closed in their order."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("", {})
        self._open = [self.root]
        self.feed(text)
        self.close()
        assert self._open == [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len({name for name, _ in attrs}) == len(attrs), attrs
        element = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].parts.append(element)
        if tag not in _VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop().name == tag

    def handle_data(self, data: str) -> None:
        self._open[-1].parts.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")

    def by_id(self, key: str) -> Element:
        (found,) = self.root.all(id=key)
        return found

    def has(self, key: str) -> bool:
        return bool(self.root.all(id=key))

    @property
    def verdict(self) -> str:
        return self.root.all("p", class_="verdict")[0].text

    @property
    def policy(self) -> dict[str, set[str]]:
        """The Content Security Policy: the sources of each directive."""
        (meta,) = self.root.all("meta", **{"http-equiv": "Content-Security-Policy"})
        return {name: {*sources} for name, *sources in (part.split() for part in meta.attributes["content"].split(";"))}

    @property
    def scripts(self) -> list[str]:
        return [one.text for one in self.root.all("script") if "type" not in one.attributes]

    def data(self, key: str) -> Any:
        return json.loads(self.by_id(key).text)

    @cached_property
    def commits(self) -> dict[str, Any]:
        return dict(self.data("listed")["commits"])

    def numbers_of_links(self) -> list[tuple[int, str]]:
        """Return the number that each link to commits shows, with its address."""
        links = [one for one in self.root.all("a") if one.attributes["href"].startswith("#commits?")]
        return [(int(re.findall(r"[\d,]+", one.text)[0].replace(",", "")), one.attributes["href"]) for one in links]

    def chosen(self, address: str) -> list[int]:
        """Return the rows of the list that an address lets through, by what is written at the choices of the form."""
        rows = [*range(len(self.commits["oid"]))]
        form = self.by_id("filters")
        for name, value in parse_qsl(address.partition("?")[2]):
            (field,) = form.all(name=name)
            if field.name == "input":
                day, sign = (date.fromisoformat(value) - date(1970, 1, 1)).days, 1 if name == "first" else -1
                rows = [row for row in rows if sign * (self.commits["day"][row] - day) >= 0]
            else:
                (choice,) = field.all("option", value=value)
                column = self.commits[field.attributes["data-column"]]
                rows = [row for row in rows if self._passes(choice, column[row])]
        return rows

    def _passes(self, choice: Element, value: int) -> bool:
        if "data-bit" in choice.attributes:
            return bool(value >> int(choice.attributes["data-bit"]) & 1)
        return str(value) in choice.attributes["data-values"].split()


def hash_of(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def rows_of(table: Element) -> dict[str, list[str]]:
    """Return the texts of the cells of each row, keyed by its heading."""
    (body,) = table.all("tbody")
    return {row.all("th")[0].text: [cell.words for cell in row.all("td")] for row in body.all("tr")}


def table_of(page: ReadPage, section: str, number: int = 0) -> dict[str, list[str]]:
    return rows_of(page.by_id(section).all("table")[number])
