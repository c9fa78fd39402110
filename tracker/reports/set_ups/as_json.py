"""The recommendation as JSON, with every number between the counts and the verdict."""

from typing import Any, Final

from tracker.comparison.calibration import Calibration
from tracker.comparison.tallies import Tally
from tracker.reports.project_similarity import SimilarProject
from tracker.reports.set_ups import trust_words, words
from tracker.reports.set_ups.costs import Costs
from tracker.reports.set_ups.figures import Figures, Proportion
from tracker.reports.set_ups.recommendation import Recommendation
from tracker.reports.set_ups.set_up import SetUp
from tracker.reports.set_ups.trust import Finding
from tracker.reports.set_ups.words import Circumstances

SCHEMA: Final = 1


def recommendation_as_json(found: Recommendation, here: Circumstances) -> dict[str, Any]:
    """Return the recommendation as ``recommend --json`` prints it. Shares are from 0 to 1, intervals are of 90 %."""
    verdict = found.verdict
    return {
        "schema": SCHEMA,
        "place": here.place,
        "projects": here.projects,
        "similar": [_similar(one) for one in here.similar],
        "measure": found.measure,
        "verdict": " ".join(words.verdict_sentences(found, here)),
        "leaders": verdict.leaders,
        "chance": verdict.chance,
        "more_commits_to_tell": verdict.commits_to_tell(),
        "better": [{"first": one, "second": other, "probability": p} for (one, other), p in verdict.better.items()],
        "not_compared": verdict.not_alike,
        "set_ups": [_set_up(found, one) for one in found.agents],
        "others": [{"name": one.name, **figures_as_json(found.figures[one])} for one in found.others],
        "without_review": [_finding(one) for one in found.trust.without_review],
        "review": [_finding(one) for one in found.trust.review],
        "notes": [
            *words.similar_sentences(here),
            words.measure_sentence(found),
            *words.not_compared_sentences(found),
            *trust_words.trust_sentences(found),
            *trust_words.calibration_sentences(found),
            *words.caveats(found, here),
        ]
        if found.agents
        else [],
    }


def _similar(one: SimilarProject) -> dict[str, Any]:
    return {
        "project": one.name,
        "project_id": one.project,
        "similarity": round(one.similarity, 3),
        "common": one.common,
    }


def _set_up(found: Recommendation, one: SetUp) -> dict[str, Any]:
    standing = found.verdict.standings.get(one.name)
    share = standing.share if standing else None
    return {
        "name": one.name,
        "parts": one.parts,
        "is_compared": bool(standing and standing.is_compared),
        "share": share.mean if share else None,
        "interval": standing.interval if standing else None,
        "good": share.tally.good if share else 0,
        "of": share.tally.commits if share else 0,
        "expected": share.expected if share else None,
        "adjusted": share.adjusted if share else None,
        "beats": standing.beats if standing else [],
        "best": found.verdict.best.get(one.name),
        "kinds": {kind: _tally(tally) for kind, tally in found.by_kind.get(one.name, {}).items()},
        **figures_as_json(found.figures[one]),
    }


def figures_as_json(figures: Figures) -> dict[str, Any]:
    """Return the figures of one group of commits."""
    return {
        "commits": figures.commits,
        "graded": _tally(figures.graded),
        "landed": figures.count("landed"),
        "young": figures.count("young"),
        "went_well": _tally(figures.settled),
        "outcomes": {name: _proportion(one) for name, one in figures.outcomes.items()},
        "lines": {str(days): figures.lines(days)._asdict() for days in (14, 30, 90)},
        "costs": Costs(figures.columns).as_json(),
        "calibration": _calibration(figures.calibration),
    }


def _tally(tally: Tally) -> dict[str, Any]:
    return {"good": tally.good, "of": tally.commits, "share": tally.share}


def _proportion(one: Proportion) -> dict[str, Any]:
    return {"found": one.found, "of": one.of, "share": one.share, "interval": one.interval}


def _finding(one: Finding) -> dict[str, Any]:
    return {
        **one.work._asdict(),
        "trouble": _proportion(one.trouble),
        "of_all": _proportion(one.of_all),
    }


def _calibration(one: Calibration) -> dict[str, Any]:
    return {
        "pairs": one.pairs,
        "equal": one.equal,
        "agent_higher": one.agent_higher,
        "agent_lower": one.agent_lower,
        "difference": one.difference,
        "difference_interval": one.difference_interval,
        "kappa": one.kappa,
        "bad_called_good": one.bad_called_good,
        "is_enough": one.is_enough,
    }
