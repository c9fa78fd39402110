"""Links from a figure to its commits: a filter of the list, written as a fragment of the page's own address."""

import re
from typing import Final, NamedTuple
from urllib.parse import urlencode

from tracker.model import TaskKind
from tracker.reports.page.markup import Html, tag
from tracker.reports.page.numbers import count


class Chosen(NamedTuple):
    """The commits that all of these filters let through; None lets all through.

    ``set_up``: a position in ``Report.set_ups``. ``became``: a key of ``BECAME``. ``user``, ``agent``: a key of
    ``filters.GRADES``. ``first``, ``last``: dates, inclusive.
    """

    set_up: int | None = None
    kind: TaskKind | None = None
    size: str | None = None
    became: str | None = None
    user: str | None = None
    agent: str | None = None
    first: str | None = None
    last: str | None = None

    @property
    def href(self) -> str:
        """The address of the list with these filters, within the page."""
        chosen = {name.replace("_", "-"): value for name, value in self._asdict().items() if value is not None}
        return f"#commits?{urlencode(chosen)}" if chosen else "#commits?"


_LINK: Final = re.compile(r'<a href="#commits\?[^"]*">([^<]*)</a>')
"""A link as ``linked`` makes it."""


def without_links(html: Html) -> Html:
    """Return HTML whose links to commits are plain text, for a page that lists none."""
    return Html(_LINK.sub(r"<span>\1</span>", html))


def linked(number: int, chosen: Chosen) -> Html:
    """Return a number of commits as a link to them; plain if there are none."""
    return tag("a", count(number), href=chosen.href) if number else tag("span", count(number))
