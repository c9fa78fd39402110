"""The top of the page: what it is of, the verdict, and what may go without review."""

from collections.abc import Mapping
from typing import Final

from tracker import __version__
from tracker.reports.page.content import Report
from tracker.reports.page.links import Chosen
from tracker.reports.page.markup import Html, isolated, joined, tag
from tracker.reports.page.numbers import count, date_of, plural
from tracker.reports.set_ups import trust_words, words
from tracker.reports.set_ups.recommendation import Recommendation
from tracker.reports.set_ups.trust import Finding

_BY: Final[Mapping[str, str]] = {
    "set-up": "Set-ups of coding agents",
    "agent": "Agents",
    "model": "Models",
    "version": "Versions of agents",
    "instructions": "Instruction files of agents",
}


def header(report: Report) -> Html:
    """Return the header: project, period, numbers of commits, and when the page was made."""
    period, graded = report.commits.period, report.found.all.graded.commits if report.agents else 0
    parts: list[str] = []
    if period:
        first, last = (date_of(day) for day in period)
        parts.append(f"{first} to {last}" if first != last else first)
    if report.since:
        parts.append(f"only from {report.since} on")
    parts.append(plural(report.commits.total, "commit"))
    if graded:
        parts.append(f"{count(graded)} graded by {report.found.rater}")
    parts.append(f"made on {date_of(report.made_at // 86_400)} by agent-tracker {__version__}")
    title = joined(f"{_BY[report.by]} compared: ", isolated(report.here.place))
    return tag("header", tag("h1", title), tag("p", " · ".join(parts)))


def verdict(report: Report) -> Html:
    """Return the verdict, and in smaller print what it rests on and what would settle it."""
    found = report.found
    first, *others = words.verdict_sentences(found, report.here)
    basis: list[str] = []
    if found.verdict.standings:
        settle = words.settle_sentence(found)
        basis = [words.measure_sentence(found), *words.not_compared_sentences(found), *([settle] if settle else [])]
    return joined(
        tag("p", report.named(first), class_="verdict"),
        tag("p", report.named(" ".join(others)), class_="basis") if others else None,
        tag("p", report.named(" ".join(basis)), class_="note") if basis else None,
    )


def trust(report: Report) -> Html | None:
    """Return what may go without review and what not, with links to the commits; None if the numbers say nothing."""
    found = report.found
    sentences = trust_words.trust_sentences(found)
    if not sentences:
        return None
    shown = [
        tag("li", report.named(sentence), *(_link(report, one) for one in findings))
        for sentence, findings in zip(sentences, _findings(found), strict=True)
    ]
    heading = tag("h2", "What may go without review, and what not", id="trust-title")
    return tag("section", heading, tag("ul", *shown), class_="trust", aria_labelledby="trust-title")


def _findings(found: Recommendation) -> list[list[Finding]]:
    """Return the findings that each sentence of ``trust_words.trust_sentences`` is of, in its order."""
    calm, review = found.trust.without_review[: trust_words.MOST_TRUST], found.trust.review[: trust_words.MOST_TRUST]
    return [*([[*calm]] if calm else []), *([one] for one in review)]


def _link(report: Report, finding: Finding) -> Html | None:
    """Return a link to the commits in trouble of some work; None if there are none."""
    work, number = finding.work, finding.trouble.found
    if not number:
        return None
    set_up = next(one for one in report.agents if one.name == work.name)
    chosen = Chosen(report.number(set_up), work.kind, work.size, "trouble")
    return joined(" ", tag("a", f"See {plural(number, 'commit')} in trouble", href=chosen.href))
