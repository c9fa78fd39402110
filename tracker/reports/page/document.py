"""The whole page: its sections, data, styles and scripts, and the policy that lets nothing else run or load."""

import base64
import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from importlib.resources import files
from typing import Any, Final

from tracker import __version__
from tracker.lineage.sums import SIZES
from tracker.model import GRADE_NAMES, TASK_KINDS
from tracker.reports.page import (
    section_activity,
    section_calibration,
    section_commits,
    section_kinds,
    section_lasting,
    section_outcomes,
    section_standings,
    section_verdict,
)
from tracker.reports.page.commit_list import columns
from tracker.reports.page.content import Report, Section
from tracker.reports.page.filters import fold
from tracker.reports.page.links import without_links
from tracker.reports.page.markup import Html, as_script_data, joined, tag, visible

SECTIONS: Final[tuple[Callable[[Report], Section | None], ...]] = (
    section_standings.section,
    section_kinds.section,
    section_outcomes.section,
    section_lasting.section,
    section_activity.section,
    section_calibration.section,
    section_commits.section,
    section_commits.limits,
)
"""The sections in their order; each returns None where it would be empty. A section on cost belongs before commits."""

_SCRIPTS: Final = ("vendor/plot.js", "charts.js", "page.js")


def page_as_html(report: Report) -> str:
    """Return the page: one HTML document that refers to nothing outside of itself."""
    sections = [found for make in SECTIONS if (found := make(report)) is not None]
    facts = {one.key: one.facts for one in sections if one.facts is not None}
    scripts = [_script(name) for name in (_SCRIPTS if facts else _SCRIPTS[-1:])]
    style = _text("page.css")
    head = joined(
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=_policy(scripts, [style, vendored()["style"]])),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", f"Set-ups compared: {report.here.place}"),
        tag("style", Html(style)),
    )
    body = joined(
        tag("a", "Skip to the verdict", href="#main", class_="skip"),
        section_verdict.header(report),
        _with_working_links(report, tag("main", *_main(report, sections), id="main", tabindex=-1)),
        _footer(has_charts=bool(facts)),
        tag("div", id="tip", role="tooltip", hidden=True),
        tag("script", as_script_data(facts), type="application/json", id="facts"),
        tag("script", as_script_data(_listed(report)), type="application/json", id="listed"),
        *(tag("script", script) for script in scripts),
    )
    return f'<!doctype html>\n<html lang="en">{tag("head", head)}{tag("body", body)}</html>\n'


def _with_working_links(report: Report, main: Html) -> Html:
    return main if report.commits.rows else without_links(main)


def _main(report: Report, sections: Iterable[Section]) -> Iterable[Html | None]:
    """Yield the content of the page in its order."""
    shown = [*sections]
    yield section_verdict.verdict(report)
    yield section_verdict.trust(report)
    if shown:
        links = [tag("li", tag("a", one.short, href=f"#{one.key}")) for one in shown]
        yield tag("nav", tag("ul", *links), aria_label="Sections")
    for one in shown:
        title = tag("h2", one.title, id=f"{one.key}-title", tabindex=-1)
        yield tag("section", title, one.body, id=one.key, aria_labelledby=f"{one.key}-title")


def _footer(*, has_charts: bool) -> Html:
    said = f"Made by agent-tracker {__version__}. This file loads nothing and sends nothing."
    if not has_charts:
        return tag("footer", tag("p", said))
    version = {one["name"]: one["version"] for one in vendored()["packages"]}
    charts = f" Charts: Observable Plot {version['@observablehq/plot']} and D3 {version['d3']}."
    return tag(
        "footer", tag("p", said, charts), fold("Licences of the charts", tag("pre", _text("vendor/LICENSES.txt")))
    )


def _listed(report: Report) -> Mapping[str, Any]:
    """Return the list of commits for the script, with the names that its numbers stand for."""
    return {
        "set_ups": [[visible(part) for part in one.parts] for one in report.set_ups],
        "projects": [visible(name) for name in report.projects.values()],
        "kinds": TASK_KINDS,
        "sizes": [*SIZES],
        "grades": ["", *GRADE_NAMES.values(), "several"],
        "commits": columns(report.commits, report.set_ups, [*report.projects]),
    }


def vendored() -> Mapping[str, Any]:
    """Return what is known of the chart library: versions, integrity strings, the hash of its file, its style."""
    known: Mapping[str, Any] = json.loads(_text("vendor/vendor.json"))
    return known


def _text(name: str) -> str:
    return files("tracker.reports.page").joinpath(name).read_text(encoding="utf-8")


def _script(name: str) -> Html:
    """Return a script, in which nothing can be taken for the end of its element."""
    return Html(re.sub("</(?=script)", r"<\\/", _text(name), flags=re.IGNORECASE).replace("<!--", "<\\!--"))


def _policy(scripts: Iterable[str], styles: Iterable[str]) -> str:
    """Return the Content Security Policy: exactly these scripts and styles, and no request of any sort."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src {' '.join(map(_hash, scripts))}",
            f"style-src {' '.join(map(_hash, styles))}",
            "base-uri 'none'",
            "form-action 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        )
    )


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
