"""The output of ``explain`` for people: who made a commit, why, and every piece of evidence with its confidence."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from tracker.attribution.model_names import model_id, model_shown
from tracker.attribution.verdict import CORRECTION_SIGNALS
from tracker.cli import cells, output
from tracker.cli.code_words import evidence, named, told_by_host
from tracker.cost_records import CostRecord
from tracker.records import RecordedCommit
from tracker.reports.maker_words import maker_word

_WIDEST_MAKER: Final = 30
_LEAST_SOURCE: Final = 24
"""Cells that the source of an evidence needs beside the other columns; where there are fewer it stands below them."""


def print_lines(explanation: Mapping[str, Any], commit: RecordedCommit, cost: CostRecord | None) -> None:
    """Print an explanation (``reports.explanation.explain``); an asterisk marks the evidence that decided."""
    output.lines(_beginning(explanation, commit, cost))
    _print_evidence(explanation["evidence"])
    output.lines(_correction(one) for one in explanation["corrections"])
    output.lines(
        f"  {output.moment(one['time'])} {one['what']}, by {one['speaker']}" for one in explanation["statements"]
    )


def _beginning(explanation: Mapping[str, Any], commit: RecordedCommit, cost: CostRecord | None) -> Iterator[str]:
    model = f", model {model_shown(explanation['model_id'])}" if explanation["model_id"] else ""
    version = f", version {explanation['agent_version']}" if explanation["agent_version"] else ""
    kind = "" if explanation["kind"] == "human" else f" ({explanation['kind']})"
    yield f"commit {explanation['oid'][:12]}  {commit.facts.subject}"
    yield f"  {maker_word(commit.standing)}{kind}, {explanation['confidence']} confidence{model}{version}"
    yield f"  because {explanation['why'] or explanation['signal']}."
    yield from _other_models(explanation)
    if cost is not None:
        from tracker.reports.commit_cost import cost_line

        yield f"  cost: {cost_line(cost)}"
    if explanation["also"]:
        yield f"  also named: {', '.join(explanation['also'])}"


def _other_models(explanation: Mapping[str, Any]) -> Iterator[str]:
    """Yield the models that evidence of the same agent states and that do not count: agents write wrong ones."""
    told = {explanation["model_id"]}
    for one in explanation["evidence"]:
        if one["model"] and one["agent"] == explanation["agent"] and model_id(one["model"]) not in told:
            told.add(model_id(one["model"]))
            yield f"  another model is stated by the {evidence(one['signal'])}: {one['model']}"


def _print_evidence(pieces: Sequence[Mapping[str, Any]]) -> None:
    """Print pieces of evidence in columns; their sources are wrapped below one another, never cut."""
    columns = [(evidence(one["signal"]), one["confidence"], cells.cut(_named(one), _WIDEST_MAKER)) for one in pieces]
    sizes = [max(map(cells.width, texts)) for texts in zip(*columns, strict=True)]
    for one, texts in zip(pieces, columns, strict=True):
        mark = "*" if one["decided"] else " "
        before = "  ".join(cells.filled(text, size) for text, size in zip(texts, sizes, strict=True))
        first = f"  {mark} {before}  "
        is_narrow = output.room() - cells.width(first) < _LEAST_SOURCE
        output.paragraph(_source(one), first, " " * (8 if is_narrow else cells.width(first)))


def _named(one: Mapping[str, Any]) -> str:
    model = f", model {one['model']}" if one["model"] else ""
    return cells.shown(f"{named(one['agent'])}{model}", output.encoding())


def _source(one: Mapping[str, Any]) -> str:
    origin = ", taken over from the commit that this one replaces or copies" if one["inherited"] else ""
    if one["signal"] in CORRECTION_SIGNALS:  # its name is an id of the ledger
        return f"stated by the user{origin}"
    if one["signal"] == "host":
        return f"{told_by_host(one['name'])}{origin}"
    return f"{one['name']}={one['value']}{origin}" if one["value"] else f"{one['name']}{origin}"


def _correction(correction: Mapping[str, Any]) -> str:
    withdrawn = ", withdrawn" if correction["withdrawn"] else ""
    note = f": {correction['note']}" if correction["note"] else ""
    speaker = f", by {correction['speaker']}" if correction["speaker"] else ""
    return f"  {output.moment(correction['time'])} corrected to {named(correction['agent'])}{speaker}{withdrawn}{note}"
