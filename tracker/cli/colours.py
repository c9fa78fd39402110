"""Colours for what a person should see first. They repeat what the words say, and never say anything alone."""

import os
import sys
from collections.abc import Mapping
from typing import Any, Final, Literal

from tracker.model import GradeValue

Style = Literal["", "good", "bad", "alarm", "finding", "repair", "bar", "verdict"]
"""The meaning of a text that has a colour; "" for most, which have none."""

_STYLES: Final[Mapping[Style, Mapping[str, Any]]] = {
    "good": {"fg": "green"},
    "bad": {"fg": "red"},
    "alarm": {"fg": "red", "bold": True},
    "finding": {"fg": "yellow"},
    "repair": {"bold": True},
    "bar": {"fg": "cyan"},
    "verdict": {"bold": True},
}


def are_on() -> bool:
    """Return True if standard output shows colours: at a terminal that can, unless ``NO_COLOR`` says otherwise."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM", "dumb") != "dumb"


def coloured(text: str, style: Style) -> str:
    """Return a text in the colour of its meaning, unchanged where there are no colours."""
    if not style or not text.strip() or not are_on():
        return text
    import click

    return click.style(text, **_STYLES[style])


def of_grade(grade: GradeValue | None) -> Style:
    """Return the style of a grade."""
    if grade is None or grade == 1:
        return ""
    return "good" if grade > 1 else "bad"
