"""Parse author and committer lines as git does, malformed ones too, in time linear in their length.

Source of the rules: ``split_ident_line`` (git's ident.c) and ``parse_commit_date`` (commit.c). Pure.
"""

import re
from typing import Final, NamedTuple

_SPACE: Final = b" \t\n\r"
"""The characters that git's ``isspace`` accepts."""

_USUAL: Final = re.compile(rb"([^<>\0]*)<([^<>\0]*)> (\d{1,18}) ([+-])(\d\d)(\d\d)\Z")
"""A line as git writes it: name, address, seconds, and a zone of four digits."""
_DIGITS: Final = b"0123456789"
_MOST_DIGITS: Final = 20
"""Digits of a time that are read; more are the largest time."""

_MOST_ZONE_DIGITS: Final = 5
"""Digits of a zone that are read; with more it is no zone, and the time is in UTC."""

LATEST: Final = 2**53
"""Largest time, in seconds: above it JSON readers lose digits (IEEE 754 double precision)."""


class IdentityLine(NamedTuple):
    """The parts of a line: name and address as bytes, seconds since the epoch, minutes east of UTC.

    Where git finds no address, all is empty. Where it finds no date, or a date without a zone, ``time`` is 0.
    """

    name: bytes
    email: bytes
    time: int
    offset: int


def split(line: bytes) -> IdentityLine:
    """Return the parts of a line's value, which follows ``author`` or ``committer`` and a space."""
    usual = _USUAL.match(line)
    if usual is not None:
        name, email, seconds, sign, hours, minutes = usual.groups()
        offset = 60 * int(hours) + int(minutes)
        return IdentityLine(name.rstrip(_SPACE), email, _bounded(seconds), -offset if sign == b"-" else offset)
    opening = line.partition(b"\0")[0].find(b"<")
    closing = line.find(b">", opening + 1) if opening >= 0 else -1
    if closing < 0:
        return IdentityLine(b"", b"", 0, 0)
    time, offset = _date(line)
    return IdentityLine(line[:opening].rstrip(_SPACE), line[opening + 1 : closing], time, offset)


def walk_time(line: bytes) -> int:
    """Return the time in seconds by which git orders a commit with this committer line; 0 without one.

    It needs no zone and may be negative, where a shown date needs one and may not.
    """
    usual = _USUAL.match(line)
    if usual is not None:
        return _bounded(usual[3])
    _, bracket, rest = line.rpartition(b">")
    date = rest.lstrip(_SPACE)
    is_negative = date[:1] == b"-"
    digits = _leading_digits(date[is_negative:])
    if not bracket or not digits:
        return 0
    return -_bounded(digits) if is_negative else _bounded(digits)


def _date(line: bytes) -> tuple[int, int]:
    """Return the time and the zone behind the last ``>``, both 0 unless both are there."""
    date = line.rpartition(b">")[2].lstrip(_SPACE)
    seconds = _leading_digits(date)
    zone = date[len(seconds) :].lstrip(_SPACE)
    hours_and_minutes = _leading_digits(zone[1:])
    if not seconds or zone[:1] not in {b"+", b"-"} or not hours_and_minutes:
        return 0, 0
    hours, minutes = divmod(int(hours_and_minutes) if len(hours_and_minutes) <= _MOST_ZONE_DIGITS else 0, 100)
    total = 60 * hours + minutes
    return _bounded(seconds), -total if zone[:1] == b"-" else total


def _leading_digits(text: bytes) -> bytes:
    return text[: len(text) - len(text.lstrip(_DIGITS))]


def _bounded(digits: bytes) -> int:
    """Return a number; the largest time for one that is larger."""
    return min(LATEST, int(digits[:_MOST_DIGITS])) if len(digits) <= _MOST_DIGITS else LATEST
