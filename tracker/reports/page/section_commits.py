"""The list of commits with its filters, and what the page cannot tell."""

from typing import Final

from tracker.reports.page import filters
from tracker.reports.page.content import Report, Section
from tracker.reports.page.markup import Html, joined, tag
from tracker.reports.page.numbers import count
from tracker.reports.set_ups import words

_HEADINGS: Final = ("Day", "Commit", "Subject", "Set-up", "Work", "You", "Agent", "What became of it")


def section(report: Report) -> Section | None:
    """Return the section; None without commits."""
    if not report.commits.rows:
        return None
    body = joined(
        tag("p", " ".join(_intro(report)), class_="note"),
        filters.form(report),
        tag("p", id="count", role="status"),
        filters.list_table(_HEADINGS),
        tag("p", tag("button", "Show 50 more", type="button", id="more", hidden=True)),
        tag(
            "noscript",
            tag("p", "The list of commits needs JavaScript; all figures are in the tables above.", class_="empty"),
        ),
    )
    return Section("commits", "Commits", "The commits behind the figures", body)


def _intro(report: Report) -> list[str]:
    commits = report.commits
    listed = len(commits.rows)
    sentences = ["Every number above that is a link shows its commits here."]
    if listed < commits.total:
        sentences.append(
            f"{count(listed)} of {count(commits.total)} commits are listed: graded, reverted, blamed and fixed ones"
            " first, then the newest. Figures count all, so a link may show fewer commits than its number."
        )
    if commits.has_squashed_grades:
        sentences.append(
            "A commit into which several graded commits were squashed counts in the figures once for each of their"
            " grades, and stands here once, graded 'several'."
        )
    return sentences


def limits(report: Report) -> Section | None:
    """Return the section on what the page cannot tell; None if there is nothing to read with care."""
    caveats = words.caveats(report.found, report.here)
    if not caveats:
        return None
    always = (
        "Lines last longer in places where nobody works: figures of outcomes hold within a project.",
        "Trouble that nobody noticed, reverted, fixed or graded is in no figure.",
        "Set-ups are compared here; people are not.",
    )
    items: list[Html] = [tag("li", report.named(sentence)) for sentence in (*caveats, *always)]
    return Section("limits", "Limits", "What this page cannot tell", tag("ul", *items))
